/* AES-256 in CBC mode with PKCS #7 padding (NIST SP 800-38A, RFC 5652 6.3). */
#ifndef CRYPTO_AES_CBC_H
#define CRYPTO_AES_CBC_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

enum { AES_CBC_KEY = 32, AES_CBC_BLOCK = 16 };

/* Append the padded ciphertext; nothing but "over" when it does not fit. */
void aes_cbc_seal(const unsigned char key[static AES_CBC_KEY],
    const unsigned char iv[static AES_CBC_BLOCK], struct span plain,
    struct buf *out);

/*
 * Append what the ciphertext holds. False, with *out as it was, when it is no
 * whole number of blocks, its padding is wrong, or it does not fit. Only for
 * octets whose authenticity was checked before.
 */
bool aes_cbc_open(const unsigned char key[static AES_CBC_KEY],
    const unsigned char iv[static AES_CBC_BLOCK], struct span cipher,
    struct buf *out);

#endif
