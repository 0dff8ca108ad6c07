/* What the files about public-key operations share. */
#ifndef CRYPTO_PK_INT_H
#define CRYPTO_PK_INT_H

#include <openssl/types.h>

#include "crypto/pk.h"

struct pk {
	EVP_PKEY *pkey;
	enum pk_kind kind;
	size_t size;
};

/* OpenSSL's name: "RSA", "P-256", "ED25519"; for curves the group. */
const char *pk_name(enum pk_kind kind);
bool pk_is_ec(enum pk_kind kind);

/* Takes pkey over; NULL for NULL. */
struct pk *pk_of(EVP_PKEY *pkey, enum pk_kind kind);

#endif
