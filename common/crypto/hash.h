/* SHA-256 in pieces, over OpenSSL's EVP. */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include "base/span.h"

enum { SHA256_SIZE = 32 };

struct hash;

/* A SHA-256 that has read nothing yet. Never NULL; free with hash_free. */
struct hash *hash_new(void);

/* Begin anew, at less cost than another one. */
void hash_reset(struct hash *h);

/* Read more. */
void hash_add(struct hash *h, struct span s);

/*
 * The digest of all that was read. _final ends the hash, which then can only
 * be reset or freed; _peek leaves it as it is, at the cost of a copy.
 */
void hash_final(struct hash *h, unsigned char out[static SHA256_SIZE]);
void hash_peek(const struct hash *h, unsigned char out[static SHA256_SIZE]);

void hash_free(struct hash *h);

/* All at once. */
void hash_sha256(struct span s, unsigned char out[static SHA256_SIZE]);

#endif
