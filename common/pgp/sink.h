/*
 * Where octets are pushed to. Writers stand on each other as readers do; the
 * end is passed down, so that each can finish what it began.
 */
#ifndef PGP_SINK_H
#define PGP_SINK_H

#include "base/buf.h"
#include "base/span.h"

struct sink {
	void (*write)(void *arg, struct span s);
	void (*end)(void *arg);		/* NULL: nothing to be done */
	void *arg;
};

static inline void
sink_write(struct sink *s, struct span piece)
{
	s->write(s->arg, piece);
}

static inline void
sink_end(struct sink *s)
{
	if (s->end != NULL)
		s->end(s->arg);
}

/* Appends to the buffer. */
void sink_of_buf(struct sink *s, struct buf *to);

#endif
