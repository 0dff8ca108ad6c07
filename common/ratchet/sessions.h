/*
 * The sessions with one peer: the current one, which messages are sent in,
 * and those before it, which may still be read. Inside a transaction.
 */
#ifndef RATCHET_SESSIONS_H
#define RATCHET_SESSIONS_H

#include "ratchet/record.h"
#include "ratchet/session.h"
#include "ratchet/state.h"

enum { SESSIONS_MAX = 1 + RECORD_ARCHIVED };

struct sessions {
	/* the current one first; the numbers fall */
	struct { uint32_t number; struct ratchet s; } *v;
	size_t n, cap;
};

/* The newest "max" of them; ends with sessions_free on STORE_OK. */
enum store_result sessions_get(struct store *s, const struct peer *p,
    size_t max, struct sessions *out);
void sessions_free(struct sessions *all);

/* Write back what has changed in the i-th. */
void sessions_put(struct store *s, const struct peer *p,
    const struct sessions *all, size_t i);
/* The i-th has been used by the peer: it is written as the current one. */
void sessions_promote(struct store *s, const struct peer *p,
    const struct sessions *all, size_t i);
/*
 * Add a new current one; the oldest go when there are more than SESSIONS_MAX.
 * "all" are all of the peer's.
 */
void sessions_add(struct store *s, const struct peer *p,
    const struct sessions *all, const struct ratchet *fresh);
void sessions_drop_all(struct store *s, const struct peer *p);

#endif
