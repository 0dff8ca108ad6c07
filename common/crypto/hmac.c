/* HMAC; see hmac.h. */
#include "crypto/hmac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "crypto/lib.h"
#include "crypto/must.h"

/* The struct is only a name for the context: one allocation less. */
static EVP_MAC_CTX *
ctx_of(struct hmac *h)
{
	return (EVP_MAC_CTX *)h;
}

/* One of the digest, without a key. */
static EVP_MAC_CTX *
context_new(enum digest_alg alg)
{
	char *digest = (char *)(uintptr_t)EVP_MD_get0_name(crypto_digest(alg));
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
		    digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;

	must(ctx != NULL && EVP_MAC_CTX_set_params(ctx, params));
	EVP_MAC_free(mac);
	return ctx;
}

/*
 * One of each digest for the life of the process: setting one up costs more
 * than the four blocks that a short message takes.
 */
static EVP_MAC_CTX *
context(enum digest_alg alg)
{
	static EVP_MAC_CTX *kept[DIGEST_ALGS];

	if (kept[alg] == NULL)
		kept[alg] = context_new(alg);
	return kept[alg];
}

void
hmac_parts(enum digest_alg alg, struct span key, const struct span *parts,
    size_t n, unsigned char *out)
{
	EVP_MAC_CTX *ctx = context(alg);
	size_t len = 0;

	must(EVP_MAC_init(ctx, key.p, key.n, NULL));
	for (size_t i = 0; i < n; i++)
		must(EVP_MAC_update(ctx, parts[i].p, parts[i].n));
	must(EVP_MAC_final(ctx, out, &len, digest_size(alg)));
}

void
hmac_sha256(struct span key, const struct span *parts, size_t n,
    unsigned char out[static HMAC_SIZE])
{
	hmac_parts(DIGEST_SHA256, key, parts, n, out);
}

struct hmac *
hmac_new(struct span key)
{
	EVP_MAC_CTX *ctx = context_new(DIGEST_SHA256);

	must(EVP_MAC_init(ctx, key.p, key.n, NULL));
	return (struct hmac *)ctx;
}

void
hmac_add(struct hmac *h, struct span s)
{
	must(EVP_MAC_update(ctx_of(h), s.p, s.n));
}

void
hmac_final(struct hmac *h, unsigned char out[static HMAC_SIZE])
{
	size_t n = HMAC_SIZE;

	must(EVP_MAC_final(ctx_of(h), out, &n, HMAC_SIZE));
}

void
hmac_free(struct hmac *h)
{
	EVP_MAC_CTX_free(ctx_of(h));
}

bool
hmac_same(const unsigned char *a, const unsigned char *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
