/*
 * mbox files: messages one behind another, each led by a line "From ...".
 * The mboxrd form is read (RFC 4155 and its Unix ancestors): a separator
 * stands at the start or behind an empty line, and lines of a message that
 * look like one carry a ">" more.
 */
#ifndef MAIL_MBOX_H
#define MAIL_MBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

struct mbox;

/* NULL with errno set. The other takes an open file over, and never fails. */
struct mbox *mbox_open(const char *path);
struct mbox *mbox_of(int fd, const char *path);
const char *mbox_path(const struct mbox *m);

/*
 * Where the next message lies, its separator and the empty line behind it
 * left out, and its ordinal from 1. False at the end or on an error.
 */
bool mbox_next(struct mbox *m, uint64_t *start, uint64_t *length,
    uint64_t *n);
/* Whether that end was an error, in errno. */
bool mbox_failed(const struct mbox *m);
/*
 * Whether there was text above the first separator: it is in no message, and
 * without any separator the file is no mbox.
 */
bool mbox_is_stray(const struct mbox *m);
/* NULL is fine. */
void mbox_close(struct mbox *m);

/* A message being read, by its place in a file that stays the caller's. */
struct mbox_part {
	int fd;
	uint64_t at, left;
	struct buf lines;	/* with quoted "From " lines undone */
	size_t given;
	bool inside;		/* the last line has not ended yet */
};

/* To be ended with mbox_part_close, which leaves the file open. */
struct mbox_part mbox_part_open(int fd, uint64_t start, uint64_t length);
void mbox_part_close(struct mbox_part *p);

/* As read(2), one ">" taken off ">From " lines. */
ssize_t mbox_read(struct mbox_part *o, void *p, size_t n);

#endif
