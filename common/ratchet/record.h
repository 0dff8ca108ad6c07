/*
 * Sessions as octets: the SessionStructure that libsignal and
 * libsignal-protocol-c store, so that one can be taken from and given to
 * them. Fields of ours that they do not know they pass over.
 */
#ifndef RATCHET_RECORD_H
#define RATCHET_RECORD_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "ratchet/session.h"

enum {
	/* a session with every key that it may keep is half of this */
	RECORD_SESSION_MAX = 1 << 20,
	RECORD_ARCHIVED = 40,	/* sessions beside the current one */
};

/* Append it. */
void record_session_write(const struct ratchet *s, struct buf *out);
/*
 * The same for another implementation: chains that are closed have a key at
 * their end, without which none finds the keys of their missing messages.
 */
void record_session_export(const struct ratchet *s, struct buf *out);

/*
 * Read one; false when it is malformed or of a version that is neither 3 nor
 * 4. Ends with ratchet_free.
 */
bool record_session_read(struct span in, struct ratchet *out);

/* Whether its private keys are those of its public ones. */
bool record_session_sound(const struct ratchet *s);

/*
 * Cut a RecordStructure into the sessions in it, the current one first, at
 * most "max" of them (a record without a current one gives only archived
 * ones, and *current is false). Returns how many; 0 when it is malformed.
 */
size_t record_split(struct span in, struct span *sessions, size_t max,
    bool *current);
/* Append one session to a RecordStructure: the current one, or an archived. */
void record_join(struct buf *out, struct span session, bool current);

#endif
