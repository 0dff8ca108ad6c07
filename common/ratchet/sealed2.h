/*
 * Sealed sender, version 2, as a recipient gets it: what libsignal writes to
 * several at once, and we to one. Needs AES-GCM-SIV, which libcrypto has from
 * OpenSSL 3.2 on.
 */
#ifndef RATCHET_SEALED2_H
#define RATCHET_SEALED2_H

#include <stdbool.h>

#include "base/buf.h"
#include "ratchet/curve.h"

/* Whether the octets may be one, by their first. */
bool sealed2_is(struct span in);
/* Whether this libcrypto can make and open it. */
bool sealed2_available(void);

/*
 * Append what one for us holds. False when it was not made for us, or there
 * is no AES-GCM-SIV. From whom it is, its certificate says, and
 * sealed2_is_from whether that is true.
 */
bool sealed2_open(const struct curve_pair *us, struct span in,
    struct buf *inside);
bool sealed2_is_from(const struct curve_pair *us, struct span in,
    const unsigned char sender[static CURVE_PUBLIC]);

/*
 * Append one for the identity key that holds "inside". False when that key
 * has small order, or there is no AES-GCM-SIV.
 */
bool sealed2_seal(const struct env *env, const struct curve_pair *us,
    const unsigned char to[static CURVE_PUBLIC], struct span inside,
    struct buf *out);

#endif
