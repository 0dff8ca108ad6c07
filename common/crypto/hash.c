/* SHA-256; see hash.h. EVP fails here only for want of memory. */
#include "crypto/hash.h"

#include <openssl/evp.h>

#include "base/mem.h"
#include "crypto/lib.h"

/* The struct is only a name for the context: one allocation less. */
static EVP_MD_CTX *
ctx_of(const struct hash *h)
{
	return (EVP_MD_CTX *)(uintptr_t)h;
}

static void
must(int ok)
{
	if (ok != 1)
		mem_exhausted();
}

struct hash *
hash_new(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (ctx == NULL)
		mem_exhausted();
	must(EVP_DigestInit_ex2(ctx, crypto_sha256(), NULL));
	return (struct hash *)ctx;
}

void
hash_reset(struct hash *h)
{
	must(EVP_DigestInit_ex2(ctx_of(h), NULL, NULL));
}

void
hash_add(struct hash *h, struct span s)
{
	must(EVP_DigestUpdate(ctx_of(h), s.p, s.n));
}

void
hash_final(struct hash *h, unsigned char out[static SHA256_SIZE])
{
	must(EVP_DigestFinal_ex(ctx_of(h), out, NULL));
}

void
hash_peek(const struct hash *h, unsigned char out[static SHA256_SIZE])
{
	EVP_MD_CTX *copy = EVP_MD_CTX_new();

	if (copy == NULL)
		mem_exhausted();
	must(EVP_MD_CTX_copy_ex(copy, ctx_of(h)));
	must(EVP_DigestFinal_ex(copy, out, NULL));
	EVP_MD_CTX_free(copy);
}

void
hash_free(struct hash *h)
{
	EVP_MD_CTX_free(ctx_of(h));
}

void
hash_sha256(struct span s, unsigned char out[static SHA256_SIZE])
{
	struct hash *h = hash_new();

	hash_add(h, s);
	hash_final(h, out);
	hash_free(h);
}
