/* Signatures, agreement and RSA encryption; see pk.h. */
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <stdlib.h>

#include "base/mem.h"
#include "crypto/key_int.h"
#include "crypto/lib.h"
#include "crypto/pk_int.h"

enum { ECDSA_DER_MAX = 160 };

static bool
digest_setup(EVP_PKEY_CTX *ctx, const struct pk *k, enum digest_alg alg,
    int (*init)(EVP_PKEY_CTX *))
{
	return ctx != NULL && init(ctx) == 1 && (k->kind != PK_RSA ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1) &&
	    EVP_PKEY_CTX_set_signature_md(ctx, crypto_digest(alg)) == 1;
}

/* r || s as the DER that libcrypto wants; octets to be freed. */
static int
ecdsa_der(const struct pk *k, struct span sig, unsigned char **der)
{
	ECDSA_SIG *s = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(sig.p, (int)k->size, NULL);
	BIGNUM *v = BN_bin2bn(sig.p + k->size, (int)k->size, NULL);
	int n = 0;

	if (s == NULL || r == NULL || v == NULL ||
	    ECDSA_SIG_set0(s, r, v) != 1)
		mem_exhausted();
	n = i2d_ECDSA_SIG(s, der);
	ECDSA_SIG_free(s);
	return n;
}

static bool
verify_message(EVP_PKEY *pkey, struct span digest, struct span sig)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx != NULL && EVP_DigestVerifyInit_ex(ctx, NULL, NULL,
	    NULL, NULL, pkey, NULL) == 1 && EVP_DigestVerify(ctx, sig.p,
	    sig.n, digest.p, digest.n) == 1;

	EVP_MD_CTX_free(ctx);
	return ok;
}

/* Of a composite both halves must hold. */
static bool
verify_raw(const struct pk *k, struct span digest, struct span sig)
{
	size_t n = pk_sig_size(pk_curve(k->kind));

	return sig.n == pk_sig_size(k->kind) && sig.n > 0 &&
	    verify_message(k->pkey, digest, span_first(sig, n)) &&
	    (k->post == NULL || verify_message(k->post, digest,
	    span_from(sig, n)));
}

static bool
verify_der(const struct pk *k, enum digest_alg alg, struct span digest,
    struct span sig)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->pkey, NULL);
	bool ok = digest_setup(ctx, k, alg, EVP_PKEY_verify_init) &&
	    EVP_PKEY_verify(ctx, sig.p, sig.n, digest.p, digest.n) == 1;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

bool
pk_verify(const struct pk *k, enum digest_alg alg, struct span digest,
    struct span sig)
{
	unsigned char *der = NULL;
	int n = 0;
	bool ok = false;

	if (pk_is_raw(k->kind)) {
		ok = verify_raw(k, digest, sig);
	} else if (k->kind == PK_RSA) {
		ok = verify_der(k, alg, digest, sig);
	} else if (pk_is_ec(k->kind) && sig.n == 2 * k->size) {
		n = ecdsa_der(k, sig, &der);
		ok = n > 0 && verify_der(k, alg, digest,
		    span_of(der, (size_t)n));
		OPENSSL_free(der);
	}
	ERR_clear_error();
	return ok;
}

static bool
sign_message(EVP_PKEY *pkey, struct span digest, struct buf *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = (size_t)EVP_PKEY_get_size(pkey);
	unsigned char *to = buf_room(out, n);
	bool ok = to != NULL && ctx != NULL && EVP_DigestSignInit_ex(ctx,
	    NULL, NULL, NULL, NULL, pkey, NULL) == 1 &&
	    EVP_DigestSign(ctx, to, &n, digest.p, digest.n) == 1;

	if (ok)
		out->n += n;
	EVP_MD_CTX_free(ctx);
	return ok;
}

/* DER to r || s. */
static bool
ecdsa_raw(const struct pk *k, const unsigned char *der, size_t n,
    struct buf *out)
{
	ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &der, (long)n);
	unsigned char *to = buf_room(out, 2 * k->size);
	bool ok = s != NULL && to != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(s), to, (int)k->size) >= 0 &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(s), to + k->size,
	    (int)k->size) >= 0;

	if (ok)
		out->n += 2 * k->size;
	ECDSA_SIG_free(s);
	return ok;
}

bool
pk_sign(const struct pk *k, enum digest_alg alg, struct span digest,
    struct buf *out)
{
	EVP_PKEY_CTX *ctx = NULL;
	unsigned char sig[PK_RSA_BITS_MAX / 8];
	size_t n = sizeof(sig);
	bool ok = false;

	if (pk_is_raw(k->kind)) {
		size_t was = out->n;

		ok = sign_message(k->pkey, digest, out) &&
		    (k->post == NULL || sign_message(k->post, digest, out));
		if (!ok)
			out->n = was;
		ERR_clear_error();
		return ok;
	}
	ctx = EVP_PKEY_CTX_new(k->pkey, NULL);
	/* one faulty RSA signature gives the key away: look at it first */
	ok = digest_setup(ctx, k, alg, EVP_PKEY_sign_init);
	crypto_secret_begin();
	ok = ok && EVP_PKEY_sign(ctx, sig, &n, digest.p, digest.n) == 1;
	crypto_secret_end();
	ok = ok && verify_der(k, alg, digest, span_of(sig, n));
	EVP_PKEY_CTX_free(ctx);
	if (ok && k->kind != PK_RSA)
		ok = ecdsa_raw(k, sig, n, out);
	else if (ok)
		buf_add(out, sig, n);
	ERR_clear_error();
	return ok;
}

bool
pk_agree(const struct pk *k, struct span peer, struct buf *out)
{
	static const unsigned char zero[PK_SHARED_MAX];
	struct pk *other = pk_is_ec(k->kind) ?
	    pk_ec(k->kind, peer, (struct span){ NULL, 0 }) :
	    pk_raw(k->kind, peer, (struct span){ NULL, 0 });
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->pkey, NULL);
	unsigned char shared[PK_SHARED_MAX];
	size_t n = sizeof(shared);
	bool ok = other != NULL && ctx != NULL &&
	    EVP_PKEY_derive_init(ctx) == 1 &&
	    EVP_PKEY_derive_set_peer(ctx, other->pkey) == 1 &&
	    EVP_PKEY_derive(ctx, shared, &n) == 1 &&
	    CRYPTO_memcmp(shared, zero, n) != 0;

	if (ok)
		buf_add(out, shared, n);
	OPENSSL_cleanse(shared, sizeof(shared));
	EVP_PKEY_CTX_free(ctx);
	pk_free(other);
	ERR_clear_error();
	return ok;
}

static bool
rsa(const struct pk *k, int (*init)(EVP_PKEY_CTX *),
    int (*run)(EVP_PKEY_CTX *, unsigned char *, size_t *,
    const unsigned char *, size_t), struct span in, struct buf *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->pkey, NULL);
	size_t n = k->size;
	unsigned char *to = buf_room(out, n);
	bool ok = to != NULL && ctx != NULL && init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1;

	crypto_secret_begin();
	ok = ok && run(ctx, to, &n, in.p, in.n) == 1;
	crypto_secret_end();
	if (ok)
		out->n += n;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

bool
pk_rsa_encrypt(const struct pk *k, struct span in, struct buf *out)
{
	return rsa(k, EVP_PKEY_encrypt_init, EVP_PKEY_encrypt, in, out);
}

bool
pk_rsa_decrypt(const struct pk *k, struct span in, struct buf *out)
{
	return rsa(k, EVP_PKEY_decrypt_init, EVP_PKEY_decrypt, in, out);
}
