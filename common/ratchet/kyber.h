/*
 * The key encapsulation of version 4: Kyber-1024 of round 3, which is
 * ML-KEM-1024 (FIPS 203) and one hash more over its secret. libcrypto has it
 * from OpenSSL 3.5 on; with an older one there is none.
 */
#ifndef RATCHET_KYBER_H
#define RATCHET_KYBER_H

#include <stdbool.h>

#include "base/span.h"
#include "sys/env.h"

enum {
	KYBER_SEED = 64,	/* what a private key is kept as */
	KYBER_PUBLIC = 1569,	/* 08 || key */
	KYBER_CIPHERTEXT = 1569,	/* 08 || ciphertext */
	KYBER_SECRET = 32,
	KYBER_PRIVATE = 3168,	/* as FIPS 203 has it */
};

struct kyber_key;

/* Whether this libcrypto has it. */
bool kyber_available(void);

/* A private key of its seed (or of its 3168 octets); NULL when it is none. */
struct kyber_key *kyber_of_seed(const unsigned char seed[static KYBER_SEED]);
struct kyber_key *kyber_of_private(struct span octets);
void kyber_free(struct kyber_key *k);

/* Its public half. */
bool kyber_public(const struct kyber_key *k,
    unsigned char out[static KYBER_PUBLIC]);

/*
 * A secret for who has the private half of the key, and the ciphertext to
 * send; false when the key is none (or there is no Kyber).
 */
bool kyber_seal(const struct env *env,
    const unsigned char key[static KYBER_PUBLIC],
    unsigned char ciphertext[static KYBER_CIPHERTEXT],
    unsigned char secret[static KYBER_SECRET]);
/* The secret of a ciphertext: another one when it was changed. */
bool kyber_open(const struct kyber_key *k, struct span ciphertext,
    unsigned char secret[static KYBER_SECRET]);

#endif
