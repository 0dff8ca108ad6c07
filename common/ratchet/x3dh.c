/*
 * X3DH; see x3dh.h. With A the initiator, IK identities, SPK the signed and
 * OPK the one-time prekey of B, EK the base key of A:
 *
 *	FF * 32 || DH(IKa, SPKb) || DH(EKa, IKb) || DH(EKa, SPKb)
 *	[ || DH(EKa, OPKb) ] [ || Kyber's secret ]
 *
 * is derived from. B's first ratchet pair is SPKb. The chain key that comes
 * with the root would be for messages of B that answer none of A's: B has no
 * session then, so nobody keeps it here.
 */
#include "ratchet/x3dh.h"

#include "ratchet/session_int.h"

enum { SECRET_MAX = 32 + 4 * CURVE_SHARED + KYBER_SECRET };

struct secret {
	unsigned char p[SECRET_MAX];
	size_t n;
	bool bad;
};

static void
secret_start(struct secret *s)
{
	*s = (struct secret){ .n = 32 };
	memset(s->p, 0xff, s->n);
}

static void
secret_add(struct secret *s, const unsigned char *priv,
    const unsigned char *pub)
{
	if (!curve_dh(priv, pub, s->p + s->n))
		s->bad = true;
	s->n += CURVE_SHARED;
}

static bool
signatures_hold(const struct x3dh_offer *o, const struct x3dh_kyber *kyber)
{
	struct span identity = span_of(o->identity, CURVE_PUBLIC);

	return curve_verify(identity, span_of(o->signed_key, CURVE_PUBLIC),
	    span_of(o->signature, CURVE_SIGNATURE)) &&
	    (kyber == NULL || curve_verify(identity,
	    span_of(kyber->key, KYBER_PUBLIC),
	    span_of(kyber->signature, CURVE_SIGNATURE)));
}

/* Seal to the Kyber prekey; the ciphertext goes with each first message. */
static void
add_kyber(const struct env *env, const struct x3dh_kyber *kyber,
    struct secret *secret, struct ratchet *s)
{
	if (kyber == NULL)
		return;
	if (!kyber_seal(env, kyber->key, s->first.kyber_ct,
	    secret->p + secret->n))
		secret->bad = true;
	secret->n += KYBER_SECRET;
	s->first.kyber_id = kyber->id;
}

/* Root and first chain key, and the post-quantum ratchet where it goes. */
static void
derive(struct ratchet *s, const struct secret *secret, bool initiator)
{
	unsigned char pq[KDF_KEY];

	if (s->version == 3) {
		kdf_start(span_of(secret->p, secret->n), s->root,
		    s->send_key);
		return;
	}
	kdf_start_pq(span_of(secret->p, secret->n), s->root, s->send_key, pq);
	pq_start(pq, initiator, &s->pq);
	explicit_bzero(pq, sizeof(pq));
}

bool
x3dh_start(const struct env *env, const struct identity *us,
    const struct x3dh_offer *o, const struct x3dh_kyber *kyber,
    struct ratchet *out)
{
	struct ratchet s = {
		.version = kyber != NULL ? 4 : 3,
		.our_registration = us->registration_id,
		.their_registration = o->registration_id,
		.first = { .is = true, .has_prekey = o->has_prekey,
		    .prekey_id = o->prekey_id,
		    .signed_prekey_id = o->signed_id,
		    .since = env_now(env) },
	};
	struct curve_pair base;
	struct secret secret;
	bool ok = signatures_hold(o, kyber);

	curve_pair_new(env, &base);
	secret_start(&secret);
	secret_add(&secret, us->keys.priv, o->signed_key);
	secret_add(&secret, base.priv, o->identity);
	secret_add(&secret, base.priv, o->signed_key);
	if (o->has_prekey)
		secret_add(&secret, base.priv, o->prekey);
	add_kyber(env, kyber, &secret, &s);
	derive(&s, &secret, true);
	memcpy(s.ours, us->keys.pub, CURVE_PUBLIC);
	memcpy(s.theirs, o->identity, CURVE_PUBLIC);
	memcpy(s.base_key, base.pub, CURVE_PUBLIC);
	ok = ok && !secret.bad && ratchet_turn(&s, env, o->signed_key);
	if (ok)
		*out = s;
	else
		ratchet_free(&s);
	explicit_bzero(&base, sizeof(base));
	explicit_bzero(&secret, sizeof(secret));
	explicit_bzero(&s, sizeof(s));
	return ok;
}

bool
x3dh_answer(const struct identity *us, const struct curve_pair *signed_key,
    const struct curve_pair *prekey, const struct kyber_key *kyber,
    const struct wire_prekey *p, struct ratchet *out)
{
	struct ratchet s = {
		.version = p->version,
		.our_registration = us->registration_id,
		.their_registration = p->registration_id,
	};
	struct secret secret;
	bool ok = curve_point_ok(p->base_key);

	secret_start(&secret);
	secret_add(&secret, signed_key->priv, p->identity_key.p);
	secret_add(&secret, us->keys.priv, p->base_key.p);
	secret_add(&secret, signed_key->priv, p->base_key.p);
	if (prekey != NULL)
		secret_add(&secret, prekey->priv, p->base_key.p);
	if (p->version == 4) {
		ok = ok && kyber != NULL && kyber_open(kyber, p->kyber_ct,
		    secret.p + secret.n);
		secret.n += KYBER_SECRET;
	}
	derive(&s, &secret, false);
	s.ratchet = *signed_key;
	memcpy(s.ours, us->keys.pub, CURVE_PUBLIC);
	memcpy(s.theirs, p->identity_key.p, CURVE_PUBLIC);
	memcpy(s.base_key, p->base_key.p, CURVE_PUBLIC);
	ok = ok && !secret.bad;
	if (ok)
		*out = s;
	else
		ratchet_free(&s);
	explicit_bzero(&secret, sizeof(secret));
	explicit_bzero(&s, sizeof(s));
	return ok;
}
