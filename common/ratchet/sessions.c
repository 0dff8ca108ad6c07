/* The sessions with one peer; see sessions.h. */
#include "ratchet/sessions.h"

#include <stdlib.h>

#include "base/cur.h"
#include "base/vec.h"

enum { SESSION_ID = PEER_ID + 4 };

static struct span
session_id(const struct peer *p, uint32_t number,
    unsigned char room[static SESSION_ID])
{
	memcpy(room, p->id, PEER_ID);
	for (int i = 0; i < 4; i++)
		room[PEER_ID + i] = (unsigned char)(number >> (24 - 8 * i));
	return span_of(room, SESSION_ID);
}

struct walk {
	struct sessions *all;
	size_t max;
	bool bad;
};

static bool
see(void *arg, struct span id, struct span value)
{
	struct walk *w = arg;
	struct cur c = cur_of(span_from(id, PEER_ID));
	struct ratchet s;
	uint32_t number = cur_u32(&c);

	w->bad = !cur_done(&c) || !record_session_read(value, &s);
	if (w->bad)
		return false;
	VEC_PUSH(w->all);
	w->all->v[w->all->n - 1].number = number;
	w->all->v[w->all->n - 1].s = s;
	explicit_bzero(&s, sizeof(s));
	return w->all->n < w->max;
}

enum store_result
sessions_get(struct store *s, const struct peer *p, size_t max,
    struct sessions *out)
{
	struct sessions all = { .n = 0 };
	struct walk w = { &all, max, false };
	enum store_result r = STORE_OK;

	/* room at once: no copy of a key stays behind in freed memory */
	all.cap = max;
	all.v = xcalloc(max, sizeof(*all.v));
	r = store_each(s, STORE_SESSION, span_of(p->id, PEER_ID), see, &w);
	if (r == STORE_OK && w.bad)
		r = STORE_DAMAGED;
	if (r == STORE_OK)
		*out = all;
	else
		sessions_free(&all);
	return r;
}

void
sessions_free(struct sessions *all)
{
	for (size_t i = 0; i < all->n; i++)
		ratchet_free(&all->v[i].s);
	free(all->v);
	*all = (struct sessions){ .n = 0 };
}

static void
put(struct store *s, const struct peer *p, uint32_t number,
    const struct ratchet *session)
{
	unsigned char room[SESSION_ID];
	struct buf b = BUF(RECORD_SESSION_MAX);

	/* the most that a session without missing messages needs */
	buf_room(&b, 4096 + 256 * ratchet_missing(session) +
	    session->pq.braid.n + 64 * session->pq.missing.n);
	record_session_write(session, &b);
	store_put(s, STORE_SESSION, session_id(p, number, room),
	    buf_get0(&b));
	buf_free_wipe(&b);
}

void
sessions_put(struct store *s, const struct peer *p,
    const struct sessions *all, size_t i)
{
	put(s, p, all->v[i].number, &all->v[i].s);
}

void
sessions_promote(struct store *s, const struct peer *p,
    const struct sessions *all, size_t i)
{
	unsigned char room[SESSION_ID];

	if (i == 0) {
		sessions_put(s, p, all, i);
		return;
	}
	store_drop(s, STORE_SESSION, session_id(p, all->v[i].number, room));
	put(s, p, all->v[0].number + 1, &all->v[i].s);
}

void
sessions_add(struct store *s, const struct peer *p,
    const struct sessions *all, const struct ratchet *fresh)
{
	unsigned char room[SESSION_ID];

	for (size_t i = SESSIONS_MAX - 1; i < all->n; i++)
		store_drop(s, STORE_SESSION, session_id(p, all->v[i].number,
		    room));
	put(s, p, all->n > 0 ? all->v[0].number + 1 : 1, fresh);
}

void
sessions_drop_all(struct store *s, const struct peer *p)
{
	store_drop_all(s, STORE_SESSION, span_of(p->id, PEER_ID));
}
