/* Result types of TLS reports; see tlsrpt.h. */
#include "report/tlsrpt.h"

static const struct {
	const char *means, *clause;
} results[TLSRPT_RESULTS] = {
	[TLSRPT_STARTTLS_NOT_SUPPORTED] = {
	    "the MX host did not offer STARTTLS, or somebody on the way took "
	    "the offer out", "RFC 8460 section 4.3.1" },
	[TLSRPT_CERTIFICATE_HOST_MISMATCH] = {
	    "the certificate does not name the MX host (MTA-STS), or not as "
	    "DANE wants it", "RFC 8460 section 4.3.1" },
	[TLSRPT_CERTIFICATE_EXPIRED] = {
	    "the certificate had expired when the sender connected",
	    "RFC 8460 section 4.3.1" },
	[TLSRPT_CERTIFICATE_NOT_TRUSTED] = {
	    "no chain leads to an authority that the sender trusts; often an "
	    "intermediate certificate is not sent",
	    "RFC 8460 section 4.3.1" },
	[TLSRPT_VALIDATION_FAILURE] = {
	    "TLS failed for a reason that has no name of its own: version, "
	    "cipher, or a broken handshake", "RFC 8460 section 4.3.1" },
	[TLSRPT_TLSA_INVALID] = {
	    "the TLSA records are malformed, or none matches the "
	    "certificate", "RFC 8460 section 4.3.2.1" },
	[TLSRPT_DNSSEC_INVALID] = {
	    "the sender's resolver got no answer that DNSSEC proves",
	    "RFC 8460 section 4.3.2.1" },
	[TLSRPT_DANE_REQUIRED] = {
	    "the sender wants DANE for this destination, and found no TLSA "
	    "record that it can use", "RFC 8460 section 4.3.2.1" },
	[TLSRPT_STS_POLICY_FETCH_ERROR] = {
	    "the MTA-STS policy could not be fetched",
	    "RFC 8460 section 4.3.2.2" },
	[TLSRPT_STS_POLICY_INVALID] = {
	    "the MTA-STS policy was fetched, and cannot be read",
	    "RFC 8460 section 4.3.2.2" },
	[TLSRPT_STS_WEBPKI_INVALID] = {
	    "the policy host's certificate could not be verified",
	    "RFC 8460 section 4.3.2.2" },
	[TLSRPT_NONE] = { "the reporter's own word",
	    "RFC 8460 section 4.3" },
};

enum tlsrpt_result
tls_result_of(struct span name)
{
	struct buf lower = BUF(name.n);
	enum tlsrpt_result r = TLSRPT_NONE;

	buf_lower(&lower, name);
	r = tlsrpt_result_named(buf_get0(&lower));
	buf_free(&lower);
	return r;
}

const char *
tls_result_means(enum tlsrpt_result r, const char **clause)
{
	*clause = results[r].clause;
	return results[r].means;
}
