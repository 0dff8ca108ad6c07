/* What the files about sessions share; for this directory only. */
#ifndef RATCHET_SESSION_INT_H
#define RATCHET_SESSION_INT_H

#include "ratchet/session.h"

/* Room for the newest chain; the oldest of SESSION_CHAINS gives way. */
struct chain *ratchet_push_chain(struct ratchet *s);
/* The chain of the peer's ratchet key, or NULL. */
struct chain *ratchet_chain(const struct ratchet *s, struct span ratchet);
void ratchet_drop_missing(struct chain *c, size_t at);

/* The whole code, of which a message carries the first WIRE_MAC octets. */
void ratchet_code(const struct message_keys *keys,
    const unsigned char from[static CURVE_PUBLIC],
    const unsigned char to[static CURVE_PUBLIC], struct span authentic,
    unsigned char out[static HMAC_SIZE]);

/*
 * A new sending chain: a fresh ratchet pair against the peer's key. False,
 * with nothing changed, when that key has small order.
 */
bool ratchet_turn(struct ratchet *s, const struct env *env,
    const unsigned char theirs[static CURVE_PUBLIC]);

#endif
