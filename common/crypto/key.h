/*
 * Signature keys: RSA with PKCS #1 v1.5 over SHA-256 (RFC 8017 section 8.2)
 * and Ed25519 (RFC 8032), both over a digest already made.
 */
#ifndef CRYPTO_KEY_H
#define CRYPTO_KEY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "crypto/digest.h"

struct key;

enum key_type {
	KEY_RSA,
	KEY_ED25519,
};

/*
 * A public RSA key from DER: SubjectPublicKeyInfo (RFC 5280) or the bare
 * RSAPublicKey (RFC 8017 A.1.1), both of which DKIM publishers use. The
 * modulus may have up to 16,384 bits, the exponent 64. NULL when it is
 * neither, or no RSA key by RFC 8017 section 3.1. Free with key_free.
 */
struct key *key_rsa_public(struct span der);

/* A public Ed25519 key from its 32 octets; NULL when it is no key. */
struct key *key_ed25519_public(struct span raw);

enum key_load {
	KEY_LOADED,
	KEY_NOT_A_KEY,		/* neither PEM nor DER of a private key */
	KEY_ENCRYPTED,		/* needs a passphrase, which nobody can give */
	KEY_WRONG_TYPE,		/* a key, but neither RSA nor Ed25519 */
};

/* A private key from PEM or DER (PKCS #8 or PKCS #1). */
enum key_load key_private(struct span file, struct key **out);

/* A new private key; bits counts for RSA only. NULL when it cannot be made. */
struct key *key_generate(enum key_type type, unsigned bits);

enum key_type key_type(const struct key *k);
/* Size of the RSA modulus; 256 for Ed25519. */
unsigned key_bits(const struct key *k);

/*
 * Append the public half as DKIM publishes it: SubjectPublicKeyInfo for RSA
 * (RFC 6376 section 3.6.1), the raw 32 octets for Ed25519 (RFC 8463).
 */
void key_public(const struct key *k, struct buf *out);
/* Append the private half as PKCS #8 PEM. */
void key_private_pem(const struct key *k, struct buf *out);

/* Whether "sig" is k's signature over the digest. */
bool key_verify(const struct key *k,
    const unsigned char digest[static SHA256_SIZE], struct span sig);

/* Append k's signature over the digest; false when libcrypto cannot. */
bool key_sign(const struct key *k,
    const unsigned char digest[static SHA256_SIZE], struct buf *out);

/* NULL is fine. */
void key_free(struct key *k);

#endif
