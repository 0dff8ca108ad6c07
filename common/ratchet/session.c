/* Making messages, and what both directions share; see session.h. */
#include "ratchet/session.h"

#include <stdlib.h>

#include "ratchet/session_int.h"

static void
chain_free(struct chain *c)
{
	if (c->missing.v != NULL)
		explicit_bzero(c->missing.v,
		    c->missing.cap * sizeof(*c->missing.v));
	free(c->missing.v);
	explicit_bzero(c, sizeof(*c));
}

void
ratchet_free(struct ratchet *s)
{
	for (size_t i = 0; i < s->n_chains; i++)
		chain_free(&s->chains[i]);
	pq_free(&s->pq);
	explicit_bzero(s, sizeof(*s));
}

struct chain *
ratchet_push_chain(struct ratchet *s)
{
	if (s->n_chains == SESSION_CHAINS) {
		chain_free(&s->chains[0]);
		memmove(s->chains, s->chains + 1,
		    (SESSION_CHAINS - 1) * sizeof(s->chains[0]));
		s->n_chains--;
	}
	memset(&s->chains[s->n_chains], 0, sizeof(s->chains[0]));
	return &s->chains[s->n_chains++];
}

struct chain *
ratchet_chain(const struct ratchet *s, struct span ratchet)
{
	for (size_t i = 0; i < s->n_chains; i++)
		if (span_eq(span_of(s->chains[i].ratchet, CURVE_PUBLIC),
		    ratchet))
			/* the session's constness is the caller's promise */
			return (struct chain *)(uintptr_t)&s->chains[i];
	return NULL;
}

bool
ratchet_knows(const struct ratchet *s, const struct wire_message *m)
{
	return ratchet_chain(s, m->ratchet_key) != NULL;
}

void
ratchet_drop_missing(struct chain *c, size_t at)
{
	size_t after = c->missing.n - at - 1;

	memmove(&c->missing.v[at], &c->missing.v[at + 1],
	    after * sizeof(*c->missing.v));
	c->missing.n--;
	explicit_bzero(&c->missing.v[c->missing.n], sizeof(*c->missing.v));
}

size_t
ratchet_missing(const struct ratchet *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_chains; i++)
		n += s->chains[i].missing.n;
	return n;
}

void
ratchet_expire(struct ratchet *s, int64_t then)
{
	for (size_t i = 0; i < s->n_chains; i++)
		while (s->chains[i].missing.n > 0 &&
		    s->chains[i].missing.v[0].since < then)
			ratchet_drop_missing(&s->chains[i], 0);
	pq_expire(&s->pq, then);
}

void
ratchet_date(struct ratchet *s, int64_t now)
{
	for (size_t i = 0; i < s->n_chains; i++)
		for (size_t k = 0; k < s->chains[i].missing.n; k++)
			if (s->chains[i].missing.v[k].since == 0)
				s->chains[i].missing.v[k].since = now;
	for (size_t i = 0; i < s->pq.missing.n; i++)
		if (s->pq.missing.v[i].since == 0)
			s->pq.missing.v[i].since = now;
}

bool
ratchet_turn(struct ratchet *s, const struct env *env,
    const unsigned char theirs[static CURVE_PUBLIC])
{
	struct curve_pair pair;
	unsigned char shared[CURVE_SHARED];
	bool ok = false;

	curve_pair_new(env, &pair);
	ok = curve_dh(pair.priv, theirs, shared);
	if (ok) {
		kdf_root(s->root, shared, s->send_key);
		s->ratchet = pair;
		s->send_next = 0;
		s->turn_due = false;
	}
	explicit_bzero(&pair, sizeof(pair));
	explicit_bzero(shared, sizeof(shared));
	return ok;
}

bool
ratchet_ready(struct ratchet *s, const struct env *env)
{
	return !s->turn_due || ratchet_turn(s, env,
	    s->chains[s->n_chains - 1].ratchet);
}

void
ratchet_code(const struct message_keys *keys,
    const unsigned char from[static CURVE_PUBLIC],
    const unsigned char to[static CURVE_PUBLIC], struct span authentic,
    unsigned char out[static HMAC_SIZE])
{
	const struct span parts[] = { { from, CURVE_PUBLIC },
	    { to, CURVE_PUBLIC }, authentic };

	hmac_sha256(span_of(keys->mac, sizeof(keys->mac)), parts, 3, out);
}

static void
write_message(const struct ratchet *s, const struct message_keys *keys,
    struct span cipher, struct span pq, struct buf *out)
{
	struct wire_message m = {
		.version = s->version,
		.ratchet_key = span_of(s->ratchet.pub, CURVE_PUBLIC),
		.counter = s->send_next, .previous = s->previous,
		.ciphertext = cipher, .pq_ratchet = pq,
	};
	unsigned char code[HMAC_SIZE];

	wire_message_write(out, &m);
	ratchet_code(keys, s->ours, s->theirs, buf_get0(out), code);
	buf_add(out, code, WIRE_MAC);
}

/* The message as it is sent: wrapped while nobody has answered. */
static void
wrap(const struct ratchet *s, struct span message, struct buf *out)
{
	struct wire_prekey p = {
		.version = s->version,
		.registration_id = s->our_registration,
		.has_prekey = s->first.has_prekey,
		.prekey_id = s->first.prekey_id,
		.signed_prekey_id = s->first.signed_prekey_id,
		.has_kyber = s->version == 4,
		.kyber_id = s->first.kyber_id,
		.kyber_ct = span_of(s->first.kyber_ct, KYBER_CIPHERTEXT),
		.base_key = span_of(s->base_key, CURVE_PUBLIC),
		.identity_key = span_of(s->ours, CURVE_PUBLIC),
	};

	if (s->first.is)
		wire_prekey_write(out, &p, message);
	else
		buf_span(out, message);
}

/* The keys of the next message; in version 4 with a key of its pq. */
static void
next_keys(struct ratchet *s, const unsigned char seed[static KDF_KEY],
    struct buf *pq, struct message_keys *keys)
{
	unsigned char salt[PQ_KEY];

	if (s->version == 3) {
		kdf_message_keys(seed, SPAN(""), keys);
		return;
	}
	pq_send(&s->pq, salt, pq);
	kdf_message_keys(seed, span_of(salt, PQ_KEY), keys);
	explicit_bzero(salt, sizeof(salt));
}

enum session_result
ratchet_encrypt(struct ratchet *s, const struct env *env, struct span plain,
    struct buf *out)
{
	struct buf cipher = BUF(WIRE_MAX), message = BUF(WIRE_MAX),
	    pq = BUF(WIRE_PQ_MAX);
	struct message_keys keys;
	unsigned char seed[KDF_KEY];
	size_t before = out->n;
	enum session_result r = SESSION_FULL;

	if (s->first.is && env_now(env) - s->first.since > SESSION_UNANSWERED)
		return SESSION_STALE;
	if (plain.n > SESSION_PLAIN_MAX || s->send_next == UINT32_MAX ||
	    !ratchet_ready(s, env))
		return SESSION_FULL;
	kdf_seed(s->send_key, seed);
	next_keys(s, seed, &pq, &keys);
	aes_cbc_seal(keys.cipher, keys.iv, plain, &cipher);
	write_message(s, &keys, buf_get0(&cipher), buf_get0(&pq), &message);
	wrap(s, buf_get0(&message), out);
	if (!cipher.over && !message.over && !out->over) {
		kdf_next(s->send_key);
		s->send_next++;
		r = SESSION_OK;
	} else {
		out->n = before;
	}
	explicit_bzero(seed, sizeof(seed));
	explicit_bzero(&keys, sizeof(keys));
	buf_free(&cipher);
	buf_free(&message);
	buf_free(&pq);
	return r;
}
