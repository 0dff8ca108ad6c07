/* What a fetch asks, and what it is answered with, as JSON. */
#ifndef RELAY_FETCH_H
#define RELAY_FETCH_H

#include "relay/relay.h"

struct relay_ask {
	unsigned char ack[RELAY_ACKS_MAX][RELAY_ID];
	size_t n;
	uint32_t max;		/* messages wanted */
	uint32_t wait;		/* seconds, when there is none */
};

/* Append it. */
void relay_ask_write(const struct relay_ask *a, struct buf *out);
/* Read it; false when it is none, or a number is above its maximum. */
bool relay_ask_read(struct span json, struct relay_ask *out);

struct relay_message {
	unsigned char id[RELAY_ID];
	struct span body;
	int64_t expires;
};

struct relay_answer {
	struct relay_message v[RELAY_FETCH_MAX];
	size_t n;
	uint32_t acked, left;
};

void relay_answer_write(const struct relay_answer *a, struct buf *out);
/*
 * Read it; the bodies are appended to *bodies (a ceiling of
 * RELAY_FETCH_OCTETS does), to which the spans then point. False when it is
 * none, or has a body of a size that no message has.
 */
bool relay_answer_read(struct span json, struct buf *bodies,
    struct relay_answer *out);

#endif
