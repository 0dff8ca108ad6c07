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

/*
 * The length of a run of whole lines at the start of s, at most PLAIN_BLOCK,
 * that end in CRLF and hold no other CR or LF and, with "relaxed",
 * no HTAB, no two blanks in a row and no blank before their end.
 */
size_t plain_block(struct span s, bool relaxed);

/* The same question for the inside of one line: no CR, no such blanks. */
bool plain_within(struct span line, bool relaxed);

#endif
