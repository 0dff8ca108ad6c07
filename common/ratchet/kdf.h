/* The derivations of the Double Ratchet as Signal deploys it. */
#ifndef RATCHET_KDF_H
#define RATCHET_KDF_H

#include "base/span.h"
#include "crypto/aes_cbc.h"
#include "crypto/hmac.h"

enum { KDF_KEY = 32 };

/* What one message is protected with. */
struct message_keys {
	unsigned char cipher[AES_CBC_KEY], mac[HMAC_SIZE], iv[AES_CBC_BLOCK];
};

/*
 * The first root and chain key of X3DH ("WhisperText"). The secret is what
 * x3dh.c joined, 32 octets FF first.
 */
void kdf_start(struct span secret, unsigned char root[static KDF_KEY],
    unsigned char chain[static KDF_KEY]);

/*
 * The same of PQXDH, whose secret ends with Kyber's; "pq" is what the
 * post-quantum ratchet starts with.
 */
void kdf_start_pq(struct span secret, unsigned char root[static KDF_KEY],
    unsigned char chain[static KDF_KEY], unsigned char pq[static KDF_KEY]);

/* KDF_RK: a step of the root key, which gives a new chain key. */
void kdf_root(unsigned char root[static KDF_KEY],
    const unsigned char dh[static KDF_KEY],
    unsigned char chain[static KDF_KEY]);

/* KDF_CK: the seed of this message, and the chain key of the next one. */
void kdf_seed(const unsigned char chain[static KDF_KEY],
    unsigned char seed[static KDF_KEY]);
void kdf_next(unsigned char chain[static KDF_KEY]);

/* A message's keys; "salt" is the post-quantum ratchet's, empty without. */
void kdf_message_keys(const unsigned char seed[static KDF_KEY],
    struct span salt, struct message_keys *out);

#endif
