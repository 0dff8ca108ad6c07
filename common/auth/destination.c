/* Where reports may go; see destination.h. */
#include "auth/destination.h"

enum { TXT_MAX = 65536 };

/* Where an authorization record sends reports instead must be that host. */
static bool
redirects_elsewhere(const struct dmarc_uris *uris, struct span host)
{
	for (size_t i = 0; i < uris->n; i++)
		if (uris->v[i].valid && !span_ieq(uris->v[i].host, host))
			return true;
	return false;
}

/* Steps 5 to 9. */
static enum dmarc_destination
read_answer(const struct dns_answer *a, struct span host)
{
	bool authorized = false, elsewhere = false;
	struct buf txt = BUF(TXT_MAX);

	for (size_t i = 0; i < a->n; i++) {
		struct dmarc_record r = { 0 };

		buf_reset(&txt);
		if (!dns_rr_txt(a->rdata[i], &txt) ||
		    !dmarc_record_parse(buf_get0(&txt), &r))
			continue;
		authorized = true;
		elsewhere = elsewhere || redirects_elsewhere(&r.rua, host) ||
		    redirects_elsewhere(&r.ruf, host);
	}
	buf_free(&txt);
	if (dns_failed(a->status))
		return DMARC_DEST_UNKNOWN;
	if (!authorized)
		return DMARC_DEST_UNAUTHORIZED;
	return elsewhere ? DMARC_DEST_ELSEWHERE : DMARC_DEST_AUTHORIZED;
}

enum dmarc_destination
dmarc_destination(struct dmarc_ctx *ctx, struct dns *dns,
    const struct dns_name *policy_domain, struct span host)
{
	struct dns_name dest = { 0 };
	struct dmarc_walk policy = { .n = 0 }, walk = { .n = 0 };
	struct dns_answer *a = NULL;
	struct buf name = BUF(4 * DNS_NAME_MAX);
	enum dmarc_destination result = DMARC_DEST_OWN;
	enum dmarc_aligned aligned = DMARC_APART;

	if (!dns_name_parse(host, &dest))
		return DMARC_DEST_NO_NAME;
	dmarc_walk(ctx, policy_domain, &policy);
	dmarc_walk(ctx, &dest, &walk);
	aligned = dmarc_align(&policy, &walk);
	if (aligned == DMARC_ALIGNED)
		return result;
	/* a name over the limits is NXDOMAIN: step 4 */
	dns_name_text(&name, policy_domain, false);
	buf_str(&name, "._report._dmarc.");
	buf_span(&name, host);
	a = dns_query(dns, buf_get0(&name), DNS_TXT);
	result = read_answer(a, host);
	/* one of the same organization needs to publish nothing */
	if (aligned == DMARC_UNSURE && result == DMARC_DEST_UNAUTHORIZED)
		result = DMARC_DEST_UNKNOWN;
	dns_answer_free(a);
	buf_free(&name);
	return result;
}
