/*
 * The canonical form of text that signatures are made over: lines end with
 * CRLF (RFC 9580 section 5.2.1.2). A CR alone is content.
 */
#ifndef PGP_TEXT_H
#define PGP_TEXT_H

#include <stdbool.h>

#include "base/span.h"
#include "crypto/digest.h"

struct text {
	struct digest *to;
	bool cr;		/* the octet before was one, and is hashed */
};

static inline void
text_start(struct text *t, struct digest *to)
{
	*t = (struct text){ .to = to };
}

void text_add(struct text *t, struct span s);

#endif
