/* HMAC (RFC 2104): SHA-256 but for hmac_parts. */
#ifndef CRYPTO_HMAC_H
#define CRYPTO_HMAC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "crypto/digest.h"

enum { HMAC_SIZE = SHA256_SIZE };

/* The code of the n parts, joined. The key is not empty. */
void hmac_sha256(struct span key, const struct span *parts, size_t n,
    unsigned char out[static HMAC_SIZE]);

/* The same with any digest; writes digest_size() octets. */
void hmac_parts(enum digest_alg alg, struct span key,
    const struct span *parts, size_t n, unsigned char *out);

/* Over what comes in pieces. */
struct hmac;

/* One that has read nothing yet. Never NULL; free with hmac_free. */
struct hmac *hmac_new(struct span key);

void hmac_add(struct hmac *h, struct span s);

/* The code of all that was read; the hmac can only be freed then. */
void hmac_final(struct hmac *h, unsigned char out[static HMAC_SIZE]);

/* NULL is fine. */
void hmac_free(struct hmac *h);

/* Whether two codes of n octets are the same, in a time that does not tell. */
bool hmac_same(const unsigned char *a, const unsigned char *b, size_t n);

#endif
