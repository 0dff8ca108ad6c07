/*
 * DMARC as RFC 7489 had it: the record of the Author Domain, else that of
 * its registered domain by the public suffix list (sections 3.2, 6.6.3).
 */
#include <libpsl.h>
#include <stdlib.h>

#include "auth/dmarc.h"

/* The list that the library was built with: no file, the same every time. */
static const psl_ctx_t *
list(void)
{
	return psl_builtin();
}

const char *
dmarc_psl_version(void)
{
	return psl_get_version();
}

bool
dmarc_psl_org(const struct dns_name *name, struct dns_name *out)
{
	const psl_ctx_t *psl = list();
	const char *org = NULL;
	char *text = NULL;

	if (psl == NULL)
		return false;
	text = dns_name_str(name);
	org = psl_registrable_domain(psl, text);
	/* a public suffix has no registered domain: it stands for itself */
	if (org == NULL || !dns_name_parse_escaped(span_str(org), out))
		*out = *name;
	free(text);
	return true;
}

bool
dmarc_psl_is_suffix(const struct dns_name *name, bool *is)
{
	const psl_ctx_t *psl = list();
	char *text = NULL;

	if (psl == NULL)
		return false;
	text = dns_name_str(name);
	*is = psl_is_public_suffix(psl, text) != 0;
	free(text);
	return true;
}

/* As judge() of the tree walk, with the list in place of the walk. */
static enum dmarc_aligned
judge(const struct dns_name *from, const struct dns_name *from_org,
    bool strict, const struct dmarc_auth *auth)
{
	struct dns_name name = { 0 }, org = { 0 };

	if (auth->result == DMARC_AUTH_NO || auth->domain.n == 0 ||
	    !dns_name_parse(auth->domain, &name))
		return DMARC_APART;
	if (strict) {
		if (!dns_name_eq(&name, from))
			return DMARC_APART;
	} else if (!dmarc_psl_org(&name, &org) ||
	    !dns_name_eq(&org, from_org)) {
		return DMARC_APART;
	}
	return auth->result == DMARC_AUTH_PASS ? DMARC_ALIGNED : DMARC_UNSURE;
}

static enum dmarc_result
judge_all(const struct dmarc_record *r, const struct dmarc_input *in,
    const struct dns_name *from, const struct dns_name *org)
{
	enum dmarc_aligned a = judge(from, org, r->aspf_strict, &in->spf);
	bool unsure = a == DMARC_UNSURE;

	for (size_t i = 0; i < in->dkim_n && a != DMARC_ALIGNED; i++) {
		a = judge(from, org, r->adkim_strict, &in->dkim[i]);
		unsure = unsure || a == DMARC_UNSURE;
	}
	if (a == DMARC_ALIGNED)
		return DMARC_R_PASS;
	return unsure ? DMARC_R_TEMPERROR : DMARC_R_FAIL;
}

/*
 * RFC 7489 section 6.6.3: several records end the search, an invalid p or
 * sp is none with a rua and no DMARC without one.
 */
static void
eval(struct dmarc_ctx *ctx, const struct dmarc_input *in,
    const struct dns_name *from, struct dmarc_psl *out)
{
	const struct dmarc_point *p = dmarc_point_get0(ctx, from);
	const struct dmarc_record *r = NULL;
	bool own = true, bad = false;

	if (p->records == 0 && !dns_failed(p->status)) {
		own = dns_name_eq(from, &out->org);
		p = dmarc_point_get0(ctx, &out->org);
	}
	r = dmarc_point_record0(p);
	if (r == NULL) {
		out->result = dns_failed(p->status) ? DMARC_R_TEMPERROR :
		    DMARC_R_NONE;
		return;
	}
	bad = r->p == DMARC_ABSENT || r->p == DMARC_INVALID ||
	    r->sp == DMARC_INVALID;
	if (bad && !dmarc_has_rua(r))
		return;
	out->policy = bad ? DMARC_NONE :
	    !own && r->sp != DMARC_ABSENT ? r->sp : r->p;
	out->result = judge_all(r, in, from, &out->org);
}

/* A difference in what a receiver would do, or in who is one organisation. */
static bool
differs(const struct dmarc_verdict *w, const struct dmarc_psl *p)
{
	if (w->result == DMARC_R_TEMPERROR || p->result == DMARC_R_TEMPERROR)
		return false;
	if (w->result != p->result)
		return true;
	return w->result != DMARC_R_NONE && (w->policy != p->policy ||
	    !dns_name_eq(&w->org, &p->org));
}

static void
report(const struct dmarc_verdict *w, const struct dmarc_psl *p,
    struct findings *fs)
{
	char *from = dns_name_str(&w->from);
	char *walk_org = dns_name_str(&w->org);
	char *psl_org = dns_name_str(&p->org);
	const char *walk_policy = dmarc_policy_name(w->policy);
	const char *psl_policy = dmarc_policy_name(p->policy);

	finding_add(fs, F_DMARC_PSL_DIFFERS, from,
	    "tree walk: %s, policy %s, organization %s; "
	    "public suffix list: %s, policy %s, organization %s",
	    dmarc_result_name(w->result), walk_policy ? walk_policy : "-",
	    walk_org, dmarc_result_name(p->result),
	    psl_policy ? psl_policy : "-", psl_org);
	free(from);
	free(walk_org);
	free(psl_org);
}

bool
dmarc_psl_eval(struct dmarc_ctx *ctx, const struct dmarc_input *in,
    const struct dmarc_verdict *walk, struct dmarc_psl *out,
    struct findings *fs)
{
	struct dmarc_psl psl = { DMARC_R_NONE, DMARC_ABSENT, { 0 } };

	if (walk->from.n == 0 || !dmarc_psl_org(&walk->from, &psl.org))
		return false;
	eval(ctx, in, &walk->from, &psl);
	/* several From domains: permerror here as there, never a pass */
	if (walk->result == DMARC_R_PERMERROR ||
	    (walk->several && psl.result == DMARC_R_PASS))
		psl.result = DMARC_R_PERMERROR;
	else if (differs(walk, &psl))
		report(walk, &psl, fs);
	*out = psl;
	return true;
}
