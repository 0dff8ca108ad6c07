/*
 * The post-quantum ratchet of version 4 (SPQR), as one takes part in it
 * without sending keys of its own: both sides then stay in its first epoch,
 * whose two chains begin with the secret of PQXDH. What this side would have
 * to answer is passed over.
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
};

struct pq_chain {
	unsigned char next[PQ_KEY];
	uint32_t n;		/* the index of the last key */
};

struct pq_missing {
	uint32_t index;
	int64_t since;
	unsigned char key[PQ_KEY];
};

struct pq {
	struct pq_chain send, recv;
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

/* Both chains, of what PQXDH gave for them. */
void pq_start(const unsigned char secret[static PQ_KEY], bool initiator,
    struct pq *out);

/* The key of the next message, whose header is appended. */
void pq_send(struct pq *p, unsigned char key[static PQ_KEY],
    struct buf *header);

/*
 * Find the key of a message with this header. Changes nothing; *index is for
 * pq_use, once the message is known to be authentic.
 */
enum pq_result pq_find(const struct pq *p, struct span header,
    uint32_t *index, unsigned char key[static PQ_KEY]);
void pq_use(struct pq *p, uint32_t index, int64_t now);
/* Keep one, as the newest; the oldest of PQ_KEPT gives way. */
void pq_keep(struct pq *p, const struct pq_missing *m);

/* Forget keys that are missing since before "then". */
void pq_expire(struct pq *p, int64_t then);
void pq_free(struct pq *p);

#endif
