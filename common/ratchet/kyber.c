/* Kyber-1024 over libcrypto's ML-KEM; see kyber.h. */
#include "ratchet/kyber.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <string.h>
#include "crypto/lib.h"

enum { RAW_CIPHERTEXT = KYBER_CIPHERTEXT - 1, SHA3_SIZE = 32, IKME = 32,
	TYPE = 8 };

#define ML_KEM "ML-KEM-1024"

/* The struct is only a name for the key, as in crypto/digest.c. */
static EVP_PKEY *
pkey_of(const struct kyber_key *k)
{
	return (EVP_PKEY *)(uintptr_t)k;
}

/* A key of one parameter. */
static EVP_PKEY *
key_from(const char *name, int selection, const unsigned char *p, size_t n)
{
	/* OSSL_PARAM takes no const, and does not write either */
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(name,
		    (unsigned char *)(uintptr_t)p, n),
		OSSL_PARAM_construct_end(),
	};

	crypto_start();
	return crypto_pkey(ML_KEM, selection, params);
}

bool
kyber_available(void)
{
	EVP_KEYMGMT *m = NULL;

	crypto_start();
	m = EVP_KEYMGMT_fetch(NULL, ML_KEM, NULL);
	EVP_KEYMGMT_free(m);
	ERR_clear_error();
	return m != NULL;
}

struct kyber_key *
kyber_of_seed(const unsigned char seed[static KYBER_SEED])
{
	return (struct kyber_key *)key_from("seed", EVP_PKEY_KEYPAIR, seed,
	    KYBER_SEED);
}

struct kyber_key *
kyber_of_private(struct span octets)
{
	if (octets.n != KYBER_PRIVATE)
		return NULL;
	return (struct kyber_key *)key_from("priv", EVP_PKEY_KEYPAIR,
	    octets.p, octets.n);
}

void
kyber_free(struct kyber_key *k)
{
	EVP_PKEY_free(pkey_of(k));
}

bool
kyber_public(const struct kyber_key *k,
    unsigned char out[static KYBER_PUBLIC])
{
	size_t n = 0;

	out[0] = TYPE;
	return EVP_PKEY_get_octet_string_param(pkey_of(k), "pub", out + 1,
	    KYBER_PUBLIC - 1, &n) == 1 && n == KYBER_PUBLIC - 1;
}

/* Round 3 hashed its secret once more: SHAKE-256(secret || SHA3-256(ct)). */
static bool
hash_secret(unsigned char secret[static KYBER_SECRET],
    const unsigned char *ciphertext)
{
	unsigned char in[KYBER_SECRET + SHA3_SIZE];
	EVP_MD *sha3 = EVP_MD_fetch(NULL, "SHA3-256", NULL);
	EVP_MD *shake = EVP_MD_fetch(NULL, "SHAKE256", NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = sha3 != NULL && shake != NULL && ctx != NULL;

	memcpy(in, secret, KYBER_SECRET);
	ok = ok && EVP_DigestInit_ex2(ctx, sha3, NULL) == 1 &&
	    EVP_DigestUpdate(ctx, ciphertext, RAW_CIPHERTEXT) == 1 &&
	    EVP_DigestFinal_ex(ctx, in + KYBER_SECRET, NULL) == 1 &&
	    EVP_DigestInit_ex2(ctx, shake, NULL) == 1 &&
	    EVP_DigestUpdate(ctx, in, sizeof(in)) == 1 &&
	    EVP_DigestFinalXOF(ctx, secret, KYBER_SECRET) == 1;
	OPENSSL_cleanse(in, sizeof(in));
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(sha3);
	EVP_MD_free(shake);
	return ok;
}

bool
kyber_seal(const struct env *env,
    const unsigned char key[static KYBER_PUBLIC],
    unsigned char ciphertext[static KYBER_CIPHERTEXT],
    unsigned char secret[static KYBER_SECRET])
{
	unsigned char fresh[IKME];
	char ikme[] = "ikme";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(ikme, fresh, sizeof(fresh)),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *pkey = key[0] == TYPE ? key_from("pub",
	    EVP_PKEY_PUBLIC_KEY, key + 1, KYBER_PUBLIC - 1) : NULL;
	EVP_PKEY_CTX *ctx = pkey ? EVP_PKEY_CTX_new_from_pkey(NULL, pkey,
	    NULL) : NULL;
	size_t n = RAW_CIPHERTEXT, secret_n = KYBER_SECRET;
	bool ok = false;

	env->random(env->arg, fresh, sizeof(fresh));
	ciphertext[0] = TYPE;
	ok = ctx != NULL && EVP_PKEY_encapsulate_init(ctx, params) == 1 &&
	    EVP_PKEY_encapsulate(ctx, ciphertext + 1, &n, secret,
	    &secret_n) == 1 && n == RAW_CIPHERTEXT &&
	    secret_n == KYBER_SECRET && hash_secret(secret, ciphertext + 1);
	OPENSSL_cleanse(fresh, sizeof(fresh));
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return ok;
}

bool
kyber_open(const struct kyber_key *k, struct span ciphertext,
    unsigned char secret[static KYBER_SECRET])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey_of(k),
	    NULL);
	size_t n = KYBER_SECRET;
	bool ok = ctx != NULL && ciphertext.n == KYBER_CIPHERTEXT &&
	    ciphertext.p[0] == TYPE &&
	    EVP_PKEY_decapsulate_init(ctx, NULL) == 1 &&
	    EVP_PKEY_decapsulate(ctx, secret, &n, ciphertext.p + 1,
	    RAW_CIPHERTEXT) == 1 && n == KYBER_SECRET &&
	    hash_secret(secret, ciphertext.p + 1);

	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}
