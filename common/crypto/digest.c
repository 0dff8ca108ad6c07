/* Digests; see digest.h. */
#include "crypto/digest.h"

#include <openssl/evp.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "crypto/must.h"

static const struct {
	const char *name;
	size_t size;
} algs[DIGEST_ALGS] = {
	[DIGEST_SHA1] = { "SHA1", 20 },
	[DIGEST_SHA224] = { "SHA2-224", 28 },
	[DIGEST_SHA256] = { "SHA2-256", 32 },
	[DIGEST_SHA384] = { "SHA2-384", 48 },
	[DIGEST_SHA512] = { "SHA2-512", 64 },
	[DIGEST_SHA3_256] = { "SHA3-256", 32 },
	[DIGEST_SHA3_512] = { "SHA3-512", 64 },
};

/* The struct is only a name for the context: one allocation less. */
static EVP_MD_CTX *
ctx_of(const struct digest *d)
{
	return (EVP_MD_CTX *)(uintptr_t)d;
}

const EVP_MD *
crypto_digest(enum digest_alg alg)
{
	static EVP_MD *fetched[DIGEST_ALGS];

	crypto_start();
	if (fetched[alg] == NULL)
		fetched[alg] = EVP_MD_fetch(NULL, algs[alg].name, NULL);
	if (fetched[alg] == NULL)
		mem_exhausted();
	return fetched[alg];
}

size_t
digest_size(enum digest_alg alg)
{
	return algs[alg].size;
}

struct digest *
digest_new(enum digest_alg alg)
{
	const EVP_MD *md = crypto_digest(alg);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (ctx == NULL)
		mem_exhausted();
	must(EVP_DigestInit_ex2(ctx, md, NULL));
	return (struct digest *)ctx;
}

struct digest *
digest_copy(const struct digest *d)
{
	EVP_MD_CTX *copy = EVP_MD_CTX_new();

	if (copy == NULL)
		mem_exhausted();
	must(EVP_MD_CTX_copy_ex(copy, ctx_of(d)));
	return (struct digest *)copy;
}

void
digest_reset(struct digest *d)
{
	must(EVP_DigestInit_ex2(ctx_of(d), NULL, NULL));
}

void
digest_add(struct digest *d, struct span s)
{
	must(EVP_DigestUpdate(ctx_of(d), s.p, s.n));
}

void
digest_final(struct digest *d, unsigned char *out)
{
	must(EVP_DigestFinal_ex(ctx_of(d), out, NULL));
}

void
digest_peek(const struct digest *d, struct digest *room, unsigned char *out)
{
	must(EVP_MD_CTX_copy_ex(ctx_of(room), ctx_of(d)));
	digest_final(room, out);
}

void
digest_free(struct digest *d)
{
	EVP_MD_CTX_free(ctx_of(d));
}

void
digest_of(enum digest_alg alg, struct span s, unsigned char *out)
{
	struct digest *d = digest_new(alg);

	digest_add(d, s);
	digest_final(d, out);
	digest_free(d);
}
