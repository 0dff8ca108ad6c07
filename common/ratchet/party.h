/*
 * Talking to peers: whose keys a message is tried with, which identity is
 * believed, what is remembered. Each call does its work inside a transaction
 * that the caller has begun; unless it returns PARTY_OK or PARTY_CHANGED there
 * is nothing to commit.
 */
#ifndef RATCHET_PARTY_H
#define RATCHET_PARTY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "ratchet/bundle.h"
#include "ratchet/envelope.h"
#include "ratchet/session.h"
#include "ratchet/state.h"
#include "ratchet/store.h"

enum {
	PARTY_SIGNED_USED = 7 * 86400,	/* a signed prekey is given away */
	PARTY_BUNDLE_LIFE = 30 * 86400,	/* a bundle may be used, at most */
	PARTY_GRACE = 7 * 86400,	/* its first message is under way */
	/* so a prekey may be used for so long after it was made */
	PARTY_PREKEY_LIFE = PARTY_SIGNED_USED + PARTY_BUNDLE_LIFE +
	    PARTY_GRACE,
	/* a missing message may still come */
	PARTY_MISSING_LIFE = 30 * 86400,
	/* archived sessions that an unknown ratchet key is tried with */
	PARTY_TRIES = 8,
	/* peers who wrote first and whom we have not answered yet */
	PARTY_STRANGERS = 256,
};

enum party_result {
	PARTY_OK,
	PARTY_STORE,		/* t->store_error says what */
	PARTY_MALFORMED,	/* no message of the Signal protocol */
	PARTY_OLD,		/* one of a version before 3 */
	PARTY_NEW,		/* of one after 4, or of 4 without Kyber */
	PARTY_REPLAYED,		/* read before, or its key forgotten */
	PARTY_TOO_FAR,
	PARTY_UNKNOWN,		/* no such peer */
	PARTY_CHANGED,		/* the peer has another identity: commit that
				   it was seen, and ask for party_accept */
	PARTY_NO_SESSION,
	PARTY_NO_PREKEY,	/* made for a prekey that is not there */
	PARTY_EXPORTED,		/* the session is in use elsewhere */
	PARTY_FORGED,
	PARTY_STALE,		/* to send: unanswered for 30 days */
	PARTY_FULL,		/* to send: too long */
	PARTY_EXPIRED,		/* the bundle */
	PARTY_UNSIGNED,		/* the bundle as a whole: a foreign one */
	PARTY_OTHER_NAME,	/* the bundle is somebody else's */
	PARTY_SELF,		/* it is our own */
	PARTY_SAME,		/* nothing to accept */
	PARTY_NO_PQ,		/* not of version 4, which was asked for */
	PARTY_NO_TRUST,		/* nobody certifies senders */
	PARTY_CERT,		/* a certificate is not valid here, or now */
	PARTY_CROWDED,		/* too many strangers wait for an answer */
	PARTY_IN_USE,		/* sessions here would be replaced */
};

struct party {
	struct store *store;
	const struct env *env;
	struct self self;
	enum store_result store_error;
	bool require_pq;	/* version 4 only */
	bool no_pq;		/* and ours with version 3 */
	bool seal2;		/* sealed messages of version 2 */
};

/* What is known of a message that was read. */
struct receipt {
	enum envelope_type type;
	uint8_t version;
	struct session_info info;
	bool first_contact;	/* the peer was not known before */
	bool verified;		/* its safety number was compared */
	bool new_session;
	bool one_time;		/* its session used a one-time prekey */
	bool from_archive;	/* it came in a session that was archived */
};

/* Who we are; the first call of a transaction. */
enum party_result party_open(struct party *t, struct store *s,
    const struct env *env);

/*
 * Append "count" bundles that expire after "life" seconds, each with a
 * one-time prekey of its own unless "without"; the signed prekey is renewed
 * when it is due.
 */
enum party_result party_bundles(struct party *t, unsigned count, bool without,
    int64_t life, struct buf *out);

/*
 * Start a session with the peer from its bundle. "foreign" takes one that is
 * not signed as a whole. The identity is believed if it is the first.
 */
enum party_result party_start(struct party *t, struct span name,
    const struct bundle *b, bool foreign);

/* Append the octets of the next message to the peer. */
enum party_result party_send(struct party *t, struct span name,
    struct span plain, struct buf *body);

/* Append the plaintext of a message that claims to be the peer's. */
enum party_result party_recv(struct party *t, struct span name,
    struct span body, struct buf *plain, struct receipt *out);

/*
 * Believe the identity that was seen last; sessions with the one before end,
 * and its mailbox is forgotten. PARTY_SAME when there is none waiting,
 * PARTY_OTHER_NAME when it goes by another name by now. *unsent, here and
 * below, is how many messages went with the sessions that no relay had yet.
 */
enum party_result party_accept(struct party *t, struct span name,
    size_t *unsent);
/*
 * Note whether the safety number was compared and right. If it was, no other
 * identity waits any more.
 */
enum party_result party_verified(struct party *t, struct span name, bool right);
/* Forget the sessions with the peer, with all peers and prekeys. */
enum party_result party_reset(struct party *t, struct span name,
    size_t *unsent);
enum party_result party_reset_all(struct party *t, size_t *unsent);
/* Forget the peers who wrote first and had no answer. */
enum party_result party_forget_strangers(struct party *t);

/*
 * Once a day: drop the prekeys that no bundle offers any more, and the keys
 * of messages that are missing for too long. Who commits calls it before.
 */
enum party_result party_tidy(struct party *t);

/*
 * Append the peer's sessions as a RecordStructure; they are not used here any
 * more until party_import or party_reset.
 */
enum party_result party_export(struct party *t, struct span name,
    struct buf *out);
/*
 * Take a RecordStructure's sessions, whose identities must be ours.
 * PARTY_IN_USE while there are others, PARTY_REPLAYED when one of them was
 * imported before and was used since, or may have been.
 */
enum party_result party_import(struct party *t, struct span name,
    struct span record);

/*
 * Sealed messages. party_trust keeps a trust root and what it certified of us;
 * party_recv_sealed also says whose message it is, which must be the one that
 * "name" names, unless that is empty.
 */
enum party_result party_trust(struct party *t,
    const unsigned char root[static CURVE_PUBLIC], struct span cert);
enum party_result party_send_sealed(struct party *t, struct span name,
    struct span plain, struct buf *body);
enum party_result party_recv_sealed(struct party *t, struct span body,
    char name[static NAME_MAX_OCTETS + 1], struct buf *plain,
    struct receipt *out);

/* Whose a sealed message is; that it can be read is not said. */
enum party_result party_sealed_from(struct party *t, struct span body,
    char name[static NAME_MAX_OCTETS + 1]);

/* Become who certifies: the root's key; PARTY_SAME when we are it already. */
enum party_result party_ca_init(struct party *t,
    unsigned char root[static CURVE_PUBLIC]);
/* Append a certificate for the name and its identity key. */
enum party_result party_ca_cert(struct party *t, struct span name,
    const unsigned char key[static CURVE_PUBLIC], int64_t expires,
    struct buf *out);

/* For people: a phrase for each result. */
const char *party_why(const struct party *t, enum party_result r);

#endif
