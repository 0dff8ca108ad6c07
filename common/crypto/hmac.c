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

void
hmac_sha256(struct span key, const struct span *parts, size_t n,
    unsigned char out[static HMAC_SIZE])
{
	struct hmac *h = hmac_new(key);

	for (size_t i = 0; i < n; i++)
		hmac_add(h, parts[i]);
	hmac_final(h, out);
	hmac_free(h);
}

/* RFC 5869 section 2.2, extract; then 2.3, expand, block by block. */
void
hkdf_sha256(struct span ikm, struct span salt, struct span info,
    unsigned char *out, size_t n)
{
	unsigned char prk[HMAC_SIZE], block[HMAC_SIZE];
	struct span previous = { NULL, 0 };

	hmac_sha256(salt, &ikm, 1, prk);
	for (unsigned char i = 1; n > 0; i++) {
		size_t part = n < sizeof(block) ? n : sizeof(block);
		const struct span parts[] = { previous, info,
		    span_of(&i, 1) };

		hmac_sha256(span_of(prk, sizeof(prk)), parts, 3, block);
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
