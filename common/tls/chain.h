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

/* "ok", "expired", "not-yet-valid", "self-signed", ... */
const char *chain_result_name(enum chain_result r);

/*
 * What a TLSRPT report calls it: "certificate-expired" or
 * "certificate-not-trusted" (RFC 8460 section 4.3.1); NULL for CHAIN_OK.
 */
const char *chain_result_type(enum chain_result r);

#endif
