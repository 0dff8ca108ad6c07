/* A domain's posture: its MX and SPF, and what follows from all parts. */
#include "auth/posture.h"

#include <stdlib.h>

static bool
has_address(struct dns *dns, struct span domain, bool *failed)
{
	static const enum dns_type types[] = { DNS_A, DNS_AAAA };
	bool has = false;

	for (size_t i = 0; i < 2 && !has; i++) {
		struct dns_answer *a = dns_query(dns, domain, types[i]);

		has = a->status == DNS_OK;
		*failed = *failed || dns_failed(a->status);
		dns_answer_free(a);
	}
	return has;
}

/* RFC 7505: one MX, with the root for its host. */
static bool
is_null_mx(const struct dns_answer *a)
{
	struct dns_name host = { 0 };
	uint16_t preference = 0;

	return a->n == 1 && dns_rr_mx(a->rdata[0], &preference, &host) &&
	    host.n == 1;
}

static enum posture_mx
find_mx(struct dns *dns, struct span domain)
{
	struct dns_answer *a = dns_query(dns, domain, DNS_MX);
	struct dns_name name = { 0 };
	enum posture_mx mx = POSTURE_MX_OK;
	bool failed = false;

	if (dns_failed(a->status)) {
		mx = POSTURE_MX_UNKNOWN;
	} else if (a->status == DNS_NXDOMAIN && (a->canonical.n == 0 ||
	    !dns_name_parse(domain, &name) ||
	    dns_name_eq(&name, &a->canonical))) {
		mx = POSTURE_MX_NXDOMAIN;
	} else if (a->status == DNS_OK) {
		mx = is_null_mx(a) ? POSTURE_MX_NULL : POSTURE_MX_OK;
	} else {
		mx = POSTURE_MX_NONE;
		if (has_address(dns, domain, &failed))
			mx = POSTURE_MX_IMPLICIT;
		else if (failed)
			mx = POSTURE_MX_UNKNOWN;
	}
	dns_answer_free(a);
	return mx;
}

void
posture_judge(const struct env *env, struct spf_ctx *spf,
    struct span domain, const struct span *selectors, size_t n,
    struct posture *p)
{
	p->mx = find_mx(env->dns, domain);
	if (p->mx == POSTURE_MX_NXDOMAIN) {
		finding_add(&p->findings, F_DOMAIN_NXDOMAIN, NULL, NULL);
		return;
	}
	if (p->mx == POSTURE_MX_UNKNOWN)
		finding_add(&p->findings, F_DOMAIN_DNS, "MX", NULL);
	spf_audit(spf, domain, &p->spf, &p->findings);
	p->has_spf = p->spf.record.n > 0;
	p->no_mail = p->spf.sends_nothing &&
	    (p->mx == POSTURE_MX_NULL || p->mx == POSTURE_MX_NONE);
	if (p->no_mail)
		finding_add(&p->findings, F_DOMAIN_NO_MAIL, NULL, NULL);
	posture_dmarc(env, domain, p);
	posture_dkim(env, domain, selectors, n, p);
}

const char *
posture_verdict(const struct posture *p)
{
	bool nothing = p->no_mail || p->mx == POSTURE_MX_NXDOMAIN;

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
	*p = (struct posture){ .mx = POSTURE_MX_OK };
}
