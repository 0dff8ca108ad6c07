/*
 * The envelope that a message travels in: the relay sees a size class and
 * noise. Its key is in the mailbox's address, so it authenticates nobody.
 */
#ifndef RELAY_COVER_H
#define RELAY_COVER_H

#include "relay/address.h"
#include "sys/env.h"

enum {
	RELAY_COVER = 12 + 4 + 16,	/* nonce, length, tag */
	RELAY_CONTENT_MAX = RELAY_MESSAGE_MAX - RELAY_COVER,
};

/*
 * Append the envelope, of the smallest class that does. False when the
 * content fits in none.
 */
bool relay_cover(const struct env *env,
    const unsigned char key[static RELAY_KEY], struct span content,
    struct buf *out);

/* Append the content; false when the key never made this envelope. */
bool relay_uncover(const unsigned char key[static RELAY_KEY],
    struct span envelope, struct buf *content);

#endif
