/*
 * A domain's SPF record judged without a client: everything that can happen
 * when it is evaluated for any client at all (RFC 7208 sections 3 to 6).
 */
#include <stdio.h>
#include <stdlib.h>

#include "auth/spf_int.h"
#include "base/mem.h"

enum {
	TYPE_SPF = 99,
	DEPTH_MAX = SPF_TERMS_MAX + 2,
	ONE_ANSWER = 1200,	/* octets that EDNS lets every path carry */
};

struct walk {
	struct spf_ctx *ctx;
	struct spf_audit *out;
	struct findings *findings;
	struct spf_reach reach;
	struct span path[DEPTH_MAX];	/* domains that led here */
	size_t depth;
};

/*
 * Whose record is at work: the domain's own, which a redirect replaces, or
 * one that an include asks; and whether its pass is a pass in the end.
 */
struct role {
	bool own;
	bool passes;
};

static void walk_domain(struct walk *w, struct span domain, struct span term,
    struct role role);

/* "DOMAIN" or "DOMAIN TERM". */
static void
say(struct walk *w, enum finding_code code, struct span term,
    const char *detail)
{
	struct span d = span_first(w->path[w->depth - 1], 255);
	struct span t = span_first(term, 200);
	char *where = xasprintf("%.*s%s%.*s", (int)d.n, d.p,
	    t.n > 0 ? " " : "", (int)t.n, t.p);

	finding_add(w->findings, code, where, detail ? "%s" : NULL, detail);
	free(where);
}

static bool
has_macro(struct span spec)
{
	return span_chr(spec, '%') != spec.n;
}

static struct span
target_of(const struct walk *w, struct span spec)
{
	return spec.p ? spf_fit_name(spec) : w->path[w->depth - 1];
}

/* Failure has its finding; returns the status. */
static enum dns_status
ask(struct walk *w, const struct spf_term *t, struct span name,
    enum dns_type type, struct dns_answer **out)
{
	struct dns_answer *a = dns_query(w->ctx->env->dns, name, type);
	enum dns_status status = a->status;

	if (dns_failed(status))
		say(w, F_SPF_DNS, t->text, dns_status_name(status));
	*out = a;
	return status;
}

static void
count_void(struct walk *w, const struct spf_term *t)
{
	w->out->void_lookups++;
	say(w, F_SPF_VOID, t->text, NULL);
}

/* Both families, since any client may come: void is what has neither. */
static void
audit_address(struct walk *w, const struct spf_term *t, struct span name,
    bool passes)
{
	bool some = false;

	for (int i = 0; i < 2; i++) {
		struct dns_answer *a = NULL;
		struct ip_addr addr;

		if (i == 1 && t->mech == SPF_EXISTS)
			break;
		if (dns_failed(ask(w, t, name, i ? DNS_AAAA : DNS_A, &a)))
			some = true;
		for (size_t k = 0; k < a->n; k++) {
			some = true;
			if (passes && t->mech == SPF_A &&
			    ip_from_octets(a->rdata[k], &addr))
				spf_reach_add(&w->reach, t, &addr);
		}
		dns_answer_free(a);
	}
	if (!some)
		count_void(w, t);
}

static void
audit_mx(struct walk *w, const struct spf_term *t, struct span name)
{
	struct dns_answer *a = NULL;
	enum dns_status status = ask(w, t, name, DNS_MX, &a);

	if (status == DNS_NODATA || status == DNS_NXDOMAIN)
		count_void(w, t);
	if (a->n > SPF_MX_MAX)
		say(w, F_SPF_MX_LIMIT, t->text, NULL);
	dns_answer_free(a);
}

/* Through an include or a redirect, whose term the findings name. */
static void
audit_follow(struct walk *w, struct span spec, struct span term,
    struct role role)
{
	struct span target = spf_fit_name(spec);

	if (has_macro(spec)) {
		say(w, F_SPF_MACRO, term, NULL);
		return;
	}
	for (size_t i = 0; i < w->depth; i++)
		if (span_ieq(w->path[i], target)) {
			say(w, F_SPF_LOOP, term, NULL);
			return;
		}
	if (w->depth < DEPTH_MAX)
		walk_domain(w, target, term, role);
}

static void
audit_term(struct walk *w, const struct spf_term *t, bool passes)
{
	passes = passes && t->result == SPF_PASS;
	if (t->mech == SPF_IP4 || t->mech == SPF_IP6) {
		if (passes)
			spf_reach_add(&w->reach, t, &t->addr);
		return;
	}
	w->out->lookups++;
	if (t->mech == SPF_PTR)
		say(w, F_SPF_PTR, t->text, NULL);
	else if (t->mech == SPF_INCLUDE)
		audit_follow(w, t->domain, t->text,
		    (struct role){ .passes = passes });
	else if (has_macro(t->domain))
		say(w, F_SPF_MACRO, t->text, NULL);
	else if (t->mech == SPF_MX)
		audit_mx(w, t, target_of(w, t->domain));
	else
		audit_address(w, t, target_of(w, t->domain), passes);
}

/* Whether the earlier term already matches all that this one could. */
static bool
adds_nothing(const struct spf_term *t, const struct spf_term *earlier)
{
	if (span_ieq(t->text, earlier->text))
		return true;
	if (t->mech != earlier->mech)
		return false;
	if (t->mech == SPF_IP4)
		return t->bits4 >= earlier->bits4 &&
		    ip_in(&t->addr, &earlier->addr, earlier->bits4);
	if (t->mech == SPF_IP6)
		return t->bits6 >= earlier->bits6 &&
		    ip_in(&t->addr, &earlier->addr, earlier->bits6);
	return false;
}

/* The first few hundred terms are enough for people to read about. */
static void
audit_duplicates(struct walk *w, const struct spf_record *rec)
{
	size_t n = rec->all < 300 ? rec->all : 300;

	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (adds_nothing(&rec->terms.v[i],
			    &rec->terms.v[k])) {
				say(w, F_SPF_DUPLICATE,
				    rec->terms.v[i].text, NULL);
				break;
			}
}

/* What "all" does; an included one only matters where it passes. */
static void
audit_all(struct walk *w, const struct spf_record *rec, struct role role)
{
	static const char signs[] = {
		[SPF_PASS] = '+', [SPF_FAIL] = '-', [SPF_SOFTFAIL] = '~',
		[SPF_NEUTRAL] = '?',
	};
	const struct spf_term *all = NULL;

	if (rec->all < rec->terms.n)
		all = &rec->terms.v[rec->all];
	if (all == NULL && rec->redirect.p == NULL && role.own)
		say(w, F_SPF_ALL_MISSING, (struct span){ NULL, 0 }, NULL);
	if (all == NULL)
		return;
	if (role.own)
		w->out->all = signs[all->result];
	if (role.own && all->result == SPF_NEUTRAL)
		say(w, F_SPF_ALL_NEUTRAL, all->text, NULL);
	if (role.passes && all->result == SPF_PASS)
		say(w, F_SPF_ALL_PASS, all->text, NULL);
	if (rec->all + 1 < rec->terms.n)
		say(w, F_SPF_AFTER_ALL, rec->terms.v[rec->all + 1].text, NULL);
	if (rec->redirect.p != NULL)
		say(w, F_SPF_REDIRECT_UNUSED, rec->redirect_text, NULL);
}

static void
audit_record(struct walk *w, const struct spf_record *rec, struct role role)
{
	if (rec->fault.what != NULL) {
		say(w, F_SPF_SYNTAX, rec->fault.at, rec->fault.what);
		return;
	}
	audit_all(w, rec, role);
	audit_duplicates(w, rec);
	for (size_t i = 0; i < rec->all; i++) {
		if (w->out->lookups >= SPF_WALK_MAX)
			return;
		audit_term(w, &rec->terms.v[i], role.passes);
	}
	if (rec->redirect.p != NULL && rec->all == rec->terms.n &&
	    w->out->lookups < SPF_WALK_MAX) {
		w->out->lookups++;
		audit_follow(w, rec->redirect, rec->redirect_text, role);
	}
}

/* Section 3.4: does one answer with all TXT of the name fit a datagram? */
static void
audit_size(struct walk *w, const struct dns_answer *a)
{
	size_t octets = w->path[w->depth - 1].n + 64;
	char detail[64];

	for (size_t i = 0; i < a->n; i++)
		octets += a->rdata[i].n + 12;
	snprintf(detail, sizeof(detail), "%zu octets", octets);
	if (octets > ONE_ANSWER)
		say(w, F_SPF_LONG, (struct span){ NULL, 0 }, detail);
}

/* Section 3.1 abolished the type; a record there alone is not seen. */
static void
audit_missing(struct walk *w)
{
	struct dns_answer *a = dns_query(w->ctx->env->dns, w->path[0],
	    (enum dns_type)TYPE_SPF);

	say(w, a->n > 0 ? F_SPF_TYPE99 : F_SPF_MISSING,
	    (struct span){ NULL, 0 }, NULL);
	dns_answer_free(a);
}

/* The findings go to the domain whose term led here. */
static void
report_search(struct walk *w, enum spf_found found, struct span term,
    enum dns_status status)
{
	bool top = w->depth == 1;

	if (found == SPF_FOUND_UNKNOWN)
		say(w, F_SPF_DNS, (struct span){ NULL, 0 },
		    dns_status_name(status));
	else if (found == SPF_FOUND_SEVERAL)
		say(w, F_SPF_SEVERAL, (struct span){ NULL, 0 }, NULL);
	else if (found == SPF_FOUND_NONE && top)
		audit_missing(w);
	else if (found == SPF_FOUND_NONE) {
		w->depth--;
		say(w, F_SPF_TARGET_NONE, term, NULL);
		w->depth++;
	}
}

static void
keep_top(struct spf_audit *out, enum spf_found found,
    const struct spf_record *rec)
{
	static const enum spf_result results[] = {
		[SPF_FOUND] = SPF_PASS, [SPF_FOUND_NONE] = SPF_NONE,
		[SPF_FOUND_SEVERAL] = SPF_PERMERROR,
		[SPF_FOUND_UNKNOWN] = SPF_TEMPERROR,
	};

	out->record_is = results[found];
	if (rec == NULL)
		return;
	if (rec->fault.what != NULL)
		out->record_is = SPF_PERMERROR;
	out->record.max = SPF_RECORD_MAX;
	buf_span(&out->record, rec->text);
	out->sends_nothing = rec->terms.n == 1 && rec->all == 0 &&
	    rec->terms.v[0].result == SPF_FAIL && rec->fault.what == NULL;
}

static void
walk_domain(struct walk *w, struct span domain, struct span term,
    struct role role)
{
	struct spf_record *rec = NULL;
	struct dns_answer *a = dns_query(w->ctx->env->dns, domain, DNS_TXT);
	enum spf_found found = spf_select(w->ctx, a, &rec);

	w->path[w->depth++] = domain;
	if (w->depth == 1)
		keep_top(w->out, found, rec);
	if (found == SPF_FOUND) {
		audit_size(w, a);
		audit_record(w, rec, role);
	} else {
		report_search(w, found, term, a->status);
	}
	w->depth--;
	dns_answer_free(a);
}

static void
audit_limits(struct walk *w, const char *domain)
{
	unsigned lookups = w->out->lookups, voids = w->out->void_lookups;

	if (lookups > SPF_TERMS_MAX)
		finding_add(w->findings, F_SPF_LOOKUPS, domain, "%u%s",
		    lookups, lookups >= SPF_WALK_MAX ? " or more" : "");
	else if (lookups >= SPF_NEAR_LIMIT)
		finding_add(w->findings, F_SPF_LOOKUPS_NEAR, domain, "%u",
		    lookups);
	if (voids > w->ctx->limits.voids)
		finding_add(w->findings, F_SPF_VOID_LIMIT, domain, "%u",
		    voids);
}

void
spf_audit(struct spf_ctx *ctx, struct span domain, struct spf_audit *out,
    struct findings *findings)
{
	struct walk w = { .ctx = ctx, .out = out, .findings = findings };
	char *where = span_dup(span_first(domain, SPF_NAME_MAX));

	spf_forget_records(ctx);
	walk_domain(&w, domain, (struct span){ NULL, 0 },
	    (struct role){ .own = true, .passes = true });
	audit_limits(&w, where);
	spf_reach_findings(&w.reach, where, findings);
	free(where);
}

void
spf_audit_free(struct spf_audit *a)
{
	buf_free(&a->record);
	*a = (struct spf_audit){ 0 };
}
