/* EAX over AES (Bellare, Rogaway, Wagner 2004); for this directory only. */
#ifndef CRYPTO_AEAD_EAX_H
#define CRYPTO_AEAD_EAX_H

#include "base/span.h"
#include "crypto/aead.h"

struct eax;

struct eax *eax_new(struct span key);
void eax_free(struct eax *e);

/* The tag over nonce, associated data and ciphertext. */
void eax_tag(struct eax *e, struct span nonce, struct span ad,
    struct span ciphertext, unsigned char tag[static AEAD_TAG]);

/* The key stream of that nonce over "in"; out may be in.p. */
void eax_crypt(struct eax *e, struct span nonce, struct span in,
    unsigned char *out);

#endif
