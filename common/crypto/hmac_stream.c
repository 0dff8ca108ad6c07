/* HMAC in pieces; see hmac_stream.h. EVP fails here only for want of memory. */
#include "crypto/hmac_stream.h"

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

struct hmac *
hmac_new(struct span key)
{
	char digest[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
		    digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC_CTX *ctx = NULL;
	EVP_MAC *mac = NULL;

	crypto_start();
	mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
	must(ctx != NULL && EVP_MAC_init(ctx, key.p, key.n, params));
	EVP_MAC_free(mac);
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
