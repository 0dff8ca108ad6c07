/* Token buckets; see rate.h. */
#include "relay/rate.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

enum { SETS = 4096, WAYS = 4 };	/* 16,384 keys in 384 KiB */

/* Its level is told in parts of one, so that it fills by milliseconds. */
struct bucket {
	uint64_t key;		/* 0: free */
	int64_t since;
	uint64_t level;
};

struct rate {
	uint64_t seed, one, full;
	uint32_t burst, period;
	struct bucket v[SETS][WAYS];
};

struct rate *
rate_new(uint64_t seed, uint32_t burst, uint32_t period)
{
	struct rate *r = xcalloc(1, sizeof(*r));

	r->seed = seed;
	r->burst = burst;
	r->period = period;
	/* a millisecond adds "burst" parts */
	r->one = (uint64_t)period * 1000;
	r->full = r->one * burst;
	return r;
}

void
rate_free(struct rate *r)
{
	free(r);
}

uint32_t
rate_wait(const struct rate *r)
{
	uint32_t wait = r->burst > 0 ? r->period / r->burst : 0;

	return wait > 0 ? wait : 1;
}

static uint64_t
level_at(const struct rate *r, const struct bucket *b, int64_t ms)
{
	uint64_t gone = ms > b->since ? (uint64_t)(ms - b->since) : 0;

	/* so long that it is full, whatever it was */
	if (gone >= r->one || b->key == 0)
		return r->full;
	return b->level + gone * r->burst < r->full ?
	    b->level + gone * r->burst : r->full;
}

/* The key's bucket, or the fullest of its set, emptied of whose it was. */
static struct bucket *
find(struct rate *r, uint64_t key, int64_t ms)
{
	struct bucket *set = r->v[(key >> 1) % SETS], *out = &set[0];

	for (size_t i = 0; i < WAYS; i++)
		if (set[i].key == key)
			return &set[i];
	for (size_t i = 1; i < WAYS; i++)
		if (level_at(r, &set[i], ms) > level_at(r, out, ms))
			out = &set[i];
	*out = (struct bucket){ .key = key, .since = ms, .level = r->full };
	return out;
}

bool
rate_take(struct rate *r, struct span key, int64_t ms)
{
	struct bucket *b = NULL;
	bool ok = false;

	if (r->burst == 0)
		return true;
	b = find(r, hash_of(r->seed, key) | 1, ms);
	b->level = level_at(r, b, ms);
	b->since = ms;
	ok = b->level >= r->one;
	b->level -= ok ? r->one : 0;
	return ok;
}
