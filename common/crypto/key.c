/* Signature keys; see key.h. */
#include "crypto/key.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdlib.h>

#include "base/mem.h"
#include "crypto/der.h"
#include "crypto/key_int.h"
#include "crypto/lib.h"

struct key *
key_of(EVP_PKEY *pkey, enum key_type type)
{
	struct key *k = xcalloc(1, sizeof(*k));

	k->pkey = pkey;
	k->type = type;
	k->bits = type == KEY_RSA ? (unsigned)EVP_PKEY_get_bits(pkey) : 256;
	return k;
}

/*
 * The RSAPublicKey in a SubjectPublicKeyInfo of rsaEncryption. Read here and
 * not by d2i_PUBKEY, which takes twenty times as long on OpenSSL 3.0.
 */
static struct span
spki_inside(struct span der)
{
	struct span alg = { NULL, 0 }, key = der_spki(der, &alg);
	struct span params = span_from(alg, OID_RSA.n);

	/* RFC 3279 section 2.3.1: NULL; some leave it out */
	if (!span_starts(alg, OID_RSA) ||
	    (params.n > 0 && !span_eq(params, SPAN("\x05\0"))))
		return (struct span){ NULL, 0 };
	return key;
}

bool
key_rsa_numbers(struct span n, struct span e)
{
	while (e.n > 0 && e.p[0] == 0)
		e = span_from(e, 1);
	return n.n > 0 && n.n <= RSA_BITS_MAX / 8 && e.n > 0 &&
	    e.n <= RSA_EXPONENT_MAX && (n.p[n.n - 1] & 1) == 1 &&
	    (e.p[e.n - 1] & 1) == 1 && (e.n > 1 || e.p[0] > 1);
}

EVP_PKEY *
key_raw_private(const char *type, struct span octets)
{
	/* OSSL_PARAM takes no const, and does not write either */
	return crypto_pkey(type, EVP_PKEY_KEYPAIR, (OSSL_PARAM[]){
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY,
		    (unsigned char *)(uintptr_t)octets.p, octets.n),
		OSSL_PARAM_construct_end(),
	});
}

void
key_native(unsigned char *to, struct span s)
{
	BIGNUM *bn = BN_bin2bn(s.p, (int)s.n, NULL);

	if (bn == NULL || BN_bn2nativepad(bn, to, (int)s.n) < 0)
		mem_exhausted();
	BN_clear_free(bn);
}

struct key *
key_rsa_public(struct span der)
{
	struct span inside = spki_inside(der);
	struct cur outer = cur_of(inside.n > 0 ? inside : der);
	struct cur c = cur_of(der_take(&outer, 0x30));
	struct span n = der_unsigned(&c), e = der_unsigned(&c);
	unsigned char mod[RSA_BITS_MAX / 8], exp[RSA_EXPONENT_MAX];
	EVP_PKEY *pkey = NULL;

	if (!cur_done(&outer) || !cur_done(&c) || !key_rsa_numbers(n, e))
		return NULL;
	crypto_start();
	key_native(mod, n);
	key_native(exp, e);
	pkey = crypto_pkey("RSA", EVP_PKEY_PUBLIC_KEY, (OSSL_PARAM[]){
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, mod, n.n),
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, exp, e.n),
		OSSL_PARAM_construct_end(),
	});
	return pkey ? key_of(pkey, KEY_RSA) : NULL;
}

struct key *
key_ed25519_public(struct span raw)
{
	EVP_PKEY *pkey = NULL;

	if (raw.n != ED25519_SIZE)
		return NULL;
	crypto_start();
	pkey = EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, raw.p,
	    raw.n);
	ERR_clear_error();
	return pkey ? key_of(pkey, KEY_ED25519) : NULL;
}

struct key *
key_generate(enum key_type type, unsigned bits)
{
	EVP_PKEY *pkey = NULL;

	crypto_start();
	pkey = type == KEY_RSA ?
	    EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits) :
	    EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	ERR_clear_error();
	return pkey ? key_of(pkey, type) : NULL;
}

enum key_type
key_type(const struct key *k)
{
	return k->type;
}

unsigned
key_bits(const struct key *k)
{
	return k->bits;
}

void
key_public(const struct key *k, struct buf *out)
{
	unsigned char *der = NULL;
	unsigned char raw[ED25519_SIZE];
	size_t raw_n = sizeof(raw);
	int n = 0;

	if (k->type == KEY_ED25519) {
		if (EVP_PKEY_get_raw_public_key(k->pkey, raw, &raw_n) != 1)
			mem_exhausted();
		buf_add(out, raw, raw_n);
		return;
	}
	n = i2d_PUBKEY(k->pkey, &der);
	if (n <= 0)
		mem_exhausted();
	buf_add(out, der, (size_t)n);
	OPENSSL_free(der);
}

void
key_private_pem(const struct key *k, struct buf *out)
{
	BIO *to = BIO_new(BIO_s_mem());
	char *p = NULL;
	long n = 0;

	if (to == NULL || PEM_write_bio_PKCS8PrivateKey(to, k->pkey, NULL,
	    NULL, 0, NULL, NULL) != 1)
		mem_exhausted();
	n = BIO_get_mem_data(to, &p);
	buf_add(out, p, (size_t)n);
	OPENSSL_cleanse(p, (size_t)n);
	BIO_free(to);
}

static bool
rsa_setup(EVP_PKEY_CTX *ctx, int (*init)(EVP_PKEY_CTX *))
{
	return ctx != NULL && init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(ctx,
	    crypto_digest(DIGEST_SHA256)) == 1;
}

bool
key_verify(const struct key *k,
    const unsigned char digest[static SHA256_SIZE], struct span sig)
{
	bool ok = false;

	if (k->type == KEY_RSA) {
		EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->pkey, NULL);

		ok = rsa_setup(ctx, EVP_PKEY_verify_init) &&
		    EVP_PKEY_verify(ctx, sig.p, sig.n, digest,
		    SHA256_SIZE) == 1;
		EVP_PKEY_CTX_free(ctx);
	} else {
		EVP_MD_CTX *ctx = EVP_MD_CTX_new();

		ok = ctx != NULL && EVP_DigestVerifyInit_ex(ctx, NULL, NULL,
		    NULL, NULL, k->pkey, NULL) == 1 &&
		    EVP_DigestVerify(ctx, sig.p, sig.n, digest,
		    SHA256_SIZE) == 1;
		EVP_MD_CTX_free(ctx);
	}
	ERR_clear_error();
	return ok;
}

bool
key_sign(const struct key *k,
    const unsigned char digest[static SHA256_SIZE], struct buf *out)
{
	size_t n = (size_t)EVP_PKEY_get_size(k->pkey);
	unsigned char *to = buf_room(out, n);
	bool ok = false;

	if (to == NULL)
		return false;
	if (k->type == KEY_RSA) {
		EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->pkey, NULL);

		ok = rsa_setup(ctx, EVP_PKEY_sign_init);
		crypto_secret_begin();
		ok = ok && EVP_PKEY_sign(ctx, to, &n, digest, SHA256_SIZE) == 1;
		crypto_secret_end();
		EVP_PKEY_CTX_free(ctx);
	} else {
		EVP_MD_CTX *ctx = EVP_MD_CTX_new();

		ok = ctx != NULL && EVP_DigestSignInit_ex(ctx, NULL, NULL,
		    NULL, NULL, k->pkey, NULL) == 1 &&
		    EVP_DigestSign(ctx, to, &n, digest, SHA256_SIZE) == 1;
		EVP_MD_CTX_free(ctx);
	}
	ERR_clear_error();
	if (ok)
		out->n += n;
	return ok;
}

void
key_free(struct key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	free(k);
}
