/*
 * Composites of a curve and an algorithm of FIPS 203 or 204 (RFC 9980); see
 * pk.h. libcrypto has them from 3.5 on, and is asked for them by name.
 */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "crypto/key_int.h"
#include "crypto/lib.h"
#include "crypto/pk_int.h"

enum { SHARE = 32, IKME = 32, SEED_MAX = 64, PUB_MAX = 2592 };

/* libcrypto 3.0 has no names for these parameters. */
static char seed_param[] = "seed", pub_param[] = "pub", ikme_param[] = "ikme";

static const struct {
	enum pk_kind kind, curve;
	const char *name;
	size_t pub, seed, ciphertext;
} rows[] = {
	{ PK_MLDSA65_ED25519, PK_ED25519, "ML-DSA-65", 1952, 32, 0 },
	{ PK_MLDSA87_ED448, PK_ED448, "ML-DSA-87", 2592, 32, 0 },
	{ PK_MLKEM768_X25519, PK_X25519, "ML-KEM-768", 1184, 64, 1088 },
	{ PK_MLKEM1024_X448, PK_X448, "ML-KEM-1024", 1568, 64, 1568 },
};

enum { ROWS_N = sizeof(rows) / sizeof(rows[0]) };

static size_t
row_of(enum pk_kind kind)
{
	size_t i = 0;

	while (i < ROWS_N && rows[i].kind != kind)
		i++;
	return i;
}

enum pk_kind
pk_curve(enum pk_kind kind)
{
	size_t i = row_of(kind);

	return i < ROWS_N ? rows[i].curve : kind;
}

const char *
pk_post_name(enum pk_kind kind)
{
	size_t i = row_of(kind);

	return i < ROWS_N ? rows[i].name : NULL;
}

size_t
pk_kem_size(enum pk_kind kind)
{
	size_t i = row_of(kind);

	return i < ROWS_N && rows[i].ciphertext > 0 ?
	    pk_raw_size(rows[i].curve) + rows[i].ciphertext : 0;
}

/* OSSL_PARAM wants what it could write to. */
static EVP_PKEY *
of_param(size_t row, char *param, int selection, struct span s, size_t want)
{
	unsigned char own[PUB_MAX];
	EVP_PKEY *pkey = NULL;

	if (s.n != want)
		return NULL;
	memcpy(own, s.p, s.n);
	pkey = crypto_pkey(rows[row].name, selection, (OSSL_PARAM[]){
		OSSL_PARAM_construct_octet_string(param, own, s.n),
		OSSL_PARAM_construct_end(),
	});
	OPENSSL_cleanse(own, s.n);
	return pkey;
}

EVP_PKEY *
pk_post_secret(enum pk_kind kind, struct span seed)
{
	size_t i = row_of(kind);

	return of_param(i, seed_param, EVP_PKEY_KEYPAIR, seed, rows[i].seed);
}

EVP_PKEY *
pk_post_public(enum pk_kind kind, struct span pub)
{
	size_t i = row_of(kind);

	return of_param(i, pub_param, EVP_PKEY_PUBLIC_KEY, pub, rows[i].pub);
}

bool
pk_post_octets(const struct pk *k, bool secret, struct buf *out)
{
	size_t i = row_of(k->kind), n = 0;
	size_t want = secret ? rows[i].seed : rows[i].pub;
	unsigned char *to = buf_room(out, want);

	/* no room is the buffer's own error */
	if (to == NULL)
		return true;
	if (EVP_PKEY_get_octet_string_param(k->post, secret ? seed_param :
	    pub_param, to, want, &n) != 1 || n != want)
		return false;
	out->n += n;
	return true;
}

/* ML-KEM's half: its ciphertext, and its share in front of the curve's. */
static bool
encapsulate(const struct pk *k, const struct env *env, struct buf *ct,
    struct buf *shares)
{
	unsigned char fresh[IKME];
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(ikme_param, fresh,
		    sizeof(fresh)),
		OSSL_PARAM_construct_end(),
	};
	size_t n = rows[row_of(k->kind)].ciphertext, share_n = SHARE;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k->post, NULL);
	unsigned char *to = buf_room(ct, n), *share = buf_room(shares, SHARE);
	bool ok = false;

	env->random(env->arg, fresh, sizeof(fresh));
	ok = ctx != NULL && to != NULL && share != NULL &&
	    EVP_PKEY_encapsulate_init(ctx, params) == 1 &&
	    EVP_PKEY_encapsulate(ctx, to, &n, share, &share_n) == 1 &&
	    share_n == SHARE;
	if (ok) {
		ct->n += n;
		shares->n += share_n;
	}
	OPENSSL_cleanse(fresh, sizeof(fresh));
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

/* The curve's half as a key of its own; lent. */
static struct pk
curve_half(const struct pk *k)
{
	enum pk_kind curve = pk_curve(k->kind);

	return (struct pk){ .pkey = k->pkey, .kind = curve,
	    .size = pk_raw_size(curve) };
}

bool
pk_encapsulate(const struct pk *k, const struct env *env, struct buf *ct,
    struct buf *shares)
{
	struct pk half = curve_half(k), *fresh = NULL;
	unsigned char octets[PK_SHARED_MAX];
	struct buf own = BUF(PK_SHARED_MAX), share = BUF(PK_SHARED_MAX);
	bool ok = false;

	env->random(env->arg, octets, half.size);
	fresh = pk_raw_secret(half.kind, span_of(octets, half.size));
	pk_public(&half, &own);
	ok = fresh != NULL && pk_agree(fresh, buf_get0(&own), &share);
	if (ok) {
		pk_public(fresh, ct);
		ok = encapsulate(k, env, ct, shares);
		buf_span(shares, buf_get0(&share));
	}
	OPENSSL_cleanse(octets, sizeof(octets));
	pk_free(fresh);
	buf_free(&own);
	buf_free_wipe(&share);
	return ok;
}

static bool
decapsulate(const struct pk *k, struct span ct, struct buf *shares)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k->post, NULL);
	unsigned char *share = buf_room(shares, SHARE);
	size_t n = SHARE;
	bool ok = ctx != NULL && share != NULL &&
	    EVP_PKEY_decapsulate_init(ctx, NULL) == 1 &&
	    EVP_PKEY_decapsulate(ctx, share, &n, ct.p, ct.n) == 1 &&
	    n == SHARE;

	if (ok)
		shares->n += n;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

bool
pk_decapsulate(const struct pk *k, struct span ct, struct buf *shares)
{
	struct pk half = curve_half(k);

	return ct.n > 0 && ct.n == pk_kem_size(k->kind) &&
	    decapsulate(k, span_from(ct, half.size), shares) &&
	    pk_agree(&half, span_first(ct, half.size), shares);
}
