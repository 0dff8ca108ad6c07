/*
 * Authenticated Received Chain: validating a message's chain (RFC 8617
 * section 5.2). Like DKIM: the header first, then the body, then the answer.
 */
#ifndef AUTH_ARC_H
#define AUTH_ARC_H

#include "auth/dkim_verify.h"

enum arc_cv {
	ARC_NONE,
	ARC_PASS,
	ARC_FAIL,
};

const char *arc_cv_name(enum arc_cv cv);

/* One set; the fields are NULL where they are missing. */
struct arc_set {
	const struct field *aar, *ams, *as;
	struct dkim_sig message, seal;
	const char *message_problem, *seal_problem;	/* of the syntax */
	enum arc_cv cv;			/* the seal's own cv= */
	size_t want;			/* body hash of the AMS */
	size_t want_relaxed;		/* the same where c= is absent */
	enum dkim_result message_result, seal_result;
};

struct arc_verify {
	struct arc_set *set;		/* 0 is i=1; NULL when n is 0 */
	unsigned n;			/* highest instance; 0 for no chain */
	enum arc_cv cv;			/* the answer */
	const char *reason;		/* static text; "" when not failed */
	unsigned reason_at;		/* the instance at fault, 0 for all */
	unsigned oldest_pass;		/* section 5.2: 0 when all pass */
	bool temporary;			/* failed since DNS did not answer */
	bool unanswered;		/* it did not, be it for any set */
	int64_t now;			/* when signatures are judged */
	const struct header_index *index;
	struct body *body;
};

/*
 * Collect the sets, check the structure and register the body hashes.
 * Everything passed in must outlive *a. Free with arc_free.
 */
void arc_start(struct arc_verify *a, const struct header *header,
    const struct header_index *index, struct body *body);

/* After body_end: fetch the keys and decide, as of "now". */
void arc_end(struct arc_verify *a, struct dns *dns, struct dkim_keys *keys,
    int64_t now);

/*
 * After arc_end: whether all sets are there and every seal verifies, be the
 * message signatures as they may: nothing but the message was changed.
 */
bool arc_seals_hold(const struct arc_verify *a);

void arc_free(struct arc_verify *a);

/*
 * Append what the seal of instance n+1 is over, but for its own field: the
 * relaxed sets 1 to n (section 5.1.1).
 */
void arc_seal_scope(const struct arc_verify *a, unsigned n, struct buf *out);

#endif
