/* Result types of TLS reports; see tlsrpt_result.h. */
#include "tls/tlsrpt_result.h"

const char *
tlsrpt_result_name(enum tlsrpt_result r)
{
	static const char *const names[TLSRPT_RESULTS] = {
		NULL, "starttls-not-supported", "certificate-host-mismatch",
		"certificate-expired", "tlsa-invalid", "dnssec-invalid",
		"dane-required", "certificate-not-trusted",
		"sts-policy-invalid", "sts-webpki-invalid",
		"validation-failure", "sts-policy-fetch-error",
	};

	return names[r];
}

enum tlsrpt_result
tlsrpt_result_named(struct span name)
{
	for (int r = TLSRPT_NONE + 1; r < TLSRPT_RESULTS; r++)
		if (span_eq(name, span_str(tlsrpt_result_name(
		    (enum tlsrpt_result)r))))
			return (enum tlsrpt_result)r;
	return TLSRPT_NONE;
}

bool
tlsrpt_result_is_policy(enum tlsrpt_result r)
{
	return r == TLSRPT_STS_POLICY_INVALID ||
	    r == TLSRPT_STS_WEBPKI_INVALID ||
	    r == TLSRPT_STS_POLICY_FETCH_ERROR;
}
