/* What is forgotten: on demand, and with time; see party.h. */
#include <stdlib.h>

#include "base/vec.h"
#include "ratchet/party_int.h"

enum { DAY = 86400 };

size_t
party_end_sessions(struct party *t, const struct peer *p)
{
	struct span id = span_of(p->id, PEER_ID);

	sessions_drop_all(t->store, p);
	store_drop(t->store, STORE_OUTBOX, id);
	/* the message that told it may be among the unsent */
	store_drop(t->store, STORE_TOLD, id);
	return store_drop_all(t->store, STORE_UNSENT, id);
}

enum party_result
party_reset(struct party *t, struct span name, size_t *unsent)
{
	struct peer p;
	enum party_result r = party_peer(t, name, &p);

	if (r != PARTY_OK)
		return r;
	p.exported = false;
	peer_put(t->store, &p);
	*unsent = party_end_sessions(t, &p);
	return PARTY_OK;
}

enum party_result
party_reset_all(struct party *t, size_t *unsent)
{
	static const enum store_kind kinds[] = { STORE_SESSION,
	    STORE_SIGNED_PREKEY, STORE_PREKEY, STORE_SEEN, STORE_OUTBOX,
	    STORE_INBOX, STORE_KYBER, STORE_KYBER_SHARED, STORE_TOLD };

	*unsent = store_drop_all(t->store, STORE_UNSENT, SPAN(""));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		store_drop_all(t->store, kinds[i], SPAN(""));
	/* ids that the state does not remember were given away, too */
	t->self.next_signed = (uint32_t)(env_seed(t->env) % PREKEY_ID_MAX) +
	    1;
	t->self.next_prekey = (uint32_t)(env_seed(t->env) % PREKEY_ID_MAX) +
	    1;
	t->self.next_kyber = (uint32_t)(env_seed(t->env) % PREKEY_ID_MAX) + 1;
	self_put(t->store, &t->self);
	return PARTY_OK;
}

struct peers {
	struct peer *v;
	size_t n, cap;
	bool strangers;		/* these alone */
};

static void
add_peer(void *arg, const struct peer *p)
{
	struct peers *all = arg;

	if (!all->strangers || p->stranger)
		*VEC_PUSH(all) = *p;
}

enum party_result
party_forget_strangers(struct party *t)
{
	struct peers all = { .strangers = true };
	enum store_result r = peer_each(t->store, add_peer, &all);

	for (size_t i = 0; r == STORE_OK && i < all.n; i++) {
		struct span id = span_of(all.v[i].id, PEER_ID);

		/* a stranger is one for whom nothing was made */
		party_end_sessions(t, &all.v[i]);
		store_drop(t->store, STORE_ADDRESS, id);
		store_drop(t->store, STORE_PEER, id);
	}
	free(all.v);
	return party_store(t, r);
}

/* Sessions that are not used, too: reading only expires those that are. */
static enum store_result
expire_missing(struct party *t, const struct peer *p)
{
	struct sessions all;
	enum store_result r = sessions_get(t->store, p, SESSIONS_MAX, &all);

	if (r != STORE_OK)
		return r;
	for (size_t i = 0; i < all.n; i++) {
		size_t before = ratchet_missing(&all.v[i].s);

		ratchet_expire(&all.v[i].s, env_now(t->env) -
		    PARTY_MISSING_LIFE);
		if (ratchet_missing(&all.v[i].s) != before)
			sessions_put(t->store, p, &all, i);
	}
	sessions_free(&all);
	return STORE_OK;
}

enum party_result
party_tidy(struct party *t)
{
	struct peers all = { .n = 0 };
	int64_t now = env_now(t->env);
	enum store_result r = STORE_OK;

	/* a clock that was ahead puts it off for no longer than a day */
	if (t->self.tidied <= now && now - t->self.tidied < DAY)
		return PARTY_OK;
	t->self.tidied = now;
	self_put(t->store, &t->self);
	r = prekey_expire(t->store, now - PARTY_PREKEY_LIFE);
	if (r == STORE_OK)
		r = peer_each(t->store, add_peer, &all);
	for (size_t i = 0; r == STORE_OK && i < all.n; i++)
		r = expire_missing(t, &all.v[i]);
	free(all.v);
	return party_store(t, r);
}
