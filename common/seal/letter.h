/*
 * One message under Letter Sealing: version 1 (2015; AES-256-CBC and a MAC)
 * and version 2 (2019; AES-256-GCM), as LINE's Encryption Overview and its
 * clients have them. The key is X25519 of two long-lived key pairs, hashed
 * with a salt: nothing is ratcheted, and both directions share it.
 *
 * A message to a group is the same with the group's key pair in the place of
 * the receiver's, and the group's MID as "to".
 */
#ifndef SEAL_LETTER_H
#define SEAL_LETTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "crypto/x25519.h"

enum {
	LETTER_MID_SIZE = 33,
	LETTER_V1_SALT_SIZE = 8,
	LETTER_V2_SALT_SIZE = 16,
	LETTER_MAC_SIZE = 16,
	LETTER_NONCE_SIZE = 12,
	LETTER_NONCE_ODD_SIZE = 16,	/* one client makes such */
	LETTER_FRESH_SIZE = LETTER_V2_SALT_SIZE + LETTER_NONCE_SIZE,
	LETTER_PLAIN_MAX = 512 * 1024,	/* octets; LINE takes 10,000 letters */
};

/* Content types: what the plaintext is (seal/content.h). */
enum {
	LETTER_TEXT = 0,
	LETTER_IMAGE = 1,
	LETTER_VIDEO = 2,
	LETTER_AUDIO = 3,
	LETTER_FILE = 14,
	LETTER_LOCATION = 15,
};

/* A sealed message with what its envelope says. Borrowed throughout. */
struct letter {
	struct span from, to;		/* MIDs */
	uint32_t version;		/* 1 or 2 */
	uint32_t content_type;
	uint32_t sender_key, receiver_key;	/* ids */
	struct span salt;		/* chunk 0 */
	struct span body;		/* chunk 1: v2 with the tag behind */
	struct span tail;		/* chunk 2: v1 the MAC, v2 the nonce */
};

/* Whose MID: 'u' a user's, 'r' a room's, 'c' a group's; 0 when it is none. */
int letter_mid_kind(struct span mid);

/*
 * Why this cannot be a sealed message of its version: static text, or NULL
 * when it can. Looks at MIDs, version and lengths, not at keys.
 */
const char *letter_flaw(const struct letter *l);

/* The counter in front of a v2 nonce; clients without one put chance here. */
uint64_t letter_counter(const struct letter *l);

/* What two key pairs share, and the machinery that uses it. */
struct letter_pair;

/*
 * NULL when the peer's key is of small order. Free with letter_pair_free,
 * which wipes it; NULL is fine there.
 */
struct letter_pair *letter_pair_new(const struct x25519 *own,
    const unsigned char peer[static X25519_SIZE]);
void letter_pair_free(struct letter_pair *p);

/* What has to be new with each message: random octets, and the counter. */
struct letter_fresh {
	unsigned char salt[LETTER_V2_SALT_SIZE];	/* v1: the first 8 */
	unsigned char nonce_end[4];
	uint64_t counter;		/* v2: in front of nonce_end */
};

/*
 * Seal "plain", with the envelope as *l has it: append salt, body and tail
 * to *out and have *l point at them there. False when *out cannot hold it.
 */
bool letter_seal(struct letter_pair *p, struct letter *l,
    const struct letter_fresh *fresh, struct span plain, struct buf *out);

/*
 * Append the plaintext of what letter_flaw has nothing against. The MAC or
 * tag is compared, in constant time, before a single octet is decrypted (v1)
 * or given out (v2). False when it is not authentic: a wrong padding is no
 * other answer.
 */
bool letter_open(struct letter_pair *p, const struct letter *l,
    struct buf *out);

/*
 * A group's private key wrapped for one member: AES-256-CBC under a key and
 * IV that never change for a pair, and no MAC.
 */
enum { LETTER_WRAPPED_SIZE = 48 };

void letter_wrap(struct letter_pair *p,
    const unsigned char group[static X25519_SIZE], struct buf *out);

/* False when it does not have a key's length and padding. */
bool letter_unwrap(struct letter_pair *p, struct span wrapped,
    unsigned char group[static X25519_SIZE]);

#endif
