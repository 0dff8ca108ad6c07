/* HMAC and HKDF; see hmac.h. EVP fails here only for want of memory. */
#include "crypto/hmac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/mem.h"
#include "crypto/lib.h"

/* The struct is only a name for the context: one allocation less. */
static EVP_MAC_CTX *
ctx_of(struct hmac *h)
{
	return (EVP_MAC_CTX *)h;
}

static void
must(int ok)
{
	if (ok != 1)
		mem_exhausted();
}

/* Fetched once. */
static EVP_MAC *
algorithm(void)
{
	static EVP_MAC *mac;

	crypto_start();
	if (mac == NULL)
		mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	if (mac == NULL)
		mem_exhausted();
	return mac;
}

struct hmac *
hmac_new(struct span key)
{
	static char digest[] = "SHA256";
	/* EVP takes NULL for "the key of before" */
	const unsigned char *p = key.n > 0 ? key.p : (const unsigned char *)"";
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(algorithm());
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
		    digest, 0),
		OSSL_PARAM_construct_end(),
	};

	if (ctx == NULL)
		mem_exhausted();
	must(EVP_MAC_init(ctx, p, key.n, params));
	return (struct hmac *)ctx;
}

void
hmac_add(struct hmac *h, struct span s)
{
	must(EVP_MAC_update(ctx_of(h), s.p, s.n));
}

void
hmac_final(struct hmac *h, unsigned char out[static SHA256_SIZE])
{
	size_t n = SHA256_SIZE;

	must(EVP_MAC_final(ctx_of(h), out, &n, SHA256_SIZE));
}

void
hmac_free(struct hmac *h)
{
	EVP_MAC_CTX_free(ctx_of(h));
}

void
hmac_sha256(struct span key, struct span s,
    unsigned char out[static SHA256_SIZE])
{
	struct hmac *h = hmac_new(key);

	hmac_add(h, s);
	hmac_final(h, out);
	hmac_free(h);
}

/* RFC 5869 section 2.2, extract; then 2.3, expand, block by block. */
void
hkdf_sha256(struct span ikm, struct span salt, struct span info,
    unsigned char *out, size_t n)
{
	unsigned char prk[SHA256_SIZE], block[SHA256_SIZE];
	struct span previous = { NULL, 0 };

	hmac_sha256(salt, ikm, prk);
	for (unsigned char i = 1; n > 0; i++) {
		size_t part = n < sizeof(block) ? n : sizeof(block);
		struct hmac *h = hmac_new(span_of(prk, sizeof(prk)));

		hmac_add(h, previous);
		hmac_add(h, info);
		hmac_add(h, span_of(&i, 1));
		hmac_final(h, block);
		hmac_free(h);
		memcpy(out, block, part);
		previous = span_of(block, sizeof(block));
		out += part;
		n -= part;
	}
	OPENSSL_cleanse(prk, sizeof(prk));
	OPENSSL_cleanse(block, sizeof(block));
}

bool
hmac_same(const unsigned char *a, const unsigned char *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
