/* Reading a peer's message: which session it belongs to; see party.h. */
#include "ratchet/party_int.h"

enum { SEEN_ID = 4 + 16 };

/* A message being read, and what it belongs to. */
struct incoming {
	struct party *t;
	struct peer p;
	bool unknown;			/* the peer is new */
	struct wire_prekey first;	/* of a PreKeySignalMessage */
	struct wire_message m;
	struct sessions all;
	struct buf *plain;
	struct receipt receipt;
};

static enum party_result
of_wire(enum wire_result r)
{
	static const enum party_result results[] = {
		[WIRE_OK] = PARTY_OK,
		[WIRE_MALFORMED] = PARTY_MALFORMED,
		[WIRE_OLD] = PARTY_OLD,
		[WIRE_NEW] = PARTY_NEW,
	};

	return results[r];
}

/* Try the i-th session; what was read is kept as the current one. */
static enum party_result
try_session(struct incoming *in, size_t i)
{
	struct ratchet *s = &in->all.v[i].s;
	const struct env *env = in->t->env;
	enum party_result r = party_of_session(ratchet_decrypt(s, env,
	    &in->m, in->plain, &in->receipt.info));

	if (r != PARTY_OK)
		return r;
	ratchet_expire(s, env_now(env) - PARTY_MISSING_LIFE);
	sessions_promote(in->t->store, &in->p, &in->all, i);
	in->receipt.from_archive = i > 0;
	return PARTY_OK;
}

/* A message of a session that is there: first by what costs nothing. */
static enum party_result
read_in_session(struct incoming *in)
{
	enum party_result r = PARTY_NO_SESSION;

	for (size_t i = 0; i < in->all.n; i++)
		if (ratchet_knows(&in->all.v[i].s, &in->m))
			return try_session(in, i);
	for (size_t i = 0; i < in->all.n && i < PARTY_TRIES; i++) {
		enum party_result got = try_session(in, i);

		if (got == PARTY_OK)
			return got;
		/* a gap in one of them is more than what the others say */
		if (r != PARTY_TOO_FAR)
			r = got;
	}
	return r;
}

static struct span
seen_id(struct incoming *in, unsigned char room[static SEEN_ID])
{
	uint32_t id = in->first.signed_prekey_id;

	for (int i = 0; i < 4; i++)
		room[i] = (unsigned char)(id >> (24 - 8 * i));
	store_name(in->t->store, in->first.base_key, room + 4);
	return span_of(room, SEEN_ID);
}

/* The private halves of the prekeys that a first message names. */
struct prekeys {
	struct prekey spk, opk;
	struct kyber_key *kyber;
};

static enum store_result
find_kyber(struct incoming *in, struct kyber_key **out)
{
	struct store *s = in->t->store;
	struct kyber_prekey k;
	enum store_result r = kyber_get(s, STORE_KYBER, in->first.kyber_id,
	    &k);

	if (r == STORE_ABSENT)
		r = kyber_get(s, STORE_KYBER_SHARED, in->first.kyber_id, &k);
	if (r != STORE_OK)
		return r;
	*out = kyber_of_seed(k.seed);
	explicit_bzero(&k, sizeof(k));
	return *out != NULL ? STORE_OK : STORE_ABSENT;
}

static enum party_result
find_prekeys(struct incoming *in, struct prekeys *keys)
{
	struct store *s = in->t->store;
	enum store_result r = prekey_get(s, STORE_SIGNED_PREKEY,
	    in->first.signed_prekey_id, &keys->spk);

	/* whether it was dropped yet or not */
	if (r == STORE_OK && keys->spk.made < env_now(in->t->env) -
	    PARTY_PREKEY_LIFE)
		r = STORE_ABSENT;
	if (r == STORE_OK && in->first.has_prekey)
		r = prekey_get(s, STORE_PREKEY, in->first.prekey_id,
		    &keys->opk);
	if (r == STORE_OK && in->first.has_kyber)
		r = find_kyber(in, &keys->kyber);
	return r == STORE_ABSENT ? PARTY_NO_PREKEY : party_store(in->t, r);
}

/*
 * The message is authentic: its one-time prekey is used up, and its base key
 * is remembered for as long as its signed prekey could read it again.
 */
static void
keep_session(struct incoming *in, const struct ratchet *fresh)
{
	struct store *s = in->t->store;
	unsigned char room[SEEN_ID];

	if (in->first.has_prekey)
		prekey_drop(s, STORE_PREKEY, in->first.prekey_id);
	if (in->first.has_kyber)
		prekey_drop(s, STORE_KYBER, in->first.kyber_id);
	store_put(s, STORE_SEEN, seen_id(in, room), SPAN(""));
	party_add_session(in->t, &in->p, &in->all, fresh);
	in->receipt.new_session = true;
	in->receipt.first_contact = in->unknown;
	in->receipt.one_time = in->first.has_prekey;
}

static void
count_stranger(void *arg, const struct peer *p)
{
	*(size_t *)arg += p->stranger;
}

/* Somebody new: there is room for so many whom nobody has answered. */
static enum party_result
meet(struct incoming *in)
{
	size_t n = 0;
	enum store_result r = peer_each(in->t->store, count_stranger, &n);

	in->p.stranger = true;
	if (r != STORE_OK)
		return party_store(in->t, r);
	return n < PARTY_STRANGERS ? PARTY_OK : PARTY_CROWDED;
}

static enum party_result
answer(struct incoming *in, const struct prekeys *keys)
{
	struct party *t = in->t;
	struct ratchet fresh;
	size_t before = in->plain->n;
	enum party_result r = PARTY_FORGED;

	if (!x3dh_answer(&t->self.us, &keys->spk.keys,
	    in->first.has_prekey ? &keys->opk.keys : NULL, keys->kyber,
	    &in->first, &fresh))
		return PARTY_FORGED;
	r = party_of_session(ratchet_decrypt(&fresh, t->env, &in->m,
	    in->plain, &in->receipt.info));
	if (r == PARTY_OK && in->unknown)
		r = meet(in);
	if (r == PARTY_OK)
		r = party_believe(t, &in->p, in->unknown,
		    in->first.identity_key);
	if (r == PARTY_OK)
		keep_session(in, &fresh);
	else
		in->plain->n = before;
	ratchet_free(&fresh);
	return r;
}

/* A first message whose session is not there: make it. */
static enum party_result
read_first(struct incoming *in)
{
	struct prekeys keys = { .kyber = NULL };
	unsigned char room[SEEN_ID];
	struct buf none = BUF(64);
	enum store_result seen = store_get(in->t->store, STORE_SEEN,
	    seen_id(in, room), &none);
	enum party_result r = PARTY_REPLAYED;

	buf_free(&none);
	if (seen == STORE_OK)
		return PARTY_REPLAYED;
	if (seen != STORE_ABSENT)
		return party_store(in->t, seen);
	if (span_eq(in->first.identity_key, span_of(in->t->self.us.keys.pub,
	    CURVE_PUBLIC)))
		return PARTY_SELF;
	r = find_prekeys(in, &keys);
	if (r == PARTY_OK)
		r = answer(in, &keys);
	kyber_free(keys.kyber);
	explicit_bzero(&keys, sizeof(keys));
	return r;
}

/* A repeated first message names its session by the base key. */
static enum party_result
read_prekey_message(struct incoming *in)
{
	for (size_t i = 0; i < in->all.n; i++) {
		const struct ratchet *s = &in->all.v[i].s;

		if (span_eq(in->first.base_key, span_of(s->base_key,
		    CURVE_PUBLIC)) && span_eq(in->first.identity_key,
		    span_of(s->theirs, CURVE_PUBLIC)))
			return try_session(in, i);
	}
	return read_first(in);
}

static enum party_result
parse(struct incoming *in, struct span body)
{
	enum wire_result why = WIRE_OK;

	if (!envelope_type_of(body, &in->receipt.type, &why))
		return of_wire(why);
	if (in->receipt.type == ENVELOPE_PREKEY) {
		wire_prekey_read(body, &in->first);
		in->m = in->first.message;
		/* ours begin with 1; some libraries write 0 for none */
		if (in->first.prekey_id == 0)
			in->first.has_prekey = false;
	} else {
		wire_message_read(body, &in->m);
	}
	in->receipt.version = in->m.version;
	if (in->m.version != 4)
		return in->t->require_pq ? PARTY_NO_PQ : PARTY_OK;
	return kyber_available() ? PARTY_OK : PARTY_NEW;
}

enum party_result
party_recv(struct party *t, struct span name, struct span body,
    struct buf *plain, struct receipt *out)
{
	struct incoming in = { .t = t, .plain = plain };
	enum party_result r = parse(&in, body);

	if (r == PARTY_OK)
		r = party_peer(t, name, &in.p);
	in.unknown = r == PARTY_UNKNOWN;
	if (in.unknown && in.receipt.type == ENVELOPE_PREKEY)
		r = PARTY_OK;
	if (r == PARTY_OK && in.p.exported)
		r = PARTY_EXPORTED;
	if (r == PARTY_OK)
		r = party_store(t, sessions_get(t->store, &in.p,
		    SESSIONS_MAX + 1, &in.all));
	if (r == PARTY_OK)
		r = in.receipt.type == ENVELOPE_PREKEY ?
		    read_prekey_message(&in) : read_in_session(&in);
	in.receipt.verified = in.p.verified;
	if (r == PARTY_OK)
		*out = in.receipt;
	sessions_free(&in.all);
	return r;
}
