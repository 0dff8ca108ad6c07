/*
 * The state on disk: sealed items in one sqlite file, changed in
 * transactions.
 *
 * The order that everything rests on: the transaction is on the disk; then
 * the anchor is; only then may anything made with the new state leave the
 * process. So no crash, kill or power cut makes a message key serve twice.
 */
#ifndef RATCHET_STORE_H
#define RATCHET_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "sys/env.h"

struct store;

enum store_result {
	STORE_OK,
	STORE_ABSENT,		/* no such item; no state at all */
	STORE_EXISTS,		/* store_make: there is one already */
	STORE_LOCKED,		/* another process works on it */
	STORE_WRONG_KEY,	/* the secret is another's */
	STORE_BEHIND,		/* rolled back: behind its anchor */
	STORE_UNANCHORED,	/* the anchor is gone: it may be */
	STORE_EXPOSED,		/* other users may read it */
	STORE_DENIED,		/* this one may not */
	STORE_DAMAGED,
	STORE_FAILED,		/* the disk does not take it */
};

/* What an item is; the ids of a kind are its own. */
enum store_kind {
	STORE_HEADER,		/* the one that is not sealed */
	STORE_GENERATION,
	STORE_SELF,
	STORE_PEER,		/* name (16) */
	STORE_SESSION,		/* peer's name (16), number (4) */
	STORE_SIGNED_PREKEY,	/* id (4) */
	STORE_PREKEY,		/* id (4) */
	STORE_SEEN,		/* signed prekey (4), base key's name (16) */
	STORE_OUTBOX,		/* peer's name (16) */
	STORE_INBOX,		/* the message's name (16) */
	STORE_KYBER,		/* id (4): for one session */
	STORE_KYBER_SHARED,	/* id (4): for those without a one-time one */
	STORE_TRUST,		/* who certifies senders */
	STORE_CA,		/* being it */
	STORE_MAILBOX,		/* ours, at a relay: its id (16) */
	STORE_ADDRESS,		/* a peer's mailbox: its name (16) */
	STORE_MAIL,		/* fetched, not read yet: its name (16) */
	/* made, not at the relay yet: peer's name (16), number (8) */
	STORE_UNSENT,
	/* of a stream, not read yet: its id (16), number (4) */
	STORE_FRAGMENT,
	STORE_IMPORTED,		/* SHA-256 of a session that was imported */
	STORE_TOLD,		/* which of ours a peer knows: its name (16) */
};

enum { STORE_ID_MAX = 64, STORE_VALUE_MAX = 64 << 20 };

/* How the secret is given. */
enum store_secret { STORE_KEY_FILE, STORE_PASSPHRASE };

struct store_place {
	const char *folder;	/* the state */
	const char *anchors;	/* where its anchor lies, elsewhere */
	int patience;		/* seconds to wait for another process */
};

/*
 * Make a new state in the folder (which is made, too) and its anchor. The
 * store is open and unlocked then, no transaction begun, and has its name
 * only after store_publish: a half-made state is none.
 */
enum store_result store_make(const struct store_place *place,
    const struct env *env, enum store_secret how, struct span secret,
    struct store **out);
/*
 * Give it its name, and close it: sqlite works under one name only.
 * STORE_EXISTS when another one was quicker.
 */
enum store_result store_publish(struct store *s);

/* Open one; *how says what store_unlock wants. Ends with store_close. */
enum store_result store_open(const struct store_place *place,
    const struct env *env, struct store **out, enum store_secret *how);
enum store_result store_unlock(struct store *s, struct span secret);

/*
 * Begin a transaction; "write" waits for its turn. STORE_BEHIND and
 * STORE_UNANCHORED refuse all but those for whom "rolled_back" says that
 * they are the way out.
 */
enum store_result store_begin(struct store *s, bool write, bool rolled_back);

/*
 * End it. Without store_commit nothing has changed. After STORE_OK of
 * store_commit state and anchor are on the disk. A transaction that uses no
 * key up may leave the anchor as it is (store_commit_light).
 */
enum store_result store_commit(struct store *s);
enum store_result store_commit_light(struct store *s);
void store_abandon(struct store *s);

/* Append the item's value; STORE_ABSENT when there is none. */
enum store_result store_get(struct store *s, enum store_kind kind,
    struct span id, struct buf *out);
/* Whether there is one that can be read. */
bool store_has(struct store *s, enum store_kind kind, struct span id);

/*
 * Change an item. An error sticks: store_commit returns it, having changed
 * nothing.
 */
void store_put(struct store *s, enum store_kind kind, struct span id,
    struct span value);
void store_drop(struct store *s, enum store_kind kind, struct span id);

/*
 * Call "see" for each item whose id starts with the prefix, the highest id
 * first, until it returns false. It may not change items.
 */
enum store_result store_each(struct store *s, enum store_kind kind,
    struct span prefix, bool (*see)(void *arg, struct span id,
    struct span value), void *arg);
/* The same of the ids alone: no value is read, however large. */
enum store_result store_each_id(struct store *s, enum store_kind kind,
    struct span prefix, bool (*see)(void *arg, struct span id), void *arg);
/* How many items of a kind there are, and octets as they lie on the disk. */
enum store_result store_size(struct store *s, enum store_kind kind,
    size_t *n, uint64_t *octets);
/* Drop all of these; returns how many there were. */
size_t store_drop_all(struct store *s, enum store_kind kind,
    struct span prefix);

/* What names are called in ids: 16 octets that say nothing. */
void store_name(const struct store *s, struct span text,
    unsigned char out[static 16]);

/* Where it lies, for the sandbox: the state file's folder. */
const char *store_folder(const struct store *s);

/* What went wrong, for people: static text, or of errno. */
const char *store_why(enum store_result r);

/* Abandons a transaction that is open. NULL is fine. */
void store_close(struct store *s);

#endif
