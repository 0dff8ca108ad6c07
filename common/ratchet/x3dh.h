/*
 * X3DH (version 3 of the Signal protocol) and PQXDH (version 4, with Kyber):
 * the first message of a session, both sides.
 */
#ifndef RATCHET_X3DH_H
#define RATCHET_X3DH_H

#include <stdbool.h>
#include <stdint.h>

#include "ratchet/curve.h"
#include "ratchet/session.h"

/* Who we are: the identity of a store. */
struct identity {
	struct curve_pair keys;
	uint32_t registration_id;	/* 1 to 16380 */
};

/* What the initiator needs of the other side (bundle.h reads it). */
struct x3dh_offer {
	uint32_t registration_id;
	unsigned char identity[CURVE_PUBLIC];
	uint32_t signed_id;
	unsigned char signed_key[CURVE_PUBLIC];
	unsigned char signature[CURVE_SIGNATURE];	/* over signed_key */
	bool has_prekey;
	uint32_t prekey_id;
	unsigned char prekey[CURVE_PUBLIC];
};

/* The offer's Kyber prekey: with it the session is of version 4. */
struct x3dh_kyber {
	uint32_t id;
	unsigned char key[KYBER_PUBLIC];
	unsigned char signature[CURVE_SIGNATURE];	/* over key */
};

/*
 * Start a session from an offer; its messages are PreKeySignalMessages until
 * one is answered. "kyber" may be NULL. False when a signature is wrong, a key
 * has small order, or there is no Kyber; *out is untouched then. Ends with
 * ratchet_free.
 */
bool x3dh_start(const struct env *env, const struct identity *us,
    const struct x3dh_offer *offer, const struct x3dh_kyber *kyber,
    struct ratchet *out);

/*
 * The session that a first message belongs to, with the private halves of
 * the prekeys that it names ("prekey" and "kyber" are NULL where it names
 * none). Nothing says yet that the message is authentic: ratchet_decrypt
 * does. False when a key has small order or is no key at all.
 */
bool x3dh_answer(const struct identity *us, const struct curve_pair *signed_key,
    const struct curve_pair *prekey, const struct kyber_key *kyber,
    const struct wire_prekey *p, struct ratchet *out);

#endif
