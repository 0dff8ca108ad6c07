/*
 * Talking to peers: whose keys a message is tried with, which identity is
 * believed, what is remembered. Each call does its work inside a transaction
 * that the caller has begun; unless it returns TALK_OK or TALK_CHANGED there
 * is nothing to commit.
 */
#ifndef RATCHET_TALK_H
#define RATCHET_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "ratchet/bundle.h"
#include "ratchet/envelope.h"
#include "ratchet/session.h"
#include "ratchet/state.h"
#include "ratchet/store.h"

enum {
	TALK_SIGNED_USED = 7 * 86400,	/* a signed prekey is given away */
	TALK_BUNDLE_LIFE = 30 * 86400,	/* a bundle may be used, at most */
	TALK_GRACE = 7 * 86400,		/* its first message is under way */
	TALK_MISSING_LIFE = 30 * 86400,	/* a missing message may still come */
	/* archived sessions that an unknown ratchet key is tried with */
	TALK_TRIES = 8,
};

enum talk_result {
	TALK_OK,
	TALK_STORE,		/* t->store_error says what */
	TALK_MALFORMED,		/* no message of the Signal protocol */
	TALK_OLD,		/* one of a version before 3 */
	TALK_NEW,		/* of one after 4, or of 4 without Kyber */
	TALK_REPLAYED,		/* read before, or its key forgotten */
	TALK_TOO_FAR,
	TALK_UNKNOWN,		/* no such peer */
	TALK_CHANGED,		/* the peer has another identity: commit that
				   it was seen, and ask for talk_accept */
	TALK_NO_SESSION,
	TALK_NO_PREKEY,		/* made for a prekey that is not there */
	TALK_EXPORTED,		/* the session is in use elsewhere */
	TALK_FORGED,
	TALK_STALE,		/* to send: unanswered for 30 days */
	TALK_FULL,		/* to send: too long */
	TALK_EXPIRED,		/* the bundle */
	TALK_UNSIGNED,		/* the bundle as a whole: a foreign one */
	TALK_OTHER_NAME,	/* the bundle is somebody else's */
	TALK_SELF,		/* it is our own */
	TALK_SAME,		/* nothing to accept */
	TALK_NO_PQ,		/* not of version 4, which was asked for */
	TALK_PQ_STAYS,		/* to export: of version 4 */
	TALK_NO_TRUST,		/* nobody certifies senders */
	TALK_CERT,		/* a certificate is not valid */
};

struct talk {
	struct store *store;
	const struct env *env;
	struct self self;
	enum store_result store_error;
	bool require_pq;	/* sessions begin with version 4 only */
	bool no_pq;		/* and ours with version 3 */
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
enum talk_result talk_open(struct talk *t, struct store *s,
    const struct env *env);

/*
 * Append "count" bundles that expire after "life" seconds, each with a
 * one-time prekey of its own unless "without"; the signed prekey is renewed
 * when it is due.
 */
enum talk_result talk_bundles(struct talk *t, unsigned count, bool without,
    int64_t life, struct buf *out);

/*
 * Start a session with the peer from its bundle. "foreign" takes one that is
 * not signed as a whole. The identity is believed if it is the first.
 */
enum talk_result talk_start(struct talk *t, struct span name,
    const struct bundle *b, bool foreign);

/* Append the octets of the next message to the peer. */
enum talk_result talk_send(struct talk *t, struct span name,
    struct span plain, struct buf *body);

/* Append the plaintext of a message that claims to be the peer's. */
enum talk_result talk_recv(struct talk *t, struct span name,
    struct span body, struct buf *plain, struct receipt *out);

/*
 * Believe the identity that was seen last; sessions with the one before end.
 * TALK_SAME when there is none waiting.
 */
enum talk_result talk_accept(struct talk *t, struct span name);
/* Note whether the safety number was compared and right. */
enum talk_result talk_verified(struct talk *t, struct span name, bool right);
/* Forget the sessions with the peer, with all peers and prekeys. */
enum talk_result talk_reset(struct talk *t, struct span name);
enum talk_result talk_reset_all(struct talk *t);

/*
 * Append the peer's sessions as a RecordStructure; they are not used here any
 * more until talk_import or talk_reset.
 */
enum talk_result talk_export(struct talk *t, struct span name,
    struct buf *out);
/* Take a RecordStructure's sessions, whose identities must be ours. */
enum talk_result talk_import(struct talk *t, struct span name,
    struct span record);

/*
 * Sealed messages. talk_trust keeps a trust root and what it certified of us;
 * talk_recv_sealed also says whose message it is, which must be the one that
 * "name" names, unless that is empty.
 */
enum talk_result talk_trust(struct talk *t,
    const unsigned char root[static CURVE_PUBLIC], struct span cert);
enum talk_result talk_send_sealed(struct talk *t, struct span name,
    struct span plain, struct buf *body);
enum talk_result talk_recv_sealed(struct talk *t, struct span body,
    char name[static NAME_MAX_OCTETS + 1], struct buf *plain,
    struct receipt *out);

/* Become who certifies: the root's key; TALK_SAME when we are it already. */
enum talk_result talk_ca_init(struct talk *t,
    unsigned char root[static CURVE_PUBLIC]);
/* Append a certificate for the name and its identity key. */
enum talk_result talk_ca_cert(struct talk *t, struct span name,
    const unsigned char key[static CURVE_PUBLIC], int64_t expires,
    struct buf *out);

/* For people: a phrase for each result. */
const char *talk_why(const struct talk *t, enum talk_result r);

#endif
