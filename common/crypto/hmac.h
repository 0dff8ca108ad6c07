/* HMAC (RFC 2104) and HKDF (RFC 5869), both over SHA-256. */
#ifndef CRYPTO_HMAC_H
#define CRYPTO_HMAC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum { HMAC_SIZE = 32 };

/* The code of the n parts, joined. */
void hmac_sha256(struct span key, const struct span *parts, size_t n,
    unsigned char out[static HMAC_SIZE]);

/* The same in pieces. */
struct hmac;

/* One that has read nothing yet. Never NULL; free with hmac_free. */
struct hmac *hmac_new(struct span key);

void hmac_add(struct hmac *h, struct span s);

/* The code of all that was read; the hmac can only be freed then. */
void hmac_final(struct hmac *h, unsigned char out[static HMAC_SIZE]);

/* NULL is fine. */
void hmac_free(struct hmac *h);

/*
 * n octets, at most 255 * 32, from the input keying material. No salt is an
 * empty one, which counts as 32 zero octets (section 2.2).
 */
void hkdf_sha256(struct span ikm, struct span salt, struct span info,
    unsigned char *out, size_t n);

/* Whether two codes of n octets are the same, in a time that does not tell. */
bool hmac_same(const unsigned char *a, const unsigned char *b, size_t n);

#endif
