/* Deriving keys: HKDF (RFC 5869) and Argon2id (RFC 9106). */
#ifndef CRYPTO_KDF_H
#define CRYPTO_KDF_H

#include <stdbool.h>

#include "base/span.h"
#include "crypto/digest.h"

/* Write n octets (at most 255 digests) of HKDF over the input to out. */
void kdf_hkdf(enum digest_alg alg, struct span secret, struct span salt,
    struct span info, unsigned char *out, size_t n);

/*
 * Argon2id version 1.3 with t passes over "kib" KiB in p lanes. False when
 * the memory cannot be had or the parameters are none.
 */
bool kdf_argon2id(struct span password, struct span salt, unsigned t,
    unsigned p, unsigned kib, unsigned char *out, size_t n);

#endif
