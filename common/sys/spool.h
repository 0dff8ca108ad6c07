/*
 * A message on its way through: bytes are kept until the last one is there,
 * in memory up to a limit, beyond it in an unnamed file. Only then are they
 * copied out, so that whoever reads never sees half a message.
 */
#ifndef SYS_SPOOL_H
#define SYS_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum spool_result {
	SPOOL_OK,
	SPOOL_NO_SPACE,		/* ENOSPC, EDQUOT, EFBIG: try again later */
	SPOOL_IO,		/* errno at the time is in "error" */
};

struct spool {
	struct buf mem;		/* what the file does not have yet */
	int fd;			/* -1 while memory is enough */
	uint64_t n;		/* bytes in all */
	enum spool_result state;	/* the first failure sticks */
	int error;
};

/* An empty spool that keeps "limit" bytes in memory (256 KiB is good). */
void spool_init(struct spool *s, size_t limit);

/* Append; after a failure nothing is kept, ask s->state. */
void spool_add(struct spool *s, struct span bytes);

/* Append everything that fd has up to its end; the result is s->state. */
enum spool_result spool_fill(struct spool *s, int fd);

/*
 * Copy it all to fd (any number of times). SPOOL_IO with errno when writing
 * failed, which for a pipe whose reader left is EPIPE.
 */
enum spool_result spool_copy(struct spool *s, int fd);

/*
 * Hand the content to fn piece by piece from the start; fn returns false to
 * stop. SPOOL_OK unless reading failed.
 */
enum spool_result spool_each(struct spool *s,
    bool (*fn)(void *arg, struct span piece), void *arg);

/* What went wrong, for people. */
const char *spool_why(const struct spool *s);

void spool_free(struct spool *s);

#endif
