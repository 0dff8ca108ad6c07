/*
 * Verifying the DKIM signatures of a message (RFC 6376 section 6) in one
 * pass: the header first, then the body in pieces, then the answers.
 */
#ifndef AUTH_DKIM_VERIFY_H
#define AUTH_DKIM_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/body.h"
#include "auth/dkim_key.h"
#include "auth/dkim_sig.h"
#include "mail/header.h"

/* RFC 8601 section 2.7.1. */
enum dkim_result {
	DKIM_NONE,
	DKIM_PASS,
	DKIM_FAIL,
	DKIM_POLICY,
	DKIM_NEUTRAL,
	DKIM_TEMPERROR,
	DKIM_PERMERROR,
};

const char *dkim_result_name(enum dkim_result r);

enum { DKIM_SIGNATURES_MAX = 20 };	/* verified of one message */

/* What was asked of DNS for one signature. */
struct dkim_lookup {
	enum dns_status status;
	enum dns_security security;
	const struct dkim_key *key[4];	/* of the run's dkim_keys */
	size_t n, records;		/* keys kept, records there were */
};

/* Ask for a selector's keys; *out is filled in any case. */
void dkim_lookup(struct dns *dns, struct dkim_keys *keys,
    struct span selector, struct span domain, struct dkim_lookup *out);

/* One signature and what came of it. */
struct dkim_outcome {
	struct dkim_sig sig;
	enum dkim_result result;
	const char *reason;	/* static text; "" on a plain pass */
	struct dkim_lookup lookup;
	const struct dkim_key *key;	/* the one that counted, or NULL */
	bool header_ok;		/* the signature fits the header fields */
	bool body_ok;		/* the body hash fits */
	bool parsed;		/* far enough to hash: want is valid */
	size_t want;		/* its body hash */
	size_t prefix;		/* with "explain": seeks appended text */
};

struct dkim_verify {
	struct dkim_outcome *v;
	size_t n, cap;
	size_t skipped;		/* signatures past DKIM_SIGNATURES_MAX */
	const struct header *header;
	const struct header_index *index;
	struct body *body;
	bool explain;
};

/*
 * Find and parse the signatures, and register their body hashes with "body".
 * "explain" also looks for appended text, at the cost of two digests a line.
 * Everything passed in must outlive *v. Free with dkim_verify_free.
 */
void dkim_verify_start(struct dkim_verify *v, const struct header *header,
    const struct header_index *index, struct body *body, bool explain);

/*
 * After body_end: fetch the keys and decide, as of "now"; of all signatures,
 * or of the i-th alone, for who has an order in which time may run out.
 */
void dkim_verify_end(struct dkim_verify *v, struct dns *dns,
    struct dkim_keys *keys, int64_t now);
void dkim_verify_one(struct dkim_verify *v, size_t i, struct dns *dns,
    struct dkim_keys *keys, int64_t now);

void dkim_verify_free(struct dkim_verify *v);

/*
 * Append what reports name the i-th signature by (RFC 6008 section 4): the
 * first eight letters of b=, and more where another signature of the message
 * begins with the same; all of it where both are the same throughout. At
 * most DKIM_B_MAX; nothing without b=.
 */
void dkim_verify_b(const struct dkim_verify *v, size_t i, struct buf *out);

/*
 * Whether the signature over the picked header fields (and itself) is the
 * key's: what DKIM and ARC-Message-Signature share.
 */
bool dkim_header_fits(const struct header_index *index,
    const struct dkim_sig *sig, const struct dkim_key *key);

/*
 * The digest that the signature is over. ARC and the explanations make their
 * own variations of it.
 */
void dkim_header_digest(const struct header_index *index,
    const struct dkim_sig *sig, unsigned char out[static SHA256_SIZE]);

/* Whether the key is for the signature's algorithm. */
bool dkim_key_fits(const struct dkim_key *key, const struct dkim_sig *sig);

#endif
