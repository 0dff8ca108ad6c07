/*
 * The post-quantum ratchet as octets: the PqRatchetState that libsignal keeps
 * in its sessions. How long a key has been missing stands beside the keys in
 * a field of ours, which libsignal passes over.
 */
#ifndef RATCHET_PQ_RECORD_H
#define RATCHET_PQ_RECORD_H

#include "base/buf.h"
#include "ratchet/pq.h"

/*
 * How far the exchange of keys is at the start of a session (a V1State of
 * epoch 1), with the keys that its parts are to be authentic by.
 */
void pq_record_braid(const unsigned char secret[static PQ_KEY],
    bool initiator, struct buf *out);

/* Append it. */
void pq_record_write(const struct pq *p, struct buf *out);

/*
 * Read one; false when it is malformed, or has more epochs than are needed.
 * Ends with pq_free.
 */
bool pq_record_read(struct span in, struct pq *out);

#endif
