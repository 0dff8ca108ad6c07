/* What the files about keys share; for this directory only. */
#ifndef CRYPTO_KEY_INT_H
#define CRYPTO_KEY_INT_H

#include <openssl/params.h>
#include <openssl/types.h>

#include "crypto/key.h"

enum { RSA_BITS_MAX = 16384, ED25519_SIZE = 32 };

struct key {
	EVP_PKEY *pkey;
	enum key_type type;
	unsigned bits;
};

/* Takes pkey over. */
struct key *key_of(EVP_PKEY *pkey, enum key_type type);

/* A key of its parameters; NULL when libcrypto refuses them. */
EVP_PKEY *key_from_params(const char *type, int selection,
    OSSL_PARAM *params);

/* Octets of an integer in the machine's own order, as OSSL_PARAM wants. */
void key_native(unsigned char *to, struct span s);

#endif
