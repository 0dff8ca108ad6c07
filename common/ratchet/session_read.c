/*
 * Reading messages; see session.h. All that must be derived before the code
 * can be checked is derived beside the session; only what is authentic
 * touches it.
 */
#include <stdlib.h>

#include <openssl/crypto.h>

#include "base/mem.h"
#include "ratchet/session_int.h"

/* A message being read. */
struct reading {
	const struct wire_message *m;
	struct chain *chain;	/* NULL: its ratchet key is new */
	size_t missing;		/* its place among the missing, if it was one */
	bool late;
	unsigned char root[KDF_KEY];	/* of a new chain */
	unsigned char key[KDF_KEY];	/* the chain's at "next" */
	uint32_t next;
	unsigned char seed[KDF_KEY];	/* of a missing one of version 4 */
	struct pq_place pq;
	struct message_keys keys;
};

/* The chain key that a new ratchet key leads to. */
static bool
start_chain(const struct ratchet *s, struct reading *r)
{
	unsigned char shared[CURVE_SHARED];
	bool ok = curve_dh(s->ratchet.priv, r->m->ratchet_key.p, shared);

	memcpy(r->root, s->root, KDF_KEY);
	if (ok)
		kdf_root(r->root, shared, r->key);
	r->next = 0;
	explicit_bzero(shared, sizeof(shared));
	return ok;
}

static bool
find_missing(struct reading *r)
{
	for (size_t i = 0; i < r->chain->missing.n; i++)
		if (r->chain->missing.v[i].counter == r->m->counter) {
			r->missing = i;
			r->late = true;
			return true;
		}
	return false;
}

/* Walk a copy of the chain key up to the message; its seed. */
static void
walk(struct reading *r)
{
	unsigned char key[KDF_KEY];

	memcpy(key, r->key, KDF_KEY);
	for (uint32_t i = r->next; i < r->m->counter; i++)
		kdf_next(key);
	kdf_seed(key, r->seed);
	explicit_bzero(key, sizeof(key));
}

/* The seed of the message's keys, or that it is one of those missing. */
static enum session_result
find_seed(const struct ratchet *s, struct reading *r)
{
	r->chain = ratchet_chain(s, r->m->ratchet_key);
	if (r->chain != NULL) {
		r->next = r->chain->next;
		memcpy(r->key, r->chain->key, KDF_KEY);
		if (r->m->counter < r->next)
			return find_missing(r) ? SESSION_OK :
			    SESSION_DUPLICATE;
	}
	/* while our turn is due the peer cannot have turned again */
	if (r->chain == NULL && (s->turn_due || !start_chain(s, r)))
		return SESSION_FORGED;
	if (r->m->counter - r->next > SESSION_JUMP ||
	    r->m->counter == UINT32_MAX)
		return SESSION_TOO_FAR;
	walk(r);
	return SESSION_OK;
}

/* The same for the post-quantum ratchet: the salt of the keys. */
static enum session_result
find_salt(const struct ratchet *s, struct reading *r,
    unsigned char salt[static PQ_KEY])
{
	switch (pq_find(&s->pq, r->m->pq_ratchet, &r->pq, salt)) {
	case PQ_OK:
		return SESSION_OK;
	case PQ_USED:
		return SESSION_DUPLICATE;
	case PQ_TOO_FAR:
		return SESSION_TOO_FAR;
	default:
		return SESSION_FORGED;
	}
}

/* The keys that the message must have been made with. */
static enum session_result
find_keys(const struct ratchet *s, struct reading *r)
{
	enum session_result result = find_seed(s, r);
	unsigned char salt[PQ_KEY] = { 0 };

	if (result != SESSION_OK)
		return result;
	if (s->version == 4) {
		if (r->late)
			memcpy(r->seed, r->chain->missing.v[r->missing].seed,
			    KDF_KEY);
		result = find_salt(s, r, salt);
		kdf_message_keys(r->seed, span_of(salt, PQ_KEY), &r->keys);
		explicit_bzero(salt, sizeof(salt));
	} else if (r->late) {
		r->keys = r->chain->missing.v[r->missing].keys;
	} else {
		kdf_message_keys(r->seed, SPAN(""), &r->keys);
	}
	return result;
}

static bool
is_authentic(const struct ratchet *s, const struct reading *r)
{
	unsigned char code[HMAC_SIZE];

	ratchet_code(&r->keys, s->theirs, s->ours, r->m->authentic, code);
	return CRYPTO_memcmp(code, r->m->mac.p, WIRE_MAC) == 0;
}

/* Make room by forgetting the oldest of the chain, then of the session. */
static void
make_room(struct ratchet *s, struct chain *c)
{
	struct chain *oldest = c;

	if (c->missing.n < SESSION_KEPT) {
		if (ratchet_missing(s) < SESSION_KEPT_ALL)
			return;
		for (size_t i = s->n_chains; i-- > 0;)
			if (s->chains[i].missing.n > 0)
				oldest = &s->chains[i];
	}
	ratchet_drop_missing(oldest, 0);
}

/* Keep the keys from the chain's next message up to, not with, "end". */
static void
pass_over(struct ratchet *s, struct chain *c, uint32_t end, int64_t now)
{
	unsigned char seed[KDF_KEY];

	for (; c->next < end; c->next++) {
		struct missing *m = NULL;

		make_room(s, c);
		/* no realloc(3): it would leave keys in freed memory */
		if (c->missing.cap == 0) {
			c->missing.v = xcalloc(SESSION_KEPT, sizeof(*m));
			c->missing.cap = SESSION_KEPT;
		}
		m = &c->missing.v[c->missing.n++];
		m->counter = c->next;
		m->since = now;
		kdf_seed(c->key, seed);
		if (s->version == 4)
			memcpy(m->seed, seed, KDF_KEY);
		else
			kdf_message_keys(seed, SPAN(""), &m->keys);
		kdf_next(c->key);
	}
	explicit_bzero(seed, sizeof(seed));
}

/*
 * The peer has turned: the chain before gets no message behind the one that
 * the peer names as its last. Its key would read what is still to come in it,
 * so it goes, unless the peer names one too far ahead to be kept.
 */
static void
close_newest(struct ratchet *s, uint32_t last, int64_t now)
{
	struct chain *c = s->n_chains > 0 ? &s->chains[s->n_chains - 1] :
	    NULL;

	if (c == NULL || c->closed || (last >= c->next &&
	    last - c->next >= SESSION_JUMP))
		return;
	pass_over(s, c, last + 1, now);
	c->closed = true;
	c->next = UINT32_MAX;
	explicit_bzero(c->key, sizeof(c->key));
}

/* The first message of a ratchet key: the peer has turned, our turn is due. */
static void
take_turn(struct ratchet *s, int64_t now, struct reading *r)
{
	memcpy(s->root, r->root, KDF_KEY);
	s->previous = s->send_next > 0 ? s->send_next - 1 : 0;
	s->send_next = 0;
	s->turn_due = true;
	explicit_bzero(&s->ratchet, sizeof(s->ratchet));
	explicit_bzero(s->send_key, sizeof(s->send_key));
	close_newest(s, r->m->previous, now);
	r->chain = ratchet_push_chain(s);
	memcpy(r->chain->ratchet, r->m->ratchet_key.p, CURVE_PUBLIC);
	memcpy(r->chain->key, r->key, KDF_KEY);
}

/* The message is authentic: use its key up. */
static void
settle(struct ratchet *s, int64_t now, struct reading *r,
    struct session_info *info)
{
	struct session_info got = { .counter = r->m->counter,
	    .previous = r->m->previous, .late = r->late };

	if (s->version == 4)
		pq_use(&s->pq, &r->pq, now);
	if (r->late) {
		ratchet_drop_missing(r->chain, r->missing);
		*info = got;
		return;
	}
	got.new_chain = r->chain == NULL;
	if (got.new_chain)
		take_turn(s, now, r);
	got.passed_over = r->m->counter - r->chain->next;
	pass_over(s, r->chain, r->m->counter, now);
	kdf_next(r->chain->key);
	r->chain->next++;
	s->first.is = false;
	*info = got;
}

enum session_result
ratchet_decrypt(struct ratchet *s, const struct env *env,
    const struct wire_message *m, struct buf *plain,
    struct session_info *info)
{
	struct reading r = { .m = m };
	enum session_result result = SESSION_FORGED;

	if (m->version != s->version)
		return SESSION_FORGED;
	result = find_keys(s, &r);
	if (result == SESSION_OK && (!is_authentic(s, &r) ||
	    !aes_cbc_open(r.keys.cipher, r.keys.iv, m->ciphertext, plain)))
		result = SESSION_FORGED;
	if (result == SESSION_OK)
		settle(s, env_now(env), &r, info);
	explicit_bzero(&r, sizeof(r));
	return result;
}
