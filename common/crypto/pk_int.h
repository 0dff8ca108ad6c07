/* What the files about public-key operations share. */
#ifndef CRYPTO_PK_INT_H
#define CRYPTO_PK_INT_H

#include <openssl/types.h>

#include "crypto/pk.h"

struct pk {
	EVP_PKEY *pkey;
	EVP_PKEY *post;		/* the other half of a composite, or NULL */
	enum pk_kind kind;
	size_t size;
};

/* OpenSSL's name: "RSA", "P-256", "ED25519"; for curves the group. */
const char *pk_name(enum pk_kind kind);
bool pk_is_ec(enum pk_kind kind);
bool pk_is_raw(enum pk_kind kind);

/* Takes pkey over; NULL for NULL. */
struct pk *pk_of(EVP_PKEY *pkey, enum pk_kind kind);

/* --- pk_post.c: composites of a curve and ML-DSA or ML-KEM */

/* The curve's kind, or "kind" where it is no composite. */
enum pk_kind pk_curve(enum pk_kind kind);
/* NULL where it is none: "ML-DSA-65". */
const char *pk_post_name(enum pk_kind kind);
/* Octets of the two secrets, of which a key is made. */
EVP_PKEY *pk_post_secret(enum pk_kind kind, struct span seed);
EVP_PKEY *pk_post_public(enum pk_kind kind, struct span pub);
/* Append the public half, or the seed. */
bool pk_post_octets(const struct pk *k, bool secret, struct buf *out);

#endif
