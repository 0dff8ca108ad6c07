/*
 * Data of any size: a message of the ratchet carries a key that serves once,
 * and chunks sealed with it follow. Their number is the nonce and the last
 * one says that it is, so that none can be left out, moved or cut off.
 */
#ifndef RATCHET_STREAM_H
#define RATCHET_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "sys/env.h"

enum {
	STREAM_KEY = 32,
	STREAM_CHUNK = 64 * 1024,	/* octets of plaintext in all but the
					   last */
	STREAM_TAG = 16,
};

struct pieces {
	unsigned char key[STREAM_KEY];
	uint64_t n;		/* the number of the next chunk */
};

/* A new one, and the plaintext of the message that says so. */
void pieces_new(const struct env *env, struct pieces *s, struct buf *plain);
/* The same from such a plaintext; false when it is none. */
bool pieces_of(struct span plain, struct pieces *s);

/* Append the next chunk, sealed. */
void pieces_seal(struct pieces *s, struct span chunk, bool last,
    struct buf *out);
/* Append what the next chunk holds; false when it is not that. */
bool pieces_open(struct pieces *s, struct span sealed, bool last,
    struct buf *out);

void pieces_wipe(struct pieces *s);

#endif
