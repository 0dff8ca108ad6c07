/*
 * A sealed message as a record: {"from","to","version","content_type",
 * "sender_key_id","receiver_key_id","chunks":[base64...]}, one line of JSON.
 * The chunks are salt, ciphertext, MAC or nonce, and the two key ids, in the
 * order of LINE's own interface.
 */
#ifndef SEAL_CHUNKS_H
#define SEAL_CHUNKS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "seal/letter.h"

/* Members that a record may leave to the caller. */
enum {
	CHUNKS_FROM = 1,
	CHUNKS_TO = 2,
	CHUNKS_TYPE = 4,
};

struct chunks {
	struct letter letter;	/* lent from the buffers below */
	unsigned missing;	/* of the members above */
	bool ids_differ;	/* between envelope and chunks */
	bool ids_odd;		/* a chunk with an id is not of 4 octets */
	struct buf mids, octets;
	struct buf extra;	/* names of all other members, with ", " */
};

/* Ready for chunks_read; may be read into many times. */
void chunks_init(struct chunks *c);
void chunks_free(struct chunks *c);

/*
 * Read a record. Without "version" it is 2, as LINE's clients have it;
 * without ids in the envelope those of the chunks count. False with *why
 * (static) when it is no such record; when it is, letter_flaw has still to
 * be asked. "tool" names the reader's own member, which is not among the
 * others.
 */
bool chunks_read(struct chunks *c, struct span json, struct span tool,
    const char **why);

/* Append the record of a letter, without a line end. */
void chunks_write(const struct letter *l, struct buf *out);

#endif
