/* Peers, bundles and sending; see party.h. Reading is in party_recv.c. */
#include "ratchet/party.h"

#include "ratchet/party_int.h"

enum party_result
party_store(struct party *t, enum store_result r)
{
	t->store_error = r;
	return r == STORE_OK ? PARTY_OK : PARTY_STORE;
}

const char *
party_why(const struct party *t, enum party_result r)
{
	static const char *const why[] = {
		[PARTY_OK] = "ok",
		[PARTY_MALFORMED] = "not a message of the Signal protocol",
		[PARTY_OLD] = "a message of a version that nobody writes any "
		    "more",
		[PARTY_NEW] = "a message of a version that needs a newer "
		    "OpenSSL (3.5, for sealed ones 3.2)",
		[PARTY_REPLAYED] = "replayed: its key was used up",
		[PARTY_TOO_FAR] = "too many messages before it are missing",
		[PARTY_UNKNOWN] = "no such peer",
		[PARTY_CHANGED] = "the identity has changed",
		[PARTY_NO_SESSION] = "no session",
		[PARTY_NO_PREKEY] = "no session: it was made for a prekey that "
		    "was used or has expired",
		[PARTY_EXPORTED] = "no session: it was exported",
		[PARTY_FORGED] = "not authentic",
		[PARTY_STALE] = "no answer for 30 days",
		[PARTY_FULL] = "too long",
		[PARTY_EXPIRED] = "the bundle has expired",
		[PARTY_UNSIGNED] = "the bundle is not signed as a whole",
		[PARTY_OTHER_NAME] = "it is somebody else's",
		[PARTY_SELF] = "it is our own",
		[PARTY_SAME] = "no changed identity was seen",
		[PARTY_NO_PQ] = "not protected against quantum computers",
		[PARTY_NO_TRUST] = "nobody certifies senders here",
		[PARTY_CERT] = "the sender's certificate is not valid",
		[PARTY_CROWDED] = "too many strangers wait for an answer",
		[PARTY_IN_USE] = "its sessions are in use here",
	};

	return r == PARTY_STORE ? store_why(t->store_error) : why[r];
}

enum party_result
party_open(struct party *t, struct store *s, const struct env *env)
{
	t->store = s;
	t->env = env;
	return party_store(t, self_get(s, &t->self));
}

enum party_result
party_peer(struct party *t, struct span name, struct peer *out)
{
	enum store_result r = peer_get(t->store, name, out);

	return r == STORE_ABSENT ? PARTY_UNKNOWN : party_store(t, r);
}

/* Whether an identity goes by another name already. */
struct owner {
	struct span identity;
	const struct peer *p;
	bool other;
};

static void
see_owner(void *arg, const struct peer *p)
{
	struct owner *o = arg;

	if (span_eq(o->identity, span_of(p->identity, CURVE_PUBLIC)) &&
	    memcmp(p->id, o->p->id, PEER_ID) != 0)
		o->other = true;
}

enum party_result
party_unowned(struct party *t, const struct peer *p, struct span identity)
{
	struct owner o = { identity, p, false };
	enum store_result r = peer_each(t->store, see_owner, &o);

	return o.other ? PARTY_OTHER_NAME : party_store(t, r);
}

enum party_result
party_believe(struct party *t, struct peer *p, bool fresh,
    struct span identity)
{
	enum party_result r = PARTY_OK;

	if (!fresh && span_eq(identity, span_of(p->identity, CURVE_PUBLIC)))
		return PARTY_OK;
	if (p->has_denied && span_eq(identity, span_of(p->denied,
	    CURVE_PUBLIC)))
		return PARTY_FORGED;
	r = party_unowned(t, p, identity);
	if (r != PARTY_OK)
		return r;
	if (fresh) {
		memcpy(p->identity, identity.p, CURVE_PUBLIC);
		p->since = env_now(t->env);
		peer_put(t->store, p);
		return PARTY_OK;
	}
	memcpy(p->changed_to, identity.p, CURVE_PUBLIC);
	p->changed = true;
	p->changed_at = env_now(t->env);
	peer_put(t->store, p);
	return PARTY_CHANGED;
}

static uint32_t
next_id(uint32_t *next)
{
	uint32_t id = *next;

	*next = id >= PREKEY_ID_MAX ? 1 : id + 1;
	return id;
}

/* Whether a prekey that was made then is still given away. */
static bool
is_current(const struct party *t, int64_t made)
{
	int64_t now = env_now(t->env);

	/* a clock that was ahead pins none */
	return made <= now && now - made < PARTY_SIGNED_USED;
}

/* The signed prekey for new bundles. */
static enum party_result
signed_prekey(struct party *t, struct prekey *out)
{
	int64_t now = env_now(t->env);
	enum store_result r = prekey_newest(t->store, STORE_SIGNED_PREKEY,
	    out);

	if (r != STORE_OK && r != STORE_ABSENT)
		return party_store(t, r);
	if (r == STORE_OK && is_current(t, out->made))
		return PARTY_OK;
	curve_pair_new(t->env, &out->keys);
	out->made = now;
	out->id = next_id(&t->self.next_signed);
	prekey_put(t->store, STORE_SIGNED_PREKEY, out);
	return party_store(t, prekey_expire(t->store, now -
	    PARTY_PREKEY_LIFE));
}

static void
one_time_prekey(struct party *t, struct x3dh_offer *o)
{
	struct prekey k = { .id = next_id(&t->self.next_prekey),
	    .made = env_now(t->env) };

	curve_pair_new(t->env, &k.keys);
	prekey_put(t->store, STORE_PREKEY, &k);
	o->has_prekey = true;
	o->prekey_id = k.id;
	memcpy(o->prekey, k.keys.pub, CURVE_PUBLIC);
	explicit_bzero(&k, sizeof(k));
}

/* Of the stored form to the bundle's; false when libcrypto cannot. */
static bool
offer_kyber(struct party *t, const struct kyber_prekey *k, struct bundle *b)
{
	struct kyber_key *key = kyber_of_seed(k->seed);
	bool ok = key != NULL && kyber_public(key, b->kyber.key);

	kyber_free(key);
	if (!ok)
		return false;
	b->kyber.id = k->id;
	curve_sign(t->env, t->self.us.keys.priv, span_of(b->kyber.key,
	    KYBER_PUBLIC), b->kyber.signature);
	b->has_kyber = true;
	return true;
}

/* One for this bundle, or with "shared" the one that many bundles have. */
static enum party_result
kyber_prekey(struct party *t, bool shared, struct bundle *b)
{
	enum store_kind kind = shared ? STORE_KYBER_SHARED : STORE_KYBER;
	struct kyber_prekey k = { .id = 0 };
	enum store_result r = shared ? kyber_newest(t->store, kind, &k) :
	    STORE_ABSENT;
	bool ok = false;

	if (r != STORE_OK && r != STORE_ABSENT)
		return party_store(t, r);
	if (r == STORE_ABSENT || !is_current(t, k.made)) {
		t->env->random(t->env->arg, k.seed, KYBER_SEED);
		k.id = next_id(&t->self.next_kyber);
		k.made = env_now(t->env);
		kyber_put(t->store, kind, &k);
	}
	ok = offer_kyber(t, &k, b);
	explicit_bzero(&k, sizeof(k));
	return ok ? PARTY_OK : PARTY_NO_PQ;
}

enum party_result
party_bundles(struct party *t, unsigned count, bool without, int64_t life,
    struct buf *out)
{
	struct bundle b = { .device_id = t->self.device_id };
	struct x3dh_offer *o = &b.offer;
	struct prekey spk;
	enum party_result r = signed_prekey(t, &spk);

	if (r != PARTY_OK)
		return r;
	memcpy(b.name, t->self.name, sizeof(b.name));
	o->registration_id = t->self.us.registration_id;
	memcpy(o->identity, t->self.us.keys.pub, CURVE_PUBLIC);
	o->signed_id = spk.id;
	memcpy(o->signed_key, spk.keys.pub, CURVE_PUBLIC);
	curve_sign(t->env, t->self.us.keys.priv, span_of(o->signed_key,
	    CURVE_PUBLIC), o->signature);
	b.expires = env_now(t->env) + life;
	for (unsigned i = 0; i < count && r == PARTY_OK; i++) {
		if (!without)
			one_time_prekey(t, o);
		if (kyber_available())
			r = kyber_prekey(t, without, &b);
		bundle_sign(t->env, &t->self.us, &b);
		bundle_write(&b, out);
	}
	self_put(t->store, &t->self);
	explicit_bzero(&spk, sizeof(spk));
	return r;
}

/* Who is written to, or compared, counts as a stranger no more. */
static void
answer_stranger(struct party *t, struct peer *p)
{
	if (!p->stranger)
		return;
	p->stranger = false;
	peer_put(t->store, p);
}

static bool
takes_kyber(const struct party *t, const struct bundle *b)
{
	return b->has_kyber && !t->no_pq && kyber_available();
}

static enum party_result
check_bundle(const struct party *t, struct span name, const struct bundle *b,
    bool foreign)
{
	if (!b->is_signed && !foreign)
		return PARTY_UNSIGNED;
	if (b->is_signed && !span_eq(name, span_str(b->name)))
		return PARTY_OTHER_NAME;
	if (memcmp(b->offer.identity, t->self.us.keys.pub, CURVE_PUBLIC) == 0)
		return PARTY_SELF;
	if (!bundle_holds(b))
		return PARTY_FORGED;
	if (t->require_pq && !takes_kyber(t, b))
		return PARTY_NO_PQ;
	if (b->is_signed && b->expires < env_now(t->env))
		return PARTY_EXPIRED;
	return PARTY_OK;
}

void
party_add_session(struct party *t, const struct peer *p,
    const struct sessions *all, const struct ratchet *fresh)
{
	sessions_add(t->store, p, all, fresh);
	/* who begins anew may have forgotten it */
	store_drop(t->store, STORE_TOLD, span_of(p->id, PEER_ID));
}

enum party_result
party_start(struct party *t, struct span name, const struct bundle *b,
    bool foreign)
{
	struct peer p;
	struct sessions all;
	struct ratchet fresh;
	enum party_result r = check_bundle(t, name, b, foreign);
	bool unknown = false;

	if (r != PARTY_OK)
		return r;
	r = party_peer(t, name, &p);
	unknown = r == PARTY_UNKNOWN;
	if (r != PARTY_OK && !unknown)
		return r;
	if (p.exported)
		return PARTY_EXPORTED;
	r = party_believe(t, &p, unknown, span_of(b->offer.identity,
	    CURVE_PUBLIC));
	if (r != PARTY_OK)
		return r;
	answer_stranger(t, &p);
	if (!x3dh_start(t->env, &t->self.us, &b->offer,
	    takes_kyber(t, b) ? &b->kyber : NULL, &fresh))
		return PARTY_FORGED;
	r = party_store(t, sessions_get(t->store, &p, SESSIONS_MAX + 1, &all));
	if (r == PARTY_OK) {
		party_add_session(t, &p, &all, &fresh);
		sessions_free(&all);
	}
	ratchet_free(&fresh);
	return r;
}

enum party_result
party_of_session(enum session_result r)
{
	static const enum party_result results[] = {
		[SESSION_OK] = PARTY_OK,
		[SESSION_DUPLICATE] = PARTY_REPLAYED,
		[SESSION_TOO_FAR] = PARTY_TOO_FAR,
		[SESSION_FORGED] = PARTY_FORGED,
		[SESSION_STALE] = PARTY_STALE,
		[SESSION_FULL] = PARTY_FULL,
	};

	return results[r];
}

enum party_result
party_send(struct party *t, struct span name, struct span plain,
    struct buf *body)
{
	struct peer p;
	struct sessions all;
	enum party_result r = party_peer(t, name, &p);

	if (r != PARTY_OK)
		return r;
	if (p.changed)
		return PARTY_CHANGED;
	if (p.exported)
		return PARTY_EXPORTED;
	r = party_store(t, sessions_get(t->store, &p, 1, &all));
	if (r != PARTY_OK)
		return r;
	r = PARTY_NO_SESSION;
	if (all.n > 0 && t->require_pq && all.v[0].s.version != 4)
		r = PARTY_NO_PQ;
	else if (all.n > 0)
		r = party_of_session(ratchet_encrypt(&all.v[0].s, t->env,
		    plain, body));
	if (r == PARTY_OK) {
		sessions_put(t->store, &p, &all, 0);
		answer_stranger(t, &p);
	}
	sessions_free(&all);
	return r;
}

/* The identity before goes into the history; the oldest there gives way. */
static void
to_history(struct peer *p, int64_t now)
{
	struct past *past = NULL;

	if (p->n_past == PEER_HISTORY) {
		memmove(p->past, p->past + 1, (PEER_HISTORY - 1) *
		    sizeof(p->past[0]));
		p->n_past--;
	}
	past = &p->past[p->n_past++];
	memcpy(past->identity, p->identity, CURVE_PUBLIC);
	past->since = p->since;
	past->until = now;
}

enum party_result
party_accept(struct party *t, struct span name, size_t *unsent)
{
	struct peer p;
	enum party_result r = party_peer(t, name, &p);
	int64_t now = env_now(t->env);

	if (r != PARTY_OK)
		return r;
	if (!p.changed)
		return PARTY_SAME;
	/* which may have got a name since it waits */
	r = party_unowned(t, &p, span_of(p.changed_to, CURVE_PUBLIC));
	if (r != PARTY_OK)
		return r;
	to_history(&p, now);
	memcpy(p.identity, p.changed_to, CURVE_PUBLIC);
	p.since = now;
	p.changed = p.verified = p.exported = p.has_denied = false;
	peer_put(t->store, &p);
	*unsent = party_end_sessions(t, &p);
	/* what opens a mailbox is in the state that has the identity */
	store_drop(t->store, STORE_ADDRESS, span_of(p.id, PEER_ID));
	return PARTY_OK;
}

enum party_result
party_verified(struct party *t, struct span name, bool right)
{
	struct peer p;
	enum party_result r = party_peer(t, name, &p);

	if (r != PARTY_OK)
		return r;
	p.verified = right;
	if (right && p.changed) {
		memcpy(p.denied, p.changed_to, CURVE_PUBLIC);
		p.has_denied = true;
	}
	if (right)
		p.changed = p.stranger = false;
	peer_put(t->store, &p);
	return PARTY_OK;
}
