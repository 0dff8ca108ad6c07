/* The subjects of a run, one after another; for coord.c only. */
#ifndef RUN_SOURCE_H
#define RUN_SOURCE_H

#include "run/coord.h"
#include "sys/rec.h"

enum source_kind {
	SOURCE_SUBJECT,
	SOURCE_LONG,		/* piece of an over-long line, to be copied */
	SOURCE_LONG_END,	/* its last piece */
	SOURCE_WAIT,		/* stdin has nothing yet: source_fill */
	SOURCE_END,
};

struct source {
	const struct coord *c;
	const struct coord_ops *ops;
	void *arg;
	size_t operand, list;	/* the next ones */
	bool open;		/* "in" is */
	bool stdin_done;
	struct rec_reader in;
	struct buf text;	/* what "next" gave */
	int status;		/* of lists that could not be read */
};

void source_open(struct source *s, const struct coord *c,
    const struct coord_ops *ops, void *arg);

/* The next subject, lent until the next call. Lists are read as they come. */
enum source_kind source_next(struct source *s, struct subject *out);

/* Read what stdin has. */
void source_fill(struct source *s);

void source_close(struct source *s);

#endif
