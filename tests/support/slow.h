/*
 * RFC 6376's canonical forms and field selection once more: octet by octet,
 * straight from the text, knowing nothing of common/auth, so that the two
 * can be held against each other.
 */
#ifndef SLOW_H
#define SLOW_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Section 3.4.3 or 3.4.4. A bare LF counts as a line end. */
void slow_body(struct buf *out, struct span body, bool relaxed);

/* Section 3.4.1 or 3.4.2: a field with its line end. */
void slow_field(struct buf *out, struct span raw, bool relaxed);

/* Where the header section ends and where the body starts. */
void slow_parts(struct span message, struct span *header, struct span *body);

/*
 * Section 5.4.2: append what the colon-separated names select, the field
 * number "skip" being no candidate.
 */
void slow_select(struct buf *out, struct span header, struct span names,
    bool relaxed, size_t skip);

/* Field number i with its folds and line end; empty past the last. */
struct span slow_nth(struct span header, size_t i);

/* The field's name is that, without case; blanks before ":" do not count. */
bool slow_named(struct span raw, struct span name);

#endif
