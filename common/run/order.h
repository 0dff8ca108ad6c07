/*
 * Results back into the order of their subjects: a window of at most
 * ORDER_MAX of them is held.
 */
#ifndef RUN_ORDER_H
#define RUN_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	ORDER_MAX = 1000,
	ORDER_BYTES = 64 << 20,	/* beyond it nothing new is let in */
};

struct order {
	uint64_t first;		/* the number that is due next */
	size_t bytes;		/* held */
	struct {
		bool here;
		struct buf text;
	} slot[ORDER_MAX];	/* number n is in slot n % ORDER_MAX */
};

/* Whether number n may be started: its result would find room. */
bool order_admits(const struct order *o, uint64_t n);

/* The result of number n, which order_admits let in. */
void order_put(struct order *o, uint64_t n, struct span text);

/* Append the result that is due to *out; false when it is not here yet. */
bool order_take(struct order *o, struct buf *out);

void order_free(struct order *o);

#endif
