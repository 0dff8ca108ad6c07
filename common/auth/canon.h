/*
 * Canonicalization (RFC 6376 section 3.4): the two ways to write a header
 * field and a body so that harmless changes on the way do not show. A bare
 * LF counts as a line end, as files on disk have it; a bare CR is content.
 */
#ifndef AUTH_CANON_H
#define AUTH_CANON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum canon {
	CANON_SIMPLE,
	CANON_RELAXED,
};

/* "simple" and "relaxed", and back: false for any other name. */
const char *canon_name(enum canon c);
bool canon_named(struct span name, enum canon *out);

/*
 * Append a header field, given with its line end, in canonical form with a
 * final CRLF (sections 3.4.1 and 3.4.2).
 */
void canon_field(struct buf *out, enum canon c, struct span raw);

/* The same for a field given as name and value; "value" starts after ":". */
void canon_relaxed(struct buf *out, struct span name, struct span value);

/*
 * A body, in pieces of any size (sections 3.4.3 and 3.4.4). "put" gets the
 * canonical octets in pieces; they are the caller's input where possible, so
 * they are not copied. Empty lines at the end are held back as a count:
 * memory does not grow with the body.
 */
struct canon_body {
	enum canon kind;
	void (*put)(void *arg, struct span piece);
	void *arg;
	uint64_t blank;		/* empty lines not yet put */
	bool any;		/* something was put */
	bool text;		/* the line begun has content already put */
	bool wsp;		/* relaxed: blanks of the line not yet put */
	bool cr;		/* a CR whose next octet has not come */
	size_t odd;		/* octets left of a block that is not plain */
};

void canon_body_start(struct canon_body *b, enum canon kind,
    void (*put)(void *arg, struct span piece), void *arg);
void canon_body_add(struct canon_body *b, struct span piece);
/* Nothing follows: put the last line's end, or the empty body's CRLF. */
void canon_body_end(struct canon_body *b);

#endif
