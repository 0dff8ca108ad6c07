/* A domain's posture: its MX and SPF, and what follows from all parts. */
#include "auth/posture.h"

#include <stdlib.h>

static enum mx_status
find_mx(struct dns *dns, struct span domain)
{
	struct mx_set mx = { .n = 0 };
	enum mx_status status = MX_UNKNOWN;

	mx_find(dns, domain, &mx);
	status = mx.status;
	mx_free(&mx);
	return status;
}

void
posture_judge(const struct env *env, struct spf_ctx *spf,
    struct span domain, const struct span *selectors, size_t n,
    struct posture *p)
{
	p->mx = find_mx(env->dns, domain);
	if (p->mx == MX_NXDOMAIN) {
		finding_add(&p->findings, F_DOMAIN_NXDOMAIN, NULL, NULL);
		return;
	}
	if (p->mx == MX_UNKNOWN || p->mx == MX_BOGUS)
		finding_add(&p->findings, F_DOMAIN_DNS, "MX", NULL);
	spf_audit(spf, domain, &p->spf, &p->findings);
	p->has_spf = p->spf.record.n > 0;
	p->no_mail = p->spf.sends_nothing &&
	    (p->mx == MX_NULL || p->mx == MX_NONE);
	if (p->no_mail)
		finding_add(&p->findings, F_DOMAIN_NO_MAIL, NULL, NULL);
	posture_dmarc(env, domain, p);
	posture_dkim(env, domain, selectors, n, p);
}

const char *
posture_verdict(const struct posture *p)
{
	bool nothing = p->no_mail || p->mx == MX_NXDOMAIN;

	if (nothing && findings_worst(&p->findings) == SEV_INFO)
		return "none";
	return findings_verdict(&p->findings);
}

void
posture_free(struct posture *p)
{
	spf_audit_free(&p->spf);
	dmarc_ctx_free(p->dmarc_ctx);
	for (size_t i = 0; i < p->keys.n; i++)
		free(p->keys.v[i].selector);
	free(p->keys.v);
	findings_free(&p->findings);
	*p = (struct posture){ .mx = MX_OK };
}
