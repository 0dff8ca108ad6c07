/*
 * Sessions counted for TLS reports (RFC 8460 section 4): one report a policy
 * domain and day (UTC), in it one entry a policy, in that one a kind of
 * failure.
 */
#ifndef REPORT_TLS_TALLY_H
#define REPORT_TLS_TALLY_H

#include "base/buf.h"
#include "report/counted.h"

enum { TLS_TALLY_STRINGS_MAX = 64 };

struct tls_tally_strings {
	struct span v[TLS_TALLY_STRINGS_MAX];
	size_t n;		/* those past the maximum are left out */
};

/* What is said of sessions that went alike; empty spans are left out. */
struct tls_tally_session {
	int64_t at;
	struct span domain, rua;
	struct span policy_type;	/* "tlsa", "sts", "no-policy-found" */
	struct tls_tally_strings policy, mx_host;
	uint64_t successful, failed;	/* how many of either kind */
	/* why those failed; without a type only their sum is counted */
	struct span result_type, sending_ip, mx, helo, receiving_ip, more,
	    reason;
};

struct tls_tally;

struct tls_tally *tls_tally_new(uint64_t seed);
/*
 * False, with nothing added, where a count would pass what JSON's readers can
 * hold (63 bits).
 */
bool tls_tally_add(struct tls_tally *s, const struct tls_tally_session *one);
void tls_tally_free(struct tls_tally *s);

/* A report, lent. */
struct tls_tally_report {
	struct span domain, rua;	/* rua: URIs, separated by ",", of
					   the last session that had any */
	int64_t begin, end;
	const struct tls_tally_policies *policies;
};

/*
 * All reports, by domain and then by day; what they hold does not stand in
 * the order in which sessions came, so that the same sessions make the same.
 */
void tls_tally_each(const struct tls_tally *s,
    void (*fn)(void *arg, const struct tls_tally_report *r), void *arg);

/* Append the report as JSON. */
void tls_tally_json(const struct tls_tally_report *r, struct span org,
    struct span contact, struct span id, struct buf *out);

#endif
