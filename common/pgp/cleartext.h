/*
 * The cleartext signature framework (RFC 9580 section 7). Everything that a
 * reader sees is signed: no text outside the frame, no header but Hash, no
 * blanks at line ends (they are not signed, so they are dropped).
 */
#ifndef PGP_CLEARTEXT_H
#define PGP_CLEARTEXT_H

#include "pgp/in.h"
#include "pgp/sink.h"

/* Whether what comes is such a frame; white space before it is skipped. */
bool cleartext_seen(struct in *in);

/*
 * Read the frame up to its signatures and hand the text to "data", dashes
 * unescaped, without the line end in front of the signatures. The armor of
 * the signatures is next in "in". False after an error.
 */
bool cleartext_read(struct in *in, void (*data)(void *arg, struct span s),
    void *arg);

/*
 * Takes blanks, tabs and CR off line ends, and off the end of the text, on
 * the way to "to". A line end is CRLF if a CR stands before the LF. (A CR
 * that the text ended with would become part of the frame's line end.)
 */
struct trim {
	void (*to)(void *arg, struct span s);
	void *arg;
	struct buf held;	/* what may stand at a line's end */
};

void trim_start(struct trim *t, void (*to)(void *, struct span), void *arg);
void trim_add(struct trim *t, struct span s);
/* False when more blanks stood in a row than can be held. */
bool trim_end(struct trim *t);

/*
 * Writes text into the frame: dashes escaped, a line end behind a last line
 * that has none. The head and what follows are the caller's.
 */
struct escape {
	struct sink *to;
	bool middle;		/* of a line */
};

void escape_add(struct escape *e, struct span s);

#endif
