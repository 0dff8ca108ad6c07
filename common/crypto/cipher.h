/*
 * Symmetric ciphers over OpenSSL's EVP: CFB and CTR for streams, ECB for
 * single blocks, AES key wrap. A cipher is named without its mode, as OpenSSL
 * does: "AES-256", "CAMELLIA-128".
 */
#ifndef CRYPTO_CIPHER_H
#define CRYPTO_CIPHER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

enum { CIPHER_BLOCK = 16, CIPHER_KEY_MAX = 32 };

/*
 * A stream in CFB mode (full blocks), or in CTR. The key's length must be
 * the cipher's. NULL when libcrypto does not have the cipher.
 */
struct cfb;
struct cfb *cfb_encrypt_new(const char *cipher, struct span key,
    const unsigned char iv[static CIPHER_BLOCK]);
struct cfb *cfb_decrypt_new(const char *cipher, struct span key,
    const unsigned char iv[static CIPHER_BLOCK]);

/* The next in.n octets to out, which may be where they came from. */
void cfb_run(struct cfb *c, struct span in, unsigned char *out);

/* NULL is fine; the key is wiped. */
void cfb_free(struct cfb *c);

struct ctr;
/* AES-256 in counter mode; both directions are the same. */
struct ctr *ctr_new(const unsigned char key[static CIPHER_KEY_MAX],
    const unsigned char iv[static CIPHER_BLOCK]);
void ctr_run(struct ctr *c, struct span in, unsigned char *out);
void ctr_free(struct ctr *c);

/*
 * AES key wrap (RFC 3394). Wrapping takes whole groups of eight octets;
 * unwrapping fails for anything that was changed, *out as it was.
 */
bool aes_wrap(struct span kek, struct span in, struct buf *out);
bool aes_unwrap(struct span kek, struct span in, struct buf *out);

#endif
