/* What is asked of a relay: methods and paths. */
#ifndef RELAY_CALL_H
#define RELAY_CALL_H

#include "relay/relay.h"

enum relay_verb {
	RELAY_ABOUT,		/* GET /v1/relay */
	RELAY_MAKE,		/* PUT /v1/mailbox/ID */
	RELAY_KNOWS,		/* GET */
	RELAY_DELETE,		/* DELETE */
	RELAY_STOCK,		/* POST .../bundles */
	RELAY_TAKE,		/* POST .../take */
	RELAY_POST,		/* PUT .../messages/MESSAGE */
	RELAY_FETCH,		/* POST .../fetch */
	RELAY_VERBS,
};

struct relay_call {
	enum relay_verb verb;
	unsigned char id[RELAY_ID];
	unsigned char message[RELAY_ID];	/* RELAY_POST */
};

/* Whether it needs the owner's token. */
bool relay_verb_owner(enum relay_verb v);
/* Octets that its body may have. */
size_t relay_verb_body_max(enum relay_verb v);
/* A word for it, for counts of requests. */
const char *relay_verb_name(enum relay_verb v);

/*
 * Read a request's method and target. RELAY_FINE, RELAY_NO_PATH,
 * RELAY_METHOD, or RELAY_REQUEST for an id that is none.
 */
enum relay_error relay_call_read(struct span method, struct span target,
    struct relay_call *out);

/*
 * Append the methods that a target takes, for Allow (RFC 9110 section
 * 10.2.1).
 */
void relay_call_allow(struct span target, struct buf *out);

/* The method, and the target appended. */
const char *relay_call_write(const struct relay_call *c, struct buf *target);

#endif
