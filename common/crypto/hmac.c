/* HMAC and HKDF; see hmac.h. EVP fails here only for want of memory. */
#include "crypto/hmac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/mem.h"
#include "crypto/lib.h"

static void
must(int ok)
{
	if (ok != 1)
		mem_exhausted();
}

/*
 * One context for the life of the process: setting one up costs more than
 * the four blocks that a short message takes.
 */
static EVP_MAC_CTX *
context(void)
{
	static EVP_MAC_CTX *ctx;
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
		    digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = NULL;

	if (ctx != NULL)
		return ctx;
	crypto_start();
	mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
	must(ctx != NULL && EVP_MAC_CTX_set_params(ctx, params));
	EVP_MAC_free(mac);
	return ctx;
}

void
hmac_sha256(struct span key, const struct span *parts, size_t n,
    unsigned char out[static HMAC_SIZE])
{
	EVP_MAC_CTX *ctx = context();
	size_t len = 0;

	must(EVP_MAC_init(ctx, key.p, key.n, NULL));
	for (size_t i = 0; i < n; i++)
		must(EVP_MAC_update(ctx, parts[i].p, parts[i].n));
	must(EVP_MAC_final(ctx, out, &len, HMAC_SIZE));
}

void
hkdf_sha256(struct span ikm, struct span salt, struct span info,
    unsigned char *out, size_t n)
{
	static const unsigned char zero[HMAC_SIZE];
	unsigned char prk[HMAC_SIZE], block[HMAC_SIZE], i = 0;
	struct span parts[3] = { { block, 0 }, info, { &i, 1 } };

	hmac_sha256(salt.n > 0 ? salt : span_of(zero, sizeof(zero)), &ikm, 1,
	    prk);
	while (n > 0) {
		size_t take = n < HMAC_SIZE ? n : HMAC_SIZE;

		i++;
		hmac_sha256(span_of(prk, sizeof(prk)), parts, 3, block);
		parts[0].n = HMAC_SIZE;
		memcpy(out, block, take);
		out += take;
		n -= take;
	}
	OPENSSL_cleanse(prk, sizeof(prk));
	OPENSSL_cleanse(block, sizeof(block));
}
