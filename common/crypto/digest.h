/*
 * Message digests by name, in pieces, over OpenSSL's EVP. SHA-256 alone has
 * the cheaper hash.h.
 */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include "base/span.h"

enum { DIGEST_MAX = 64 };

enum digest_alg {
	DIGEST_SHA1,
	DIGEST_SHA224,
	DIGEST_SHA256,
	DIGEST_SHA384,
	DIGEST_SHA512,
	DIGEST_SHA3_256,
	DIGEST_SHA3_512,
	DIGEST_ALGS,
};

struct digest;

/* Octets of the result: 20 to 64. */
size_t digest_size(enum digest_alg alg);

/* One that has read nothing yet. Never NULL; free with digest_free. */
struct digest *digest_new(enum digest_alg alg);
/* One that has read what d has. */
struct digest *digest_copy(const struct digest *d);

/* Read more. */
void digest_add(struct digest *d, struct span s);

/* Write digest_size() octets; afterwards d can only be freed. */
void digest_final(struct digest *d, unsigned char *out);

/* NULL is fine. */
void digest_free(struct digest *d);

/* All at once. */
void digest_of(enum digest_alg alg, struct span s, unsigned char *out);

#endif
