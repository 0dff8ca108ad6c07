/*
 * EAX: CTR for secrecy, and OMAC (CMAC, RFC 4493, with a block that tells
 * the three uses apart in front) for authenticity.
 */
#include "crypto/aead_eax.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "crypto/must.h"

struct eax {
	EVP_MAC_CTX *mac;
	EVP_CIPHER *ctr;
	unsigned char key[32];
	size_t key_n;
};

struct eax *
eax_new(struct span key)
{
	struct eax *e = xcalloc(1, sizeof(*e));
	char cbc[32], ctr[32];
	EVP_MAC *cmac = NULL;
	OSSL_PARAM params[2] = { OSSL_PARAM_END, OSSL_PARAM_END };

	crypto_start();
	snprintf(cbc, sizeof(cbc), "AES-%zu-CBC", key.n * 8);
	/* it measures the name, which has to be there */
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER,
	    cbc, 0);
	snprintf(ctr, sizeof(ctr), "AES-%zu-CTR", key.n * 8);
	memcpy(e->key, key.p, key.n);
	e->key_n = key.n;
	cmac = EVP_MAC_fetch(NULL, "CMAC", NULL);
	e->mac = EVP_MAC_CTX_new(cmac);
	e->ctr = EVP_CIPHER_fetch(NULL, ctr, NULL);
	must(e->mac != NULL && e->ctr != NULL);
	must(EVP_MAC_init(e->mac, key.p, key.n, params));
	EVP_MAC_free(cmac);
	return e;
}

void
eax_free(struct eax *e)
{
	EVP_MAC_CTX_free(e->mac);
	EVP_CIPHER_free(e->ctr);
	OPENSSL_cleanse(e, sizeof(*e));
	free(e);
}

static void
omac(struct eax *e, unsigned char use, struct span s,
    unsigned char out[static AEAD_TAG])
{
	unsigned char first[16] = { [15] = use };
	size_t n = 0;

	must(EVP_MAC_init(e->mac, NULL, 0, NULL));
	must(EVP_MAC_update(e->mac, first, sizeof(first)));
	must(s.n == 0 || EVP_MAC_update(e->mac, s.p, s.n) == 1);
	must(EVP_MAC_final(e->mac, out, &n, AEAD_TAG));
}

void
eax_tag(struct eax *e, struct span nonce, struct span ad,
    struct span ciphertext, unsigned char tag[static AEAD_TAG])
{
	unsigned char n[AEAD_TAG], h[AEAD_TAG], c[AEAD_TAG];

	omac(e, 0, nonce, n);
	omac(e, 1, ad, h);
	omac(e, 2, ciphertext, c);
	for (size_t i = 0; i < AEAD_TAG; i++)
		tag[i] = n[i] ^ h[i] ^ c[i];
}

void
eax_crypt(struct eax *e, struct span nonce, struct span in,
    unsigned char *out)
{
	unsigned char iv[AEAD_TAG];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;

	omac(e, 0, nonce, iv);
	must(ctx != NULL);
	must(EVP_EncryptInit_ex2(ctx, e->ctr, e->key, iv, NULL));
	must(in.n == 0 ||
	    EVP_EncryptUpdate(ctx, out, &n, in.p, (int)in.n) == 1);
	EVP_CIPHER_CTX_free(ctx);
}
