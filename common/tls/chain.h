/*
 * Whether a chain leads to a certificate authority that is trusted (RFC 5280
 * section 6, by libcrypto). Dates are judged apart, so that "expired, but else
 * in order" can be said.
 */
#ifndef TLS_CHAIN_H
#define TLS_CHAIN_H

#include <stdint.h>

#include "crypto/trust.h"
#include "tls/cert.h"

enum chain_result {
	CHAIN_OK,
	CHAIN_EXPIRED,
	CHAIN_NOT_YET_VALID,
	CHAIN_SELF_SIGNED,	/* the server's own, trusted by nobody */
	CHAIN_UNKNOWN_ISSUER,	/* no way to a trusted authority */
	CHAIN_BAD_SIGNATURE,
	CHAIN_WEAK,		/* a key or digest below 112 bits */
	CHAIN_CONSTRAINED,	/* name constraints, path length, policy */
	CHAIN_WRONG_USE,	/* not for servers, or its issuer is no CA */
	CHAIN_MALFORMED,	/* none was sent, or unreadable */
	CHAIN_INVALID,		/* any other reason; see "detail" */
	CHAIN_UNKNOWN,		/* no way among those kept; others were sent */
};

struct chain_verdict {
	enum chain_result result;	/* CHAIN_OK: a sender may trust it */
	enum chain_result but_for_dates;	/* as if dates did not count */
	size_t depth;		/* the certificate at fault, 0 is the first */
	const char *detail;	/* libcrypto's words, static; "" for none */
};

/* Judge at the time "now" (seconds since 1970). */
void chain_judge(const struct trust *trust, const struct cert_chain *chain,
    int64_t now, struct chain_verdict *out);

/*
 * The last verdicts of one process. Many hosts of one provider show the same
 * chain, and its signatures are a fifth of the work that a delivery makes.
 */
struct chain_memo;

struct chain_memo *chain_memo_new(void);
void chain_memo_free(struct chain_memo *memo);

/*
 * The same as chain_judge, by the same "trust" each time: a verdict is taken
 * from "memo" only for the same octets in the same second. NULL: no memory.
 */
void chain_judge_once(struct chain_memo *memo, const struct trust *trust,
    const struct cert_chain *chain, int64_t now, struct chain_verdict *out);

/* "ok", "expired", "not-yet-valid", "self-signed", ... */
const char *chain_result_name(enum chain_result r);

#endif
