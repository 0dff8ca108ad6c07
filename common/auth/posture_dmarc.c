/*
 * The DMARC part of a posture: the record that applies, what is wrong with
 * it (RFC 9989 sections 4.7 to 4.10), and whether the report destinations
 * outside agree to get reports (RFC 9990 section 4).
 */
#include <stdlib.h>

#include "auth/destination.h"
#include "auth/posture.h"
#include "base/buf.h"

/* What the domain itself publishes that is no usable record. */
static void
judge_own_point(const struct dmarc_point *own, const char *where,
    struct findings *fs)
{
	if (own->records > 1)
		finding_add(fs, F_DMARC_SEVERAL, where, "%zu records",
		    own->records);
	if (own->records == 0 && own->lookalikes > 0)
		finding_add(fs, F_DMARC_NOT_A_RECORD, where, NULL);
}

static void
judge_problems(const struct dmarc_record *r, const char *where,
    struct findings *fs)
{
	static const struct {
		enum dmarc_problem problem;
		enum finding_code code;
	} rows[] = {
		{ DMARC_SYNTAX, F_DMARC_SYNTAX },
		{ DMARC_DUPLICATE, F_DMARC_SYNTAX },
		{ DMARC_BAD_VALUE, F_DMARC_BAD_VALUE },
		{ DMARC_BAD_POLICY, F_DMARC_BAD_POLICY },
		{ DMARC_BAD_URI, F_DMARC_BAD_URI },
		{ DMARC_HISTORIC, F_DMARC_HISTORIC_TAG },
		{ DMARC_SIZE, F_DMARC_SIZE },
		{ DMARC_UNKNOWN_TAG, F_DMARC_UNKNOWN_TAG },
		{ DMARC_FO_ALONE, F_DMARC_FO_ALONE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (r->problems & rows[i].problem)
			finding_add(fs, rows[i].code, where, NULL);
}

/* Weak choices; a domain without mail has made none that matter. */
static void
judge_policy(const struct dmarc_verdict *v, const char *where,
    struct findings *fs)
{
	const struct dmarc_record *r = v->record;
	enum dmarc_policy sub = dmarc_policy_sub(r, true);
	enum dmarc_policy np = dmarc_policy_sub(r, false);
	enum dmarc_policy own = dmarc_policy_own(r);

	if (v->unusable) {
		finding_add(fs, F_DMARC_UNUSABLE, where, NULL);
		return;
	}
	if (r->p == DMARC_ABSENT)
		finding_add(fs, F_DMARC_P_MISSING, where, NULL);
	else if (v->policy == DMARC_NONE)
		finding_add(fs, F_DMARC_P_NONE, where, NULL);
	else if (sub < own || np < own)
		finding_add(fs, F_DMARC_SUBDOMAIN_WEAK, where,
		    "p=%s, but %s for %s subdomains", dmarc_policy_name(own),
		    dmarc_policy_name(sub < own ? sub : np),
		    sub < own ? "existing" : "other");
	if (r->testing)
		finding_add(fs, F_DMARC_TESTING, where, NULL);
	if (r->rua.n == 0)
		finding_add(fs, F_DMARC_NO_RUA, where, NULL);
}

/* Where the record stands: psd= against the list, sp= where none reads it. */
static void
judge_place(const struct dmarc_verdict *v, const char *where,
    struct findings *fs)
{
	const struct dmarc_record *r = v->record;
	bool is_suffix = false, known = false;

	known = dmarc_psl_is_suffix(&v->domain, &is_suffix);
	if (known && r->psd == DMARC_PSD_Y && !is_suffix)
		finding_add(fs, F_DMARC_PSD, where,
		    "psd=y, but it is on no public suffix list");
	if (known && r->psd == DMARC_PSD_N && is_suffix)
		finding_add(fs, F_DMARC_PSD, where,
		    "psd=n on a public suffix");
	if (!dns_name_eq(&v->from, &v->domain))
		finding_add(fs, F_DMARC_INHERITED, where, NULL);
	else if (!dns_name_eq(&v->domain, &v->org) &&
	    (r->sp != DMARC_ABSENT || r->np != DMARC_ABSENT))
		finding_add(fs, F_DMARC_SP_IGNORED, where, NULL);
}

static void
judge_destination(const struct env *env, const struct dmarc_verdict *v,
    struct span host, struct posture *p)
{
	char *where = span_dup(host);

	switch (dmarc_destination(p->dmarc_ctx, env->dns, &v->domain, host)) {
	case DMARC_DEST_OWN:
	case DMARC_DEST_AUTHORIZED:
	case DMARC_DEST_NO_NAME:
		break;
	case DMARC_DEST_ELSEWHERE:
		finding_add(&p->findings, F_DMARC_REPORT_ELSEWHERE, where,
		    NULL);
		break;
	case DMARC_DEST_UNAUTHORIZED:
		finding_add(&p->findings, F_DMARC_REPORT_UNAUTHORIZED, where,
		    NULL);
		break;
	case DMARC_DEST_UNKNOWN:
		finding_add(&p->findings, F_DMARC_REPORT_DNS, where, NULL);
	}
	free(where);
}

static bool
came_before(const struct dmarc_uri *uris[], size_t n, struct span host)
{
	for (size_t i = 0; i < n; i++)
		if (span_ieq(uris[i]->host, host))
			return true;
	return false;
}

static void
judge_destinations(const struct env *env, struct posture *p)
{
	const struct dmarc_verdict *v = &p->dmarc;
	const struct dmarc_uri *all[2 * DMARC_URIS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < v->record->rua.n; i++)
		all[n++] = &v->record->rua.v[i];
	for (size_t i = 0; i < v->record->ruf.n; i++)
		all[n++] = &v->record->ruf.v[i];
	for (size_t i = 0; i < n; i++)
		if (all[i]->host.n > 0 && !came_before(all, i, all[i]->host))
			judge_destination(env, v, all[i]->host, p);
}

/* Receivers with a public suffix list: the same record, the same domain? */
static void
compare_psl(const struct dmarc_input *in, struct posture *p)
{
	struct dmarc_psl psl = { DMARC_R_NONE, DMARC_ABSENT, { 0 } };

	dmarc_psl_eval(p->dmarc_ctx, in, &p->dmarc, &psl, &p->findings);
}

void
posture_dmarc(const struct env *env, struct span domain, struct posture *p)
{
	struct dmarc_input in = { .from = &domain, .from_n = 1 };
	struct dmarc_verdict *v = &p->dmarc;
	struct findings unused = { 0 };
	struct dns_name name = { 0 };
	char *where = NULL;

	if (!dns_name_parse(domain, &name))
		return;
	p->dmarc_ctx = dmarc_ctx_new(env->dns, env_seed(env));
	dmarc_eval(p->dmarc_ctx, &in, v, &unused);
	findings_free(&unused);
	where = dns_name_str(&name);
	judge_own_point(dmarc_point_get0(p->dmarc_ctx, &name), where,
	    &p->findings);
	free(where);
	where = dns_name_str(&v->domain);
	if (v->result == DMARC_R_TEMPERROR)
		finding_add(&p->findings, F_DMARC_DNS, NULL, NULL);
	if (v->record != NULL) {
		judge_problems(v->record, where, &p->findings);
		judge_place(v, where, &p->findings);
		if (!p->no_mail)
			judge_policy(v, where, &p->findings);
		judge_destinations(env, p);
		compare_psl(&in, p);
	} else if (v->result == DMARC_R_NONE && !p->no_mail) {
		finding_add(&p->findings, F_DMARC_MISSING, NULL, NULL);
	}
	free(where);
}
