/* UTF-8 (RFC 3629): validity, and hostile text made safe for people. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * The length (1 to 4) of the well-formed sequence at the start of s, its
 * code point in *cp; 0 when there is none (overlong forms, surrogates and
 * values past U+10FFFF are not well-formed).
 */
size_t utf8_next(struct span s, uint32_t *cp);

bool utf8_valid(struct span s);

/* The same of text that comes in pieces, cut anywhere. */
struct utf8_stream {
	unsigned char part[4];	/* the start of a sequence not yet whole */
	size_t n;
	bool bad;
};

void utf8_stream_add(struct utf8_stream *u, struct span piece);
/* Whether all of it was valid, and nothing is left half. */
bool utf8_stream_end(const struct utf8_stream *u);

/* Append a code point up to U+10FFFF. */
void utf8_put(struct buf *out, uint32_t cp);

/*
 * Append s with everything that could fool a terminal or a reader replaced:
 * control and C1 characters, bidirectional overrides and what XML forbids
 * become '?', octets that are not UTF-8 become U+FFFD. CR, LF and HTAB become
 * one space each.
 */
void utf8_clean(struct buf *out, struct span s);

#endif
