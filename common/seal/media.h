/*
 * A picture, film or file under Letter Sealing ("E2EE next"): AES-256-CTR and
 * HMAC-SHA256 under keys that HKDF makes from 32 random octets, the key
 * material, which travels in a sealed message. The file is the ciphertext
 * with the code of 32 octets behind it.
 *
 * One material seals one file: CTR begins anew with each.
 */
#ifndef SEAL_MEDIA_H
#define SEAL_MEDIA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "crypto/hmac.h"

enum {
	MEDIA_MATERIAL_SIZE = 32,
	MEDIA_MAC_SIZE = HMAC_SIZE,
};

/* What the counter allows: 2^32 blocks of 16 octets. */
#define MEDIA_MAX ((uint64_t)1 << 36)

struct media;

/* Never NULL; free with media_free, which wipes it; NULL is fine there. */
struct media *media_new(
    const unsigned char material[static MEDIA_MATERIAL_SIZE]);
void media_free(struct media *m);

/* Append the piece's ciphertext, and in the end the code. */
void media_seal(struct media *m, struct span plain, struct buf *out);
void media_seal_end(struct media *m, unsigned char mac[static MEDIA_MAC_SIZE]);

/*
 * Opening takes two passes over the ciphertext: all pieces to media_check,
 * then media_authentic; only when that is true, all pieces to media_open.
 */
void media_check(struct media *m, struct span sealed);
bool media_authentic(struct media *m,
    const unsigned char mac[static MEDIA_MAC_SIZE]);
void media_open(struct media *m, struct span sealed, struct buf *out);

#endif
