/* Evaluation of a message by DMARC: RFC 9989 sections 5.3 and 11.5. */
#include <stdlib.h>

#include "auth/dmarc.h"

/* Whether one result gives an aligned pass. */
static enum dmarc_aligned
judge(struct dmarc_ctx *ctx, const struct dmarc_walk *author, bool strict,
    const struct dmarc_auth *auth)
{
	struct dns_name name = { 0 };
	struct dmarc_walk walk = { .n = 0 };
	enum dmarc_aligned aligned = DMARC_APART;

	if (auth->result == DMARC_AUTH_NO || auth->domain.n == 0 ||
	    !dns_name_parse(auth->domain, &name))
		return DMARC_APART;
	if (dns_name_eq(&name, &author->at[0]->name)) {
		aligned = DMARC_ALIGNED;
	} else if (!strict && dmarc_can_align(author, &name)) {
		dmarc_walk(ctx, &name, &walk);
		aligned = dmarc_align(author, &walk);
	}
	if (aligned != DMARC_APART && auth->result == DMARC_AUTH_UNKNOWN)
		return DMARC_UNSURE;
	return aligned;
}

/* Alignment of everything that passed; whether some of it is unsure. */
static bool
judge_all(struct dmarc_ctx *ctx, const struct dmarc_walk *author,
    const struct dmarc_input *in, struct dmarc_verdict *v)
{
	enum dmarc_aligned a = judge(ctx, author, v->record->aspf_strict,
	    &in->spf);
	bool unsure = a == DMARC_UNSURE;

	v->spf_aligned = a == DMARC_ALIGNED;
	for (size_t i = 0; i < in->dkim_n && !v->dkim_aligned; i++) {
		a = judge(ctx, author, v->record->adkim_strict, &in->dkim[i]);
		unsure = unsure || a == DMARC_UNSURE;
		if (a == DMARC_ALIGNED) {
			v->dkim_aligned = true;
			v->dkim_which = i;
		}
	}
	return unsure;
}

/*
 * The policy for the Author Domain. False when it depends on whether the
 * domain exists, and that could not be found out.
 */
static bool
choose_policy(struct dmarc_ctx *ctx, const struct dmarc_found *found,
    struct dmarc_verdict *v)
{
	const struct dmarc_record *r = v->record;
	enum dmarc_existence e = DMARC_EXISTS;

	v->subdomain_policy = dmarc_policy_sub(r, true);
	v->policy = found->is_own ? dmarc_policy_own(r) : v->subdomain_policy;
	if (found->is_own || dmarc_policy_sub(r, false) == v->policy)
		return true;
	e = dmarc_exists(ctx, &v->from);
	v->policy = dmarc_policy_sub(r, e != DMARC_EXISTS_NOT);
	return e != DMARC_EXISTS_UNKNOWN;
}

static void
eval_one(struct dmarc_ctx *ctx, const struct dmarc_input *in,
    const struct dns_name *from, struct dmarc_verdict *v)
{
	struct dmarc_walk walk = { .n = 0 };
	struct dmarc_found found = { NULL, false, false };
	bool unsure = false;

	*v = (struct dmarc_verdict){ .disposition = DMARC_NONE };
	v->from = *from;
	dmarc_walk(ctx, from, &walk);
	v->org = walk.org;
	found = dmarc_discover(&walk);
	v->result = found.failed ? DMARC_R_TEMPERROR : DMARC_R_NONE;
	if (found.point == NULL)
		return;
	v->record = &found.point->record;
	v->txt = found.point->txt;
	v->domain = found.point->name;
	v->unusable = !dmarc_record_usable(v->record);
	if (v->unusable)
		return;
	unsure = !choose_policy(ctx, &found, v);
	unsure = judge_all(ctx, &walk, in, v) || unsure;
	/* a record that was not seen may be the one in force, and strict */
	if (found.failed)
		return;
	if (v->spf_aligned || v->dkim_aligned) {
		v->result = DMARC_R_PASS;
	} else if (unsure) {
		v->result = DMARC_R_TEMPERROR;
	} else {
		v->result = DMARC_R_FAIL;
		v->disposition = dmarc_policy_tested(v->record, v->policy);
	}
}

/* Which of two verdicts has more to say against a message. */
static bool
is_stricter(const struct dmarc_verdict *a, const struct dmarc_verdict *b)
{
	static const int weight[] = {
		[DMARC_R_NONE] = 1, [DMARC_R_PASS] = 0, [DMARC_R_FAIL] = 4,
		[DMARC_R_TEMPERROR] = 3, [DMARC_R_PERMERROR] = 2,
	};

	if (a->result != b->result)
		return weight[a->result] > weight[b->result];
	if (a->disposition != b->disposition)
		return a->disposition > b->disposition;
	return a->policy > b->policy;
}

/* The different From domains; *odd says that some could not be taken. */
static size_t
from_names(const struct dmarc_input *in, struct dns_name *names, bool *odd)
{
	size_t n = 0;

	*odd = false;
	for (size_t i = 0; i < in->from_n; i++) {
		struct dns_name name = { 0 };
		size_t k = 0;

		if (!dns_name_parse(in->from[i], &name) || name.n <= 1) {
			*odd = true;
			continue;
		}
		while (k < n && !dns_name_eq(&names[k], &name))
			k++;
		if (k < n)
			continue;
		if (n == DMARC_FROM_MAX)
			*odd = true;
		else
			names[n++] = name;
	}
	return n;
}

static void
report(const struct dmarc_verdict *v, struct findings *fs)
{
	static const enum finding_code codes[] = {
		[DMARC_R_NONE] = F_DMARC_NO_POLICY,
		[DMARC_R_FAIL] = F_DMARC_FAIL,
		[DMARC_R_TEMPERROR] = F_DMARC_TEMPERROR,
		[DMARC_R_PERMERROR] = F_DMARC_PERMERROR,
	};
	char *from = dns_name_str(&v->from);
	const char *policy = dmarc_policy_name(v->policy);

	if (v->result == DMARC_R_FAIL)
		finding_add(fs, F_DMARC_FAIL, from, "the policy is %s%s",
		    policy, v->record->testing ? ", in test mode" : "");
	else if (v->unusable)
		finding_add(fs, F_DMARC_NO_POLICY, from,
		    "its p, sp or np is wrong, and it has no rua");
	else if (v->result != DMARC_R_PASS)
		finding_add(fs, codes[v->result], v->from.n ? from : NULL,
		    NULL);
	free(from);
}

/*
 * More than one Author Domain: DMARC validation is not possible (section
 * 5.3.1), so whoever hides a foreign domain behind an own one gets no pass.
 */
static void
report_several(struct dmarc_verdict *v, bool all, struct findings *fs)
{
	char *from = dns_name_str(&v->from);

	v->several = true;
	if (v->result == DMARC_R_PASS || (v->result == DMARC_R_NONE && !all))
		v->result = DMARC_R_PERMERROR;
	finding_add(fs, F_FROM_SEVERAL, NULL,
	    "each domain was judged%s; the strictest result is that of %s",
	    all ? "" : " as far as it could be", from);
	free(from);
}

void
dmarc_eval(struct dmarc_ctx *ctx, const struct dmarc_input *in,
    struct dmarc_verdict *out, struct findings *fs)
{
	struct dns_name names[DMARC_FROM_MAX];
	struct dmarc_verdict v = { .result = DMARC_R_PERMERROR };
	bool odd = false, mixed = false;
	size_t n = from_names(in, names, &odd);

	v.disposition = DMARC_NONE;
	for (size_t i = 0; i < n; i++) {
		struct dmarc_verdict one = { .result = DMARC_R_NONE };

		eval_one(ctx, in, &names[i], &one);
		mixed = mixed || (i > 0 && one.result != v.result);
		if (i == 0 || is_stricter(&one, &v))
			v = one;
	}
	if (n == 0)
		finding_add(fs, F_FROM_MISSING, NULL, NULL);
	else if (n > 1 || odd)
		report_several(&v, !odd && !mixed, fs);
	report(&v, fs);
	*out = v;
}
