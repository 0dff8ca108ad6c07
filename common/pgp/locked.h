/*
 * Secrets under a passphrase and AEAD, which have one form in version 6: the
 * session key of a SKESK (RFC 9580 section 5.3.2) and the secret part of a
 * key (section 5.5.3).
 */
#ifndef PGP_LOCKED_H
#define PGP_LOCKED_H

#include "base/buf.h"
#include "crypto/cipher.h"
#include "sys/env.h"

/* The packet's type octet, the version, cipher and mode. */
enum { LOCKED_INFO = 4 };

/* The key that it is sealed under (section 3.7.2.1); wipe it. */
void locked_key(struct span stretched,
    const unsigned char info[static LOCKED_INFO],
    unsigned char out[static CIPHER_KEY_MAX]);

/*
 * Append what says how it is sealed, by Argon2id and AES-256 in OCB, and the
 * secret so. "tag" is the packet's, "first" the octet in front of all.
 */
void locked_write(unsigned tag, unsigned first, struct span ad,
    struct span secret, struct span passphrase, const struct env *env,
    struct buf *out);

#endif
