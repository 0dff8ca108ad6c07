/*
 * One session of the Double Ratchet, in memory: what the two sides share
 * after X3DH, and how a message is made and read with it. Nothing is stored
 * here (store.h), no peer is chosen (party.h).
 *
 * A message that is refused changes nothing, and costs at most one X25519,
 * SESSION_JUMP steps of a chain and PQ_JUMP of another before its code is
 * checked.
 */
#ifndef RATCHET_SESSION_H
#define RATCHET_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "ratchet/curve.h"
#include "ratchet/kdf.h"
#include "ratchet/kyber.h"
#include "ratchet/pq.h"
#include "ratchet/wire.h"
#include "sys/env.h"

enum {
	SESSION_CHAINS = 5,	/* receiving chains that are kept */
	SESSION_JUMP = 2000,	/* messages that may be missing at once */
	SESSION_KEPT = 2000,	/* keys of missing messages, a chain */
	SESSION_KEPT_ALL = 4000,	/* and in all */
	/* a first message that nobody answers is not repeated for longer */
	SESSION_UNANSWERED = 30 * 86400,
	SESSION_PLAIN_MAX = WIRE_MAX - 4096,	/* octets of a plaintext */
};

/*
 * The keys of a message that has not come yet; in version 4 the seed alone,
 * since the message itself says which post-quantum key goes with it.
 */
struct missing {
	uint32_t counter;
	int64_t since;		/* when it was passed over */
	union {
		struct message_keys keys;
		unsigned char seed[KDF_KEY];
	};
};

struct chain {
	unsigned char ratchet[CURVE_PUBLIC];	/* the peer's key */
	bool closed;		/* the peer has left it: no key any more */
	unsigned char key[KDF_KEY];
	uint32_t next;		/* counter of the key; all ones when closed */
	struct {
		struct missing *v;	/* the oldest first */
		size_t n, cap;
	} missing;
};

/* What the first messages carry until one is answered. */
struct unanswered {
	bool is;
	bool has_prekey;
	uint32_t prekey_id, signed_prekey_id;
	int64_t since;
	uint32_t kyber_id;	/* in version 4 */
	unsigned char kyber_ct[KYBER_CIPHERTEXT];
};

struct ratchet {
	uint8_t version;	/* 3, or 4 with pq */
	unsigned char ours[CURVE_PUBLIC], theirs[CURVE_PUBLIC];	/* identities */
	/* the initiator's base key: the name of the session */
	unsigned char base_key[CURVE_PUBLIC];
	uint32_t our_registration, their_registration;
	unsigned char root[KDF_KEY];
	/* the peer has turned, and we do when we next send: a key that is not
	   there yet, nobody takes. What follows of sending is empty then */
	bool turn_due;
	struct curve_pair ratchet;	/* of the sending chain */
	unsigned char send_key[KDF_KEY];
	uint32_t send_next;
	/* index of the last message of the sending chain before, not its
	   length as the specification has it */
	uint32_t previous;
	struct chain chains[SESSION_CHAINS];	/* the newest last */
	size_t n_chains;
	struct pq pq;
	struct unanswered first;
};

enum session_result {
	SESSION_OK,
	SESSION_DUPLICATE,	/* its key was used up, or forgotten */
	SESSION_TOO_FAR,	/* more than SESSION_JUMP messages ahead */
	SESSION_FORGED,		/* not made with this session's keys */
	SESSION_STALE,		/* to send: unanswered for too long */
	SESSION_FULL,		/* to send: the chain or the size is used up */
};

/* What is known of a message that was read. */
struct session_info {
	uint32_t counter, previous;
	uint32_t passed_over;	/* messages before it that are missing */
	bool new_chain;		/* the first one of its ratchet key */
	bool late;		/* one that had been missing */
};

/*
 * Append the next message, a PreKeySignalMessage until the peer has
 * answered. On any other result than SESSION_OK no key was used.
 */
enum session_result ratchet_encrypt(struct ratchet *s, const struct env *env,
    struct span plain, struct buf *out);

/*
 * Make the sending chain that is due, as libraries do at once that will take
 * the session over. False when the peer's key has small order.
 */
bool ratchet_ready(struct ratchet *s, const struct env *env);

/* Append the plaintext of m. */
enum session_result ratchet_decrypt(struct ratchet *s, const struct env *env,
    const struct wire_message *m, struct buf *plain,
    struct session_info *info);

/* Whether m is of a chain that the session has: no other session reads it. */
bool ratchet_knows(const struct ratchet *s, const struct wire_message *m);

/* Forget keys of messages that are missing since before "then". */
void ratchet_expire(struct ratchet *s, int64_t then);
/* Those of a record that does not say since when are missing since "now". */
void ratchet_date(struct ratchet *s, int64_t now);
size_t ratchet_missing(const struct ratchet *s);

/* The keys of missing messages; the rest is the caller's memory. All wiped. */
void ratchet_free(struct ratchet *s);

#endif
