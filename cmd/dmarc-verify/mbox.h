/*
 * mbox files: messages one behind another, each led by a line "From ...".
 * The mboxrd form is read (RFC 4155 and its Unix ancestors): a separator
 * stands at the start or behind an empty line, and lines of a message that
 * look like one carry a ">" more.
 */
#ifndef MBOX_H
#define MBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct mbox;
struct opened;

/* NULL with errno set. */
struct mbox *mbox_open(const char *path);
const char *mbox_path(const struct mbox *m);

/*
 * Where the next message lies, its separator and the empty line behind it
 * left out, and its ordinal from 1. False at the end or on an error.
 */
bool mbox_next(struct mbox *m, uint64_t *start, uint64_t *length,
    uint64_t *n);
/* Whether that end was an error, in errno. */
bool mbox_failed(const struct mbox *m);
/* NULL is fine. */
void mbox_close(struct mbox *m);

/* As read(2) from a part of an mbox, one ">" taken off ">From " lines. */
ssize_t mbox_read(struct opened *o, void *p, size_t n);

#endif
