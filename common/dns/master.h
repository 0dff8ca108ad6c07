/*
 * The lexical layer of master files (RFC 1035 section 5.1): what comments,
 * quotes and parentheses mean, and where one entry ends.
 */
#ifndef DNS_MASTER_H
#define DNS_MASTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/cur.h"

struct master {
	struct cur in;
	size_t at;		/* line that the cursor stands on */
	size_t line;		/* line that the entry starts on, from 1 */
	struct buf text;	/* the entry on one line, no comments; a first
				   blank says that the owner was left out */
	bool directive;		/* ";! text": text without the ";!" */
	const char *why;	/* NULL, or what is wrong at "line" */
};

/* Read entries of "text", which must outlive the reader. */
void master_open(struct master *m, struct span text);

/* The next entry; false at the end and on an error, which sets "why". */
bool master_next(struct master *m);

void master_close(struct master *m);

/*
 * The next blank-separated token of an entry, escapes and quotes left in;
 * empty at the end, which in a directive is also where a comment starts.
 */
struct span master_token(struct cur *c);

/*
 * A time to live in seconds, or with BIND's units ("1h30m"); false when it is
 * none or over 2^31 - 1 (RFC 2181 section 8).
 */
bool master_ttl(struct span token, uint32_t *out);

#endif
