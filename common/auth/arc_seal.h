/*
 * Adding the next ARC set as a forwarder (RFC 8617 section 5.1). The chain
 * that is there has been validated with struct arc_verify before.
 */
#ifndef AUTH_ARC_SEAL_H
#define AUTH_ARC_SEAL_H

#include "auth/arc.h"
#include "auth/dkim_sign.h"

struct arc_sealer {
	const char *domain, *selector;
	const struct key *key;
	const char *authserv_id;
	const char *headers;	/* colon-separated; NULL for the default */
	bool standardize;	/* tags sorted, lower case, nothing folded */
	bool crlf;
	int64_t now;
	size_t body;		/* from arc_sealer_start */
};

enum arc_seal_status {
	ARC_SEALED,
	ARC_NOT_ADDED,		/* the newest seal says cv=fail: section 5.1.1
				 * allows no further set */
	ARC_FULL,		/* 50 sets are there already */
	ARC_UNTRUSTED_AR,	/* Authentication-Results of our id stand
				 * below a Received field: anybody's */
	ARC_NO_AR,		/* none of our id: nothing to vouch for */
	ARC_NOT_KNOWN,		/* the DNS did not say whether the chain is
				 * good: cv=fail would break it */
	ARC_CANNOT_SIGN,
};

/* Register the body hash. */
void arc_sealer_start(struct arc_sealer *s, struct body *body);

/*
 * After body_end and arc_end: append the three fields, ARC-Seal first, to
 * *out, and give in *cv what they say of the chain. Nothing is appended, and
 * *cv is as it was, unless the status is ARC_SEALED.
 *
 * cv= is the chain's status when the message arrived (section 4.4). A chain
 * that does not pass any more because the message was changed since is sealed
 * as passed where our own results say so, and all of its seals still verify.
 */
enum arc_seal_status arc_seal(const struct arc_sealer *s,
    const struct arc_verify *chain, const struct header *header,
    const struct header_index *index, const struct body *body,
    enum arc_cv *cv, struct buf *out);

#endif
