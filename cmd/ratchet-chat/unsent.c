/*
 * Messages that are made and wait for a relay: kept in the transaction that
 * used their keys, dropped when they are on the relay's disk.
 */
#include "unsent.h"

#include <stdlib.h>
#include <string.h>

#include "base/cur.h"
#include "base/vec.h"
#include "sys/exit.h"

enum { UNSENT_ID = PEER_ID + 8 };

static struct span
id_of(const unsigned char peer[static PEER_ID], uint64_t number,
    unsigned char room[static UNSENT_ID])
{
	memcpy(room, peer, PEER_ID);
	for (int i = 0; i < 8; i++)
		room[PEER_ID + i] = (unsigned char)(number >> (56 - 8 * i));
	return span_of(room, UNSENT_ID);
}

static bool
see_highest(void *arg, struct span id, struct span value)
{
	struct cur c = cur_of(span_from(id, PEER_ID));

	(void)value;
	*(uint64_t *)arg = cur_u64(&c);
	return false;
}

enum store_result
unsent_put(struct job *j, const char *peer, struct span message)
{
	unsigned char name[PEER_ID], room[UNSENT_ID];
	uint64_t highest = 0;
	enum store_result r = STORE_OK;

	store_name(j->store, span_str(peer), name);
	r = store_each(j->store, STORE_UNSENT, span_of(name, PEER_ID),
	    see_highest, &highest);
	if (r == STORE_OK)
		store_put(j->store, STORE_UNSENT, id_of(name, highest + 1,
		    room), message);
	return r;
}

struct one {
	unsigned char id[UNSENT_ID];
	struct buf message;
};

struct list {
	struct one *v;		/* the newest first */
	size_t n, cap;
};

static bool
see(void *arg, struct span id, struct span value)
{
	struct one *o = VEC_PUSH((struct list *)arg);

	if (id.n == UNSENT_ID)
		memcpy(o->id, id.p, UNSENT_ID);
	o->message = BUF(STORE_VALUE_MAX);
	buf_span(&o->message, value);
	return true;
}

static int
get(struct job *j, const char *peer, struct list *out)
{
	unsigned char name[PEER_ID];
	enum store_result r = STORE_OK;
	int status = chat_begin(j, false);

	if (status != EXIT_HOLDS)
		return status;
	store_name(j->store, span_str(peer), name);
	r = store_each(j->store, STORE_UNSENT, span_of(name, PEER_ID), see,
	    out);
	store_abandon(j->store);
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}

static void
list_free(struct list *l)
{
	for (size_t i = 0; i < l->n; i++)
		buf_free(&l->v[i].message);
	free(l->v);
}

int
unsent_count(struct job *j, const char *peer, size_t *out)
{
	struct list l = { .n = 0 };
	int status = get(j, peer, &l);

	if (status == EXIT_HOLDS)
		*out = l.n;
	list_free(&l);
	return status;
}

/* Those from the i-th on are at the relay. */
static int
forget(struct job *j, const struct list *l, size_t i)
{
	enum store_result r = STORE_OK;
	int status = i < l->n ? chat_begin(j, true) : EXIT_HOLDS;

	if (status != EXIT_HOLDS || i == l->n)
		return status;
	for (; i < l->n; i++)
		store_drop(j->store, STORE_UNSENT, span_of(l->v[i].id,
		    UNSENT_ID));
	/* an older state would only leave them there once more */
	r = store_commit_light(j->store);
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}

int
unsent_push(struct job *j, struct web *w, const char *peer,
    const struct relay_address *to, bool quiet, size_t *left)
{
	struct list l = { .n = 0 };
	size_t at = 0;
	int status = get(j, peer, &l), forgotten = EXIT_HOLDS;

	if (status != EXIT_HOLDS) {
		list_free(&l);
		return status;
	}
	for (at = l.n; at > 0 && status == EXIT_HOLDS; at--)
		status = post_content(w, to, buf_get0(&l.v[at - 1].message),
		    quiet);
	/* the one that was refused stays */
	if (status != EXIT_HOLDS && at < l.n)
		at++;
	forgotten = forget(j, &l, at);
	*left = at;
	list_free(&l);
	return status != EXIT_HOLDS ? status : forgotten;
}
