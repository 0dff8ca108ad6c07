/*
 * Certificates of sealed sender: a trust root signs a server's key, the
 * server signs who goes by an identity key and until when.
 */
#ifndef RATCHET_CERT_H
#define RATCHET_CERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "ratchet/curve.h"

enum {
	CERT_MAX = 2048,
	CERT_NAME_MAX = 128,
	/* one that Signal withdrew once and for all */
	CERT_SERVER_REVOKED = 0xdeadc357,
};

/* What a sender's certificate says, lent from it. */
struct scert {
	struct span name;	/* Signal writes a UUID there */
	struct span key;
	uint32_t device;
	uint64_t expires;	/* milliseconds since 1970 */
};

enum cert_result {
	CERT_OK,
	CERT_MALFORMED,
	CERT_FORGED,		/* not signed from this root */
	CERT_EXPIRED,
};

/* Append the certificate of the server's key. */
void scert_server_make(const struct env *env, const struct curve_pair *root,
    uint32_t id, const unsigned char server[static CURVE_PUBLIC],
    struct buf *out);

/* Append a sender's, signed by the server whose certificate goes into it. */
void scert_make(const struct env *env, const struct curve_pair *server,
    struct span server_cert, const struct scert *what, struct buf *out);

/* What one says, true or not; false when it is malformed. */
bool scert_read(struct span in, struct scert *out);
/* Read one and check it; "now" in seconds. */
enum cert_result scert_check(struct span in,
    const unsigned char root[static CURVE_PUBLIC], int64_t now,
    struct scert *out);

#endif
