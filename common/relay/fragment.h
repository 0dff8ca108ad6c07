/*
 * A stream as contents of messages: its octets (the line of its message, and
 * the sealed chunks behind it) cut into fragments, each of which says where
 * it belongs. Who carries them sees envelopes of the largest size, but for
 * the last one; whether a stream is whole its own chunks say, too.
 */
#ifndef RELAY_FRAGMENT_H
#define RELAY_FRAGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "relay/cover.h"

enum {
	RELAY_STREAM = 16,	/* octets of a stream's id */
	/* what says it is one, id, number, whether it is the last */
	RELAY_FRAGMENT_HEAD = 16 + RELAY_STREAM + 4 + 1,
	RELAY_FRAGMENT_MAX = RELAY_CONTENT_MAX - RELAY_FRAGMENT_HEAD,
	RELAY_STREAM_LINE = 8192,	/* octets of a stream's first line */
};

struct relay_fragment {
	unsigned char stream[RELAY_STREAM];
	uint32_t number;	/* from 0 on */
	bool last;
	struct span octets;	/* at most RELAY_FRAGMENT_MAX */
};

/* The id of the stream that begins with this line, whatever ends it. */
void relay_stream_id(struct span line,
    unsigned char out[static RELAY_STREAM]);

/* Append it. */
void relay_fragment_write(const struct relay_fragment *f, struct buf *out);
/* Read one out of a content; false when that is something else. */
bool relay_fragment_read(struct span content, struct relay_fragment *out);
/*
 * Whether it may be of a stream: number 0 holds the whole line that the id is
 * of. Another one says nothing of that.
 */
bool relay_fragment_fits(const struct relay_fragment *f);

#endif
