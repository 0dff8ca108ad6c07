/*
 * X25519 key agreement (RFC 7748): private keys from files, public keys as
 * 32 octets, and the secret that two of them share.
 */
#ifndef CRYPTO_X25519_H
#define CRYPTO_X25519_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "crypto/key.h"

enum { X25519_SIZE = 32 };

/* A private key. */
struct x25519;

/*
 * The private key that 32 random octets make, clamped (section 5) so that
 * it is the same number to every implementation. Never NULL; free with
 * x25519_free, which wipes it.
 */
struct x25519 *x25519_of(const unsigned char secret[static X25519_SIZE]);

/*
 * A private key from a file: PKCS #8 as PEM (RFC 8410), or 32 octets in
 * base64. *out is written with KEY_LOADED only.
 */
enum key_load x25519_private(struct span file, struct x25519 **out);

/*
 * A public key from a file or an argument: SubjectPublicKeyInfo as PEM (RFC
 * 8410), or 32 octets in base64. False when it is neither, or when it is no
 * number below 2^255 - 19: such a second spelling of the same point would
 * have another fingerprint.
 */
bool x25519_public_read(struct span file,
    unsigned char out[static X25519_SIZE]);

/* The public half. */
void x25519_public(const struct x25519 *k,
    unsigned char out[static X25519_SIZE]);

/* Append the private key as PKCS #8 PEM, or its 32 octets. */
void x25519_private_pem(const struct x25519 *k, struct buf *out);
void x25519_private_raw(const struct x25519 *k, struct buf *out);

/*
 * The secret shared with who has the other half of "peer". False when the
 * result is zero, which a peer of small order brings about (section 6.1).
 */
bool x25519_shared(const struct x25519 *k,
    const unsigned char peer[static X25519_SIZE],
    unsigned char out[static X25519_SIZE]);

/* NULL is fine. */
void x25519_free(struct x25519 *k);

#endif
