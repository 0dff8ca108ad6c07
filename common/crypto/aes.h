/*
 * AES-256 (FIPS 197) in GCM (NIST SP 800-38D), CTR, and one bare block (SP
 * 800-38A). CBC has a file of its own.
 */
#ifndef CRYPTO_AES_H
#define CRYPTO_AES_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	AES_KEY_SIZE = 32,
	AES_BLOCK_SIZE = 16,
	AES_TAG_SIZE = 16,
};

/* Contexts, kept from message to message since setting up costs more. */
struct aes;

/* Never NULL; aes_free wipes it, NULL is fine. */
struct aes *aes_new(void);
void aes_free(struct aes *a);

/*
 * Append the ciphertext and the tag of 16 octets. A nonce has 1 to 128
 * octets, and is never used twice with one key.
 */
void aes_gcm_seal(struct aes *a, const unsigned char key[static AES_KEY_SIZE],
    struct span nonce, struct span aad, struct span plain, struct buf *out);

/*
 * Append what "sealed", ciphertext and tag, holds. False, with *out as it
 * was and nothing left of what was decrypted, when the tag is wrong.
 */
bool aes_gcm_open(struct aes *a, const unsigned char key[static AES_KEY_SIZE],
    struct span nonce, struct span aad, struct span sealed, struct buf *out);

/* One block as it is. */
void aes_block(struct aes *a, const unsigned char key[static AES_KEY_SIZE],
    const unsigned char in[static AES_BLOCK_SIZE],
    unsigned char out[static AES_BLOCK_SIZE]);

/*
 * CTR over a stream: begin, then append piece by piece, in either direction.
 * The counter is the last 32 bits of the IV; at most 2^36 octets.
 */
void aes_ctr_start(struct aes *a, const unsigned char key[static AES_KEY_SIZE],
    const unsigned char iv[static AES_BLOCK_SIZE]);
void aes_ctr_add(struct aes *a, struct span in, struct buf *out);

#endif
