/*
 * Curve25519 as the Signal protocol uses it: X25519 (RFC 7748) and XEdDSA
 * signatures with the same keys. Public keys are 33 octets, 05 || u; private
 * ones are kept clamped.
 */
#ifndef RATCHET_CURVE_H
#define RATCHET_CURVE_H

#include <stdbool.h>

#include "base/span.h"
#include "sys/env.h"

enum { CURVE_PRIVATE = 32, CURVE_PUBLIC = 33, CURVE_SHARED = 32,
	CURVE_SIGNATURE = 64 };

struct curve_pair {
	unsigned char pub[CURVE_PUBLIC];
	unsigned char priv[CURVE_PRIVATE];
};

/* Call before anything else here. Ends the process when libsodium cannot. */
void curve_start(void);

/* A new pair of env's randomness. */
void curve_pair_new(const struct env *env, struct curve_pair *out);
/* The pair of a private key, which is clamped (RFC 7748 section 5). */
void curve_pair_of(const unsigned char priv[static CURVE_PRIVATE],
    struct curve_pair *out);

/* 33 octets, type 05, u below 2^255 - 19: a key has one spelling only. */
bool curve_key_ok(struct span pub);
/*
 * curve_key_ok, and a point of the large subgroup: no key that an honest
 * peer makes fails this, one made to be half someone else's does. Costs a
 * scalar multiplication.
 */
bool curve_point_ok(struct span pub);

/* False when the result would be zero (a point of small order). */
bool curve_dh(const unsigned char priv[static CURVE_PRIVATE],
    const unsigned char pub[static CURVE_PUBLIC],
    unsigned char out[static CURVE_SHARED]);

/*
 * XEdDSA with the sign of the Edwards point in the highest bit of the last
 * octet, as all libraries of the Signal protocol write it.
 */
void curve_sign(const struct env *env,
    const unsigned char priv[static CURVE_PRIVATE], struct span message,
    unsigned char out[static CURVE_SIGNATURE]);
/* False for a wrong signature, a wrong length and a key that is none. */
bool curve_verify(struct span pub, struct span message, struct span sig);

#endif
