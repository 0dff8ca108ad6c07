/*
 * The protocol between ratchet-chat and its relay, msgsec-relay(8): what both
 * ends share. Its numbers, and the errors.
 */
#ifndef RELAY_RELAY_H
#define RELAY_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	RELAY_ID = 16,			/* octets of a mailbox's id, and of
					   a message's */
	RELAY_TOKEN = 32,
	RELAY_TARGET_MAX = 128,		/* octets of a request's target */
	RELAY_SIZES = 5,		/* classes: 1 KiB times 4^n */
	RELAY_MESSAGE_MAX = 262144,	/* the largest */
	RELAY_BUNDLES_MAX = 100,	/* lines an upload */
	RELAY_UPLOAD_MAX = 524288,	/* octets of it */
	RELAY_ACKS_MAX = 100,		/* ids a fetch acknowledges */
	RELAY_FETCH_MAX = 100,		/* messages a fetch gives */
	RELAY_FETCH_OCTETS = 1048576,	/* of them all */
	RELAY_WAIT_MAX = 60,		/* seconds that a fetch waits */
	RELAY_ASK_MAX = 8192,		/* octets of a fetch's body */
	/* octets of its answer: base64 of the messages, and their members */
	RELAY_ANSWER_MAX = RELAY_FETCH_OCTETS / 3 * 4 +
	    RELAY_FETCH_MAX * 160 + 1024,
};

/* The size classes, from the smallest. */
extern const uint32_t relay_sizes[RELAY_SIZES];

/* Whether a message may have this size. */
bool relay_size_ok(size_t n);

enum relay_error {
	RELAY_FINE,
	RELAY_REQUEST,		/* path, header or body are malformed */
	RELAY_SIZE,
	RELAY_BUNDLE,
	RELAY_NO_TOKEN,
	RELAY_NOT_OWNER,
	RELAY_NO_MAILBOX,
	RELAY_NO_BUNDLE,
	RELAY_NO_PATH,
	RELAY_METHOD,
	RELAY_TAKEN,
	RELAY_TOO_BIG,
	RELAY_RATE,
	RELAY_TRY_AGAIN,
	RELAY_MAILBOX_FULL,
	RELAY_STOCK_FULL,
	RELAY_RELAY_FULL,
	RELAY_ERRORS,
};

/* The HTTP status for it, its word and its sentence. */
int relay_error_status(enum relay_error e);
const char *relay_error_name(enum relay_error e);
const char *relay_error_text(enum relay_error e);

/* Append the body of an answer that is an error. */
void relay_error_write(enum relay_error e, struct buf *out);
/*
 * The error that such a body tells; RELAY_ERRORS when it is none that we
 * know.
 */
enum relay_error relay_error_read(struct span body);

/* Exactly n octets as lower-case hexadecimal digits. */
bool relay_hex_read(struct span text, unsigned char *out, size_t n);

/* Append the value of the Authorization field. */
void relay_token_write(const unsigned char token[static RELAY_TOKEN],
    struct buf *out);
/* Read it; false when it is no bearer token of ours. */
bool relay_token_read(struct span value,
    unsigned char token[static RELAY_TOKEN]);

#endif
