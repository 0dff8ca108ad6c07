/* AES-256 in CTR mode (NIST SP 800-38A section 6.5). */
#ifndef CRYPTO_AES_CTR_H
#define CRYPTO_AES_CTR_H

#include "base/buf.h"
#include "base/span.h"

enum { AES_CTR_KEY = 32 };

/*
 * Append the text, encrypted or decrypted, which is the same, with the
 * counter from zero: a key serves once.
 */
void aes_ctr(const unsigned char key[static AES_CTR_KEY], struct span text,
    struct buf *out);

#endif
