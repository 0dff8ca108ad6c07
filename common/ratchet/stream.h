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

struct stream {
	unsigned char key[STREAM_KEY];
	uint64_t n;		/* the number of the next chunk */
};

/* A new one, and the plaintext of the message that says so. */
void stream_new(const struct env *env, struct stream *s, struct buf *plain);
/* The same from such a plaintext; false when it is none. */
bool stream_of(struct span plain, struct stream *s);

/* Append the next chunk, sealed. */
void stream_seal(struct stream *s, struct span chunk, bool last,
    struct buf *out);
/* Append what the next chunk holds; false when it is not that. */
bool stream_open(struct stream *s, struct span sealed, bool last,
    struct buf *out);

void stream_wipe(struct stream *s);

#endif
