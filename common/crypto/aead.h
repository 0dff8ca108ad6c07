/*
 * Authenticated encryption with AES: EAX (not in OpenSSL, so it stands in
 * aead_eax.c), OCB (RFC 7253) and GCM (SP 800-38D). The tag has 16 octets.
 */
#ifndef CRYPTO_AEAD_H
#define CRYPTO_AEAD_H

#include <stdbool.h>

#include "base/span.h"

enum { AEAD_TAG = 16, AEAD_NONCE_MAX = 16 };

enum aead_mode {
	AEAD_EAX,
	AEAD_OCB,
	AEAD_GCM,
};

/* Octets of the nonce: 16, 15, 12. */
size_t aead_nonce_size(enum aead_mode mode);

struct aead;

/*
 * For one key of 16, 24 or 32 octets and one direction; NULL for another
 * length. Free with aead_free.
 */
struct aead *aead_new(enum aead_mode mode, struct span key, bool seal);

/* Write in.n + AEAD_TAG octets to out, which may be in.p. */
void aead_seal(struct aead *a, const unsigned char *nonce, struct span ad,
    struct span in, unsigned char *out);

/*
 * Write in.n - AEAD_TAG octets to out, which may be in.p. False, with what
 * was written wiped, when it is not authentic.
 */
bool aead_open(struct aead *a, const unsigned char *nonce, struct span ad,
    struct span in, unsigned char *out);

/* NULL is fine. */
void aead_free(struct aead *a);

#endif
