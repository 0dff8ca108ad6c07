/* Each place once; see visits.h. */
#include "run/visits.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/vec.h"
#include "sys/file.h"

enum {
	SLOTS_FIRST = 256,
	FOUND_MAX = 16 << 20,
	AT_A_TIME = 4,		/* visits to one host, unless there is a gap */
};

enum state { STATE_PENDING, STATE_ENDED };

/* A visit to come, or under way. */
struct pending {
	size_t number;
	struct host *host;
	struct buf place;
	struct { void **v; size_t n, cap; } who;
};

/* First in, first out; what is before "first" has left. */
struct queue {
	void **v;
	size_t n, cap, first;
};

struct host {
	struct buf key;
	unsigned visits;	/* under way, or after one: the gap */
	int64_t free_at;	/* the gap after its last visit is over */
	struct queue queue;
};

struct entry {
	uint64_t hash[2];
	union {
		struct pending *pending;
		uint64_t at;	/* in the file */
	} u;
	uint32_t n;		/* octets found */
	uint8_t state, how;
};

struct visits {
	uint64_t seed[2];
	int64_t gap;
	int fd;
	uint64_t end;		/* of the file */
	struct entry *v;
	size_t n, cap;
	uint32_t *slot;		/* number + 1; 0: free */
	size_t slots;		/* a power of two */
	struct map *hosts;	/* key: struct host */
	struct queue ready;	/* whose host is theirs */
	struct queue cooling;	/* hosts, by free_at */
};

struct visits *
visits_new(const uint64_t seed[static 2], int64_t gap, int file)
{
	struct visits *v = xcalloc(1, sizeof(*v));

	memcpy(v->seed, seed, sizeof(v->seed));
	v->gap = gap;
	v->fd = file;
	v->slots = SLOTS_FIRST;
	v->slot = xcalloc(v->slots, sizeof(*v->slot));
	v->hosts = map_new(seed[0] ^ seed[1]);
	return v;
}

static void
push(struct queue *q, void *p)
{
	if (q->first > 64 && q->first > q->n / 2) {
		q->n -= q->first;
		memmove(q->v, q->v + q->first, q->n * sizeof(*q->v));
		q->first = 0;
	}
	*VEC_PUSH(q) = p;
}

/* The one that has waited longest, or NULL. */
static void *
peek(const struct queue *q)
{
	return q->first < q->n ? q->v[q->first] : NULL;
}

static void *
pop(struct queue *q)
{
	void *p = peek(q);

	if (p != NULL)
		q->first++;
	return p;
}

/* --- the table */

static uint32_t *
slot_of(const struct visits *v, const uint64_t hash[static 2])
{
	size_t i = hash[0] & (v->slots - 1);

	while (v->slot[i] != 0 &&
	    memcmp(v->v[v->slot[i] - 1].hash, hash, 16) != 0)
		i = (i + 1) & (v->slots - 1);
	return &v->slot[i];
}

static void
grow(struct visits *v)
{
	v->slots *= 2;
	free(v->slot);
	v->slot = xcalloc(v->slots, sizeof(*v->slot));
	for (size_t i = 0; i < v->n; i++)
		*slot_of(v, v->v[i].hash) = (uint32_t)i + 1;
}

static struct entry *
entry_of(struct visits *v, struct span place, bool *fresh)
{
	const uint64_t hash[2] = {
		hash_of(v->seed[0], place), hash_of(v->seed[1], place)
	};
	uint32_t *slot = slot_of(v, hash);
	struct entry *e = NULL;

	*fresh = *slot == 0;
	if (!*fresh)
		return &v->v[*slot - 1];
	e = VEC_PUSH(v);
	memcpy(e->hash, hash, sizeof(e->hash));
	*slot = (uint32_t)v->n;
	/* at three quarters, or finding a free one takes long */
	if (v->n * 4 > v->slots * 3)
		grow(v);
	return e;
}

/* --- hosts, one visit at a time */

static struct host *
host_of(struct visits *v, struct span key)
{
	struct host *h = map_get0(v->hosts, key);

	if (h != NULL)
		return h;
	h = xcalloc(1, sizeof(*h));
	h->key = BUF(PLAN_HOST_MAX);
	buf_span(&h->key, key);
	map_put(v->hosts, key, h);
	return h;
}

static void
host_free(void *value)
{
	struct host *h = value;

	buf_free(&h->key);
	free(h->queue.v);
	free(h);
}

/* A turn is over: the next in line, or nobody. */
static void
release(struct visits *v, struct host *h)
{
	struct pending *p = pop(&h->queue);

	if (p != NULL) {
		push(&v->ready, p);
		return;
	}
	if (--h->visits > 0)
		return;
	map_take(v->hosts, buf_get0(&h->key));
	host_free(h);
}

/* After a visit its host is left alone for the gap. */
static void
cool(struct visits *v, struct host *h, int64_t now)
{
	if (v->gap == 0) {
		release(v, h);
		return;
	}
	h->free_at = now + v->gap;
	push(&v->cooling, h);
}

static void
release_cooled(struct visits *v, int64_t now)
{
	struct host *h = NULL;

	while ((h = peek(&v->cooling)) != NULL && h->free_at <= now)
		release(v, pop(&v->cooling));
}

static void
enqueue(struct visits *v, struct pending *p)
{
	if (p->host->visits == (v->gap > 0 ? 1 : AT_A_TIME)) {
		push(&p->host->queue, p);
		return;
	}
	p->host->visits++;
	push(&v->ready, p);
}

bool
visits_want(struct visits *v, struct span host, struct span place, void *who,
    size_t *number)
{
	bool fresh = false;
	struct entry *e = entry_of(v, place, &fresh);

	*number = (size_t)(e - v->v);
	if (!fresh && e->state == STATE_ENDED)
		return false;
	if (fresh) {
		struct pending *p = xcalloc(1, sizeof(*p));

		p->number = *number;
		p->host = host_of(v, host);
		p->place = BUF(PLAN_PLACE_MAX);
		buf_span(&p->place, place);
		e->u.pending = p;
		enqueue(v, p);
	}
	*VEC_PUSH(&e->u.pending->who) = who;
	return true;
}

bool
visits_next(struct visits *v, int64_t now, size_t *number, struct span *place)
{
	struct pending *p = NULL;

	release_cooled(v, now);
	p = pop(&v->ready);
	if (p == NULL)
		return false;
	*number = p->number;
	*place = buf_get0(&p->place);
	return true;
}

static bool
store(struct visits *v, struct entry *e, struct span found)
{
	e->u.at = v->end;
	if (!file_write_at(v->fd, found, (off_t)v->end))
		return false;
	v->end += found.n;
	e->n = (uint32_t)found.n;
	return true;
}

bool
visits_done(struct visits *v, size_t number, enum visit_end how,
    struct span found, int64_t now, void (*ready)(void *arg, void *who),
    void *arg)
{
	struct entry *e = &v->v[number];
	struct pending *p = e->u.pending;
	bool ok = store(v, e, span_first(found, FOUND_MAX));

	e->state = STATE_ENDED;
	e->how = (uint8_t)(ok ? how : VISIT_LOST);
	cool(v, p->host, now);
	for (size_t i = 0; i < p->who.n; i++)
		ready(arg, p->who.v[i]);
	free(p->who.v);
	buf_free(&p->place);
	free(p);
	return ok;
}

enum visit_end
visits_read(const struct visits *v, size_t number, struct buf *found)
{
	const struct entry *e = &v->v[number];
	unsigned char *to = NULL;

	if (e->state != STATE_ENDED || e->how != VISIT_MADE)
		return e->state == STATE_ENDED ? (enum visit_end)e->how :
		    VISIT_NOT_MADE;
	to = buf_room(found, e->n);
	if (to == NULL || !file_read_at(v->fd, to, e->n, (off_t)e->u.at))
		return VISIT_LOST;
	found->n += e->n;
	return VISIT_MADE;
}

void
visits_free(struct visits *v)
{
	if (v == NULL)
		return;
	for (size_t i = 0; i < v->n; i++) {
		struct pending *p = v->v[i].u.pending;

		if (v->v[i].state == STATE_ENDED)
			continue;
		free(p->who.v);
		buf_free(&p->place);
		free(p);
	}
	map_free(v->hosts, host_free);
	free(v->cooling.v);
	free(v->ready.v);
	free(v->slot);
	free(v->v);
	free(v);
}
