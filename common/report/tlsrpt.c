/* Result types of TLS reports; see tlsrpt.h. */
#include "report/tlsrpt.h"

static const struct {
	const char *name, *means, *clause;
} results[] = {
	[TLS_R_STARTTLS_NOT_SUPPORTED] = { "starttls-not-supported",
	    "the MX host did not offer STARTTLS, or somebody on the way took "
	    "the offer out", "RFC 8460 section 4.3.1" },
	[TLS_R_CERTIFICATE_HOST_MISMATCH] = { "certificate-host-mismatch",
	    "the certificate does not name the MX host (MTA-STS), or not as "
	    "DANE wants it", "RFC 8460 section 4.3.1" },
	[TLS_R_CERTIFICATE_EXPIRED] = { "certificate-expired",
	    "the certificate had expired when the sender connected",
	    "RFC 8460 section 4.3.1" },
	[TLS_R_CERTIFICATE_NOT_TRUSTED] = { "certificate-not-trusted",
	    "no chain leads to an authority that the sender trusts; often an "
	    "intermediate certificate is not sent",
	    "RFC 8460 section 4.3.1" },
	[TLS_R_VALIDATION_FAILURE] = { "validation-failure",
	    "TLS failed for a reason that has no name of its own: version, "
	    "cipher, or a broken handshake", "RFC 8460 section 4.3.1" },
	[TLS_R_TLSA_INVALID] = { "tlsa-invalid",
	    "the TLSA records are malformed, or none matches the "
	    "certificate", "RFC 8460 section 4.3.2.1" },
	[TLS_R_DNSSEC_INVALID] = { "dnssec-invalid",
	    "the sender's resolver got no answer that DNSSEC proves",
	    "RFC 8460 section 4.3.2.1" },
	[TLS_R_DANE_REQUIRED] = { "dane-required",
	    "the sender wants DANE for this destination, and found no TLSA "
	    "record that it can use", "RFC 8460 section 4.3.2.1" },
	[TLS_R_STS_POLICY_FETCH_ERROR] = { "sts-policy-fetch-error",
	    "the MTA-STS policy could not be fetched",
	    "RFC 8460 section 4.3.2.2" },
	[TLS_R_STS_POLICY_INVALID] = { "sts-policy-invalid",
	    "the MTA-STS policy was fetched, and cannot be read",
	    "RFC 8460 section 4.3.2.2" },
	[TLS_R_STS_WEBPKI_INVALID] = { "sts-webpki-invalid",
	    "the policy host's certificate could not be verified",
	    "RFC 8460 section 4.3.2.2" },
	[TLS_R_OTHER] = { NULL, "the reporter's own word",
	    "RFC 8460 section 4.3" },
};

const char *
tls_result_name0(enum tls_result r)
{
	return results[r].name;
}

const char *
tls_result_means(enum tls_result r, const char **clause)
{
	*clause = results[r].clause;
	return results[r].means;
}
