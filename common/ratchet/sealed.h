/*
 * Sealed sender: a message in an envelope that only the recipient opens, and
 * from whom it is stands inside, certified. Versions 1 and, with
 * sealed2.h, 2.
 */
#ifndef RATCHET_SEALED_H
#define RATCHET_SEALED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "ratchet/curve.h"
#include "ratchet/wire.h"

/* What the envelope holds: UnidentifiedSenderMessage.Message. */
enum sealed_type { SEALED_PREKEY = 1, SEALED_MESSAGE = 2 };

struct sealed {
	enum sealed_type type;
	struct span certificate, content;
};

/* Whether octets may be a sealed message, by their first. */
bool sealed_is(struct span in);

/* Append one for the identity key; false when that has small order. */
bool sealed_write(const struct env *env, const struct curve_pair *us,
    const unsigned char to[static CURVE_PUBLIC], const struct sealed *what,
    struct buf *out);

/* The same in version 2; false also where there is no AES-GCM-SIV. */
bool sealed_write2(const struct env *env, const struct curve_pair *us,
    const unsigned char to[static CURVE_PUBLIC], const struct sealed *what,
    struct buf *out);

/*
 * Open one: "sender" is the identity key that it was made with, which the
 * certificate must have, too; *out is lent from "inside". False when it was
 * not made for us.
 */
bool sealed_open(const struct curve_pair *us, struct span in,
    unsigned char sender[static CURVE_PUBLIC], struct buf *inside,
    struct sealed *out);

/* Read what was inside; false when it is not that, or of another type. */
bool sealed_read_inside(struct span in, struct sealed *out);

#endif
