/* RSA and curve keys of their numbers; see pk.h. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/params.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crypto/key_int.h"
#include "crypto/lib.h"
#include "crypto/pk_int.h"

/* A number in OSSL_PARAM's order and the octets behind it. */
struct numbers {
	OSSL_PARAM params[9];
	unsigned char *own, *to;
	size_t n, room;
};

static void
give(struct numbers *s, const char *name, struct span v)
{
	key_native(s->to, v);
	s->params[s->n++] = OSSL_PARAM_construct_BN(name, s->to, v.n);
	s->to += v.n;
}

/* d mod (p - 1) as octets, p.n of them. */
static bool
exponent(struct span d, struct span p, unsigned char *out)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *bd = BN_bin2bn(d.p, (int)d.n, NULL);
	BIGNUM *bp = BN_bin2bn(p.p, (int)p.n, NULL);
	bool ok = ctx != NULL && bd != NULL && bp != NULL &&
	    BN_sub_word(bp, 1) == 1 && !BN_is_zero(bp) &&
	    BN_mod(bd, bd, bp, ctx) == 1 &&
	    BN_bn2binpad(bd, out, (int)p.n) >= 0;

	BN_clear_free(bd);
	BN_clear_free(bp);
	BN_CTX_free(ctx);
	return ok;
}

/* Whether n = p q and u p = 1 (mod q). */
static bool
fits(struct span n, const struct pk_rsa *s)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *bn = BN_bin2bn(n.p, (int)n.n, NULL);
	BIGNUM *p = BN_bin2bn(s->p.p, (int)s->p.n, NULL);
	BIGNUM *q = BN_bin2bn(s->q.p, (int)s->q.n, NULL);
	BIGNUM *u = BN_bin2bn(s->u.p, (int)s->u.n, NULL);
	BIGNUM *r = BN_new();
	bool ok = ctx != NULL && bn != NULL && p != NULL && q != NULL &&
	    u != NULL && r != NULL && !BN_is_zero(q) &&
	    BN_mul(r, p, q, ctx) == 1 && BN_cmp(r, bn) == 0 &&
	    BN_mod_mul(r, p, u, q, ctx) == 1 && BN_is_one(r);

	BN_free(bn);
	BN_clear_free(p);
	BN_clear_free(q);
	BN_clear_free(u);
	BN_clear_free(r);
	BN_CTX_free(ctx);
	return ok;
}

static bool
give_secret(struct numbers *s, struct span n, const struct pk_rsa *k)
{
	unsigned char *dp = xmalloc(k->q.n + 1), *dq = xmalloc(k->p.n + 1);
	bool ok = fits(n, k) && exponent(k->d, k->q, dp) &&
	    exponent(k->d, k->p, dq);

	if (ok) {
		give(s, OSSL_PKEY_PARAM_RSA_D, k->d);
		/* q comes first: see pk_rsa_parts */
		give(s, OSSL_PKEY_PARAM_RSA_FACTOR1, k->q);
		give(s, OSSL_PKEY_PARAM_RSA_FACTOR2, k->p);
		give(s, OSSL_PKEY_PARAM_RSA_EXPONENT1, span_of(dp, k->q.n));
		give(s, OSSL_PKEY_PARAM_RSA_EXPONENT2, span_of(dq, k->p.n));
		give(s, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, k->u);
	}
	OPENSSL_cleanse(dp, k->q.n + 1);
	OPENSSL_cleanse(dq, k->p.n + 1);
	free(dp);
	free(dq);
	return ok;
}

struct pk *
pk_rsa(struct span n, struct span e, const struct pk_rsa *secret)
{
	struct numbers s = { .n = 0 };
	EVP_PKEY *pkey = NULL;
	bool ok = key_rsa_numbers(n, e);

	if (!ok || (secret != NULL && (secret->p.n == 0 ||
	    secret->q.n == 0 || secret->d.n == 0 || secret->u.n == 0)))
		return NULL;
	crypto_start();
	s.room = n.n + e.n;
	if (secret != NULL)
		s.room += secret->d.n + 2 * secret->p.n + 2 * secret->q.n +
		    secret->u.n;
	s.own = s.to = xmalloc(s.room);
	give(&s, OSSL_PKEY_PARAM_RSA_N, n);
	give(&s, OSSL_PKEY_PARAM_RSA_E, e);
	if (secret != NULL)
		ok = give_secret(&s, n, secret);
	s.params[s.n] = OSSL_PARAM_construct_end();
	if (ok)
		pkey = crypto_pkey("RSA", secret != NULL ?
		    EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, s.params);
	OPENSSL_cleanse(s.own, s.room);
	free(s.own);
	return pk_of(pkey, PK_RSA);
}

/* Whether the point is the secret times the base point. */
static bool
belongs(const char *curve, struct span point, struct span secret)
{
	int nid = EC_curve_nist2nid(curve);
	EC_GROUP *group = EC_GROUP_new_by_curve_name(nid != NID_undef ? nid :
	    OBJ_sn2nid(curve));
	EC_POINT *q = group ? EC_POINT_new(group) : NULL;
	BIGNUM *d = BN_secure_new();
	unsigned char own[2 * PK_SHARED_MAX + 1];
	bool ok = false;

	if (q == NULL || d == NULL ||
	    BN_bin2bn(secret.p, (int)secret.n, d) == NULL)
		mem_exhausted();
	BN_set_flags(d, BN_FLG_CONSTTIME);
	ok = !BN_is_zero(d) && BN_cmp(d, EC_GROUP_get0_order(group)) < 0 &&
	    EC_POINT_mul(group, q, d, NULL, NULL, NULL) == 1 &&
	    span_eq(point, span_of(own, EC_POINT_point2oct(group, q,
	    POINT_CONVERSION_UNCOMPRESSED, own, sizeof(own), NULL)));
	BN_clear_free(d);
	EC_POINT_free(q);
	EC_GROUP_free(group);
	return ok;
}

struct pk *
pk_ec(enum pk_kind curve, struct span point, struct span secret)
{
	unsigned char native[PK_SHARED_MAX], own[2 * PK_SHARED_MAX + 1];
	char group[32] = "";
	OSSL_PARAM params[4];
	size_t size = pk_raw_size(curve), n = 0;
	EVP_PKEY *pkey = NULL;

	crypto_start();
	if (point.n != 2 * size + 1 || point.p[0] != 4 || secret.n > size ||
	    (secret.n > 0 && !belongs(pk_name(curve), point, secret)))
		return NULL;
	/* OSSL_PARAM wants what it could write to */
	memcpy(own, point.p, point.n);
	memcpy(group, pk_name(curve), strlen(pk_name(curve)));
	params[n++] = OSSL_PARAM_construct_utf8_string(
	    OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
	params[n++] = OSSL_PARAM_construct_octet_string(
	    OSSL_PKEY_PARAM_PUB_KEY, own, point.n);
	if (secret.n > 0) {
		key_native(native, secret);
		params[n++] = OSSL_PARAM_construct_BN(
		    OSSL_PKEY_PARAM_PRIV_KEY, native, secret.n);
	}
	params[n] = OSSL_PARAM_construct_end();
	pkey = crypto_pkey("EC", secret.n > 0 ? EVP_PKEY_KEYPAIR :
	    EVP_PKEY_PUBLIC_KEY, params);
	OPENSSL_cleanse(native, sizeof(native));
	return pk_of(pkey, curve);
}
