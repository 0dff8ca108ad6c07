/* What the files about keys share; for this directory only. */
#ifndef CRYPTO_KEY_INT_H
#define CRYPTO_KEY_INT_H

#include <openssl/params.h>
#include <openssl/types.h>

#include "crypto/key.h"

enum { RSA_BITS_MAX = 16384, RSA_EXPONENT_MAX = 8, ED25519_SIZE = 32 };

/* What an AlgorithmIdentifier starts with (RFC 8017 A.1, RFC 8410 3). */
#define OID_RSA SPAN("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
#define OID_ED25519 SPAN("\x06\x03\x2b\x65\x70")

struct key {
	EVP_PKEY *pkey;
	enum key_type type;
	unsigned bits;
};

/* Takes pkey over. */
struct key *key_of(EVP_PKEY *pkey, enum key_type type);

/*
 * Whether the two may be a public RSA key (RFC 8017 section 3.1): both odd,
 * the exponent at least 3, and of the sizes that are read. With 1 as exponent
 * anybody could make what verifies.
 */
bool key_rsa_numbers(struct span n, struct span e);

/* A private key that is just octets: "ED25519", "X448"; NULL if it is none. */
EVP_PKEY *key_raw_private(const char *type, struct span octets);

/* Octets of an integer in the machine's own order, as OSSL_PARAM wants. */
void key_native(unsigned char *to, struct span s);

#endif
