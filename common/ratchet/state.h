/*
 * What a store holds besides sessions: who we are, our prekeys, and whom we
 * know. All of it inside a transaction of store.h.
 */
#ifndef RATCHET_STATE_H
#define RATCHET_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "ratchet/bundle.h"
#include "ratchet/store.h"
#include "ratchet/x3dh.h"

enum {
	PREKEY_ID_MAX = 0xfffffe,	/* ids are 24 bits everywhere */
	PEER_HISTORY = 16,		/* identities of the past, the newest */
	PEER_ID = 16,
};

struct self {
	char name[NAME_MAX_OCTETS + 1];
	struct identity us;
	uint32_t device_id;
	uint32_t next_signed, next_prekey, next_kyber;	/* ids to come */
	int64_t tidied;			/* when time last took its keys */
};

/* An identity that a peer had. */
struct past {
	unsigned char identity[CURVE_PUBLIC];
	int64_t since, until;
};

struct peer {
	char name[NAME_MAX_OCTETS + 1];
	unsigned char id[PEER_ID];	/* what the store calls it */
	unsigned char identity[CURVE_PUBLIC];
	int64_t since;			/* when that was first seen */
	bool verified;			/* the safety number was compared */
	/* another identity was met, which waits to be accepted */
	bool changed;
	unsigned char changed_to[CURVE_PUBLIC];
	int64_t changed_at;
	/* one that waited, until the number of the one before was right */
	bool has_denied;
	unsigned char denied[CURVE_PUBLIC];
	bool stranger;			/* wrote first, and had no answer */
	/* its sessions are in use elsewhere (session export) */
	bool exported;
	struct past past[PEER_HISTORY];
	size_t n_past;
};

/* A new identity; ids begin with 1. */
void self_new(const struct env *env, struct span name, struct self *out);
void self_put(struct store *s, const struct self *self);
enum store_result self_get(struct store *s, struct self *out);

/* The peer of the name, or STORE_ABSENT: then *out has name and id alone. */
enum store_result peer_get(struct store *s, struct span name,
    struct peer *out);
void peer_put(struct store *s, const struct peer *p);
/* Every peer, in no order. */
enum store_result peer_each(struct store *s,
    void (*see)(void *arg, const struct peer *p), void *arg);

/* A prekey of ours, with when it was made. */
struct prekey {
	uint32_t id;
	struct curve_pair keys;
	int64_t made;
};

void prekey_put(struct store *s, enum store_kind kind,
    const struct prekey *k);
enum store_result prekey_get(struct store *s, enum store_kind kind,
    uint32_t id, struct prekey *out);
void prekey_drop(struct store *s, enum store_kind kind, uint32_t id);
/* The one of the highest id. */
enum store_result prekey_newest(struct store *s, enum store_kind kind,
    struct prekey *out);
/* How many there are. */
enum store_result prekey_count(struct store *s, enum store_kind kind,
    size_t *out);
/*
 * Drop all prekeys made before "then", with what was seen of the signed ones:
 * their first messages cannot be read any more, so none can be read again.
 */
enum store_result prekey_expire(struct store *s, int64_t then);

/* A Kyber prekey, as its seed; STORE_KYBER or STORE_KYBER_SHARED. */
struct kyber_prekey {
	uint32_t id;
	unsigned char seed[KYBER_SEED];
	int64_t made;
};

void kyber_put(struct store *s, enum store_kind kind,
    const struct kyber_prekey *k);
enum store_result kyber_get(struct store *s, enum store_kind kind,
    uint32_t id, struct kyber_prekey *out);
enum store_result kyber_newest(struct store *s, enum store_kind kind,
    struct kyber_prekey *out);

#endif
