/* Deriving keys: HKDF (RFC 5869) and Argon2id (RFC 9106). */
#ifndef CRYPTO_KDF_H
#define CRYPTO_KDF_H

#include <stdint.h>

#include "base/span.h"
#include "crypto/digest.h"

/*
 * Write n octets (at most 255 digests) of HKDF over the input to out. An empty
 * salt is a digest of zero octets, as the RFC says.
 */
void kdf_hkdf(enum digest_alg alg, struct span secret, struct span salt,
    struct span info, unsigned char *out, size_t n);

enum kdf_result {
	KDF_DERIVED,
	KDF_TOO_LONG,		/* it was ended after the given time */
	KDF_NO_MEMORY,		/* or the parameters are none */
};

/*
 * Argon2id version 1.3 with t passes over "kib" KiB in p lanes, within *ms
 * milliseconds of the processor, of which what was used is taken off: in a
 * process of its own, since nothing else can end it, and since its memory may
 * be more than the machine has.
 */
enum kdf_result kdf_argon2id(struct span password, struct span salt,
    unsigned t, unsigned p, unsigned kib, int64_t *ms, unsigned char *out,
    size_t n);

#endif
