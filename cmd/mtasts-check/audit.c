/* Judging one domain; see audit.h. */
#include "audit.h"

/*
 * The DNS is asked first and HTTPS last: a policy host that keeps silent
 * then costs nothing but its own answer.
 */
void
audit_judge(const struct job *j, const struct worker *w, struct span domain,
    int64_t deadline, struct audit *out)
{
	struct sts_ways ways = job_ways(j, w, deadline);
	struct findings *fs = &out->findings;

	out->domain = domain;
	out->judged = true;
	sts_hosts_find(&j->run.env, domain, &out->hosts, fs);
	if (out->hosts.mx.status == MX_NXDOMAIN)
		return;
	tlsrpt_discover(j->run.env.dns, domain, &out->tlsrpt, fs);
	sts_inquire(&ways, domain, &out->inquiry, fs);
	sts_hosts_match(&out->hosts, domain, &out->inquiry, fs);
}

void
audit_free(struct audit *a)
{
	if (a->judged) {
		sts_hosts_free(&a->hosts);
		sts_inquiry_free(&a->inquiry);
		tlsrpt_discovered_free(&a->tlsrpt);
	}
	findings_free(&a->findings);
}

/* Nothing was published and nothing is remembered: nothing to judge. */
const char *
audit_verdict(const struct audit *a)
{
	bool nothing = a->judged && (a->hosts.mx.status == MX_NXDOMAIN ||
	    a->inquiry.standing == STS_WITHOUT);

	if (nothing && findings_worst(&a->findings) == SEV_INFO)
		return "none";
	return findings_verdict(&a->findings);
}
