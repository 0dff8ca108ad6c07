/*
 * The post-quantum ratchet of version 4 (SPQR), as one takes part in it
 * without sending keys of its own: both sides then stay in the epoch that
 * they are in, the first one of a session that began here, whose two chains
 * begin with the secret of PQXDH. What this side would have to answer is
 * passed over, as if it had been lost.
 *
 * So the post-quantum secrecy of a session is that of its beginning. A new
 * start renews it.
 */
#ifndef RATCHET_PQ_H
#define RATCHET_PQ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	PQ_KEY = 32,
	PQ_JUMP = 2000,		/* messages that may be missing at once */
	PQ_KEPT = 4000,		/* keys of missing messages */
	/* the epoch that is sent in, the one before, and one that the peer
	   may be ahead */
	PQ_LINKS = 3,
	PQ_BRAID_MAX = 1 << 15,	/* octets */
};

struct pq_chain {
	unsigned char next[PQ_KEY];
	uint32_t n;		/* the index of the last key */
};

/* The two chains of an epoch. */
struct pq_link {
	struct pq_chain send, recv;
};

/* An epoch as messages name it, from 1 on, and an index in it, likewise. */
struct pq_place {
	uint32_t epoch, index;
};

struct pq_missing {
	struct pq_place at;
	int64_t since;
	unsigned char key[PQ_KEY];
};

struct pq {
	bool initiator;
	uint32_t first;		/* the epoch of links[0] */
	uint32_t epoch;		/* the one that is sent in; it has a link */
	struct pq_link links[PQ_LINKS];
	size_t n_links;
	unsigned char root[PQ_KEY];	/* of the epochs to come */
	/* how far the exchange of keys is (V1State), which stands still here
	   and goes on where the session is handed over to */
	struct buf braid;
	struct {
		struct pq_missing *v;	/* the oldest first */
		size_t n, cap;
	} missing;
};

enum pq_result {
	PQ_OK,
	PQ_USED,		/* its key was used up, or forgotten */
	PQ_TOO_FAR,
	PQ_MALFORMED,		/* no header, or one of another epoch */
};

/* Both chains, of what PQXDH gave for them; ends with pq_free. */
void pq_start(const unsigned char secret[static PQ_KEY], bool initiator,
    struct pq *out);

/* The key of the next message, whose header is appended. */
void pq_send(struct pq *p, unsigned char key[static PQ_KEY],
    struct buf *header);

/*
 * Find the key of a message with this header. Changes nothing; *at is for
 * pq_use, once the message is known to be authentic.
 */
enum pq_result pq_find(const struct pq *p, struct span header,
    struct pq_place *at, unsigned char key[static PQ_KEY]);
void pq_use(struct pq *p, const struct pq_place *at, int64_t now);
/* Keep one, as the newest; the oldest of PQ_KEPT gives way. */
void pq_keep(struct pq *p, const struct pq_missing *m);

/* Forget keys that are missing since before "then". */
void pq_expire(struct pq *p, int64_t then);
void pq_free(struct pq *p);

#endif
