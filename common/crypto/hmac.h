/* HMAC-SHA256 (RFC 2104) and HKDF over it (RFC 5869). */
#ifndef CRYPTO_HMAC_H
#define CRYPTO_HMAC_H

#include <stddef.h>

#include "base/span.h"

enum { HMAC_SIZE = 32 };

/* The code of the n parts, joined. The key is not empty. */
void hmac_sha256(struct span key, const struct span *parts, size_t n,
    unsigned char out[static HMAC_SIZE]);

/*
 * n octets (at most 8,160) of the input key material. An empty salt is 32
 * zero octets, as the RFC says.
 */
void hkdf_sha256(struct span ikm, struct span salt, struct span info,
    unsigned char *out, size_t n);

#endif
