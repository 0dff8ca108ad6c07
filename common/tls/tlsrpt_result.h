/*
 * How a TLS session with a mail host fails, in the words of TLS reports: RFC
 * 8460 section 4.3, in the order of its registry. For senders, which say it,
 * and for readers of reports.
 */
#ifndef TLS_TLSRPT_RESULT_H
#define TLS_TLSRPT_RESULT_H

#include <stdbool.h>

#include "base/span.h"

enum tlsrpt_result {
	TLSRPT_NONE,		/* nothing to report, or no word of the RFC's */
	TLSRPT_STARTTLS_NOT_SUPPORTED,
	TLSRPT_CERTIFICATE_HOST_MISMATCH,
	TLSRPT_CERTIFICATE_EXPIRED,
	TLSRPT_TLSA_INVALID,
	TLSRPT_DNSSEC_INVALID,
	TLSRPT_DANE_REQUIRED,
	TLSRPT_CERTIFICATE_NOT_TRUSTED,
	TLSRPT_STS_POLICY_INVALID,
	TLSRPT_STS_WEBPKI_INVALID,
	TLSRPT_VALIDATION_FAILURE,
	TLSRPT_STS_POLICY_FETCH_ERROR,
	TLSRPT_RESULTS,
};

/* "starttls-not-supported" and so on; NULL for TLSRPT_NONE. */
const char *tlsrpt_result_name(enum tlsrpt_result r);
/* The result of that very name, or TLSRPT_NONE. */
enum tlsrpt_result tlsrpt_result_named(struct span name);

/* Of those about the MTA-STS policy, not about a host (section 4.3.2.2). */
bool tlsrpt_result_is_policy(enum tlsrpt_result r);

#endif
