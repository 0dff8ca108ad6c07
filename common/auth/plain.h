/*
 * How much of a body is canonical already? These two scans decide it without
 * a branch an octet, so that most bodies are hashed where they lie.
 */
#ifndef AUTH_PLAIN_H
#define AUTH_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* How far plain_block looks. */
enum { PLAIN_BLOCK = 16 * 1024 };

/* What has to be done to a block of whole lines. */
enum plain {
	PLAIN_NOT,	/* look at every line */
	PLAIN_CRLF,	/* nothing */
	PLAIN_LF,	/* every LF lacks its CR, and that is all */
};

/*
 * Judge the whole lines among the first PLAIN_BLOCK octets of s; *n is their
 * length, 0 (and PLAIN_NOT) when no line ends there. Plain lines have no CR
 * but before LF and, with "relaxed", no HTAB, no two blanks in a row and no
 * blank before their end.
 */
enum plain plain_block(struct span s, bool relaxed, size_t *n);

/*
 * Whether the relaxed form leaves the inside of a line as it is; the line has
 * no line end and no blank at its own end.
 */
bool plain_within(struct span line);

#endif
