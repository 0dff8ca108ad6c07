/* check_host() (RFC 7208 section 4): from an identity to a result. */
#include "auth/spf_int.h"

bool
spf_domain_ok(struct span domain)
{
	struct span label = { NULL, 0 };
	size_t labels = 0;

	if (domain.n == 0 || domain.n > SPF_NAME_MAX || domain.p[0] == '[')
		return false;
	while (span_split(&domain, '.', &label)) {
		if (label.n == 0 || label.n > DNS_LABEL_MAX)
			return false;
		labels++;
	}
	return labels > 1;
}

static struct span
path_top(struct spf_path *path)
{
	return path->v[path->n - 1];
}

static void
path_push(struct spf_path *path, struct span term)
{
	if (path->n < SPF_PATH_MAX)
		path->v[path->n++] = term;
}

bool
spf_count_term(struct spf_eval *ev, struct span term)
{
	if (++ev->lookups <= SPF_TERMS_MAX)
		return true;
	spf_problem(ev, "RFC 7208 section 4.6.4",
	    "more than %d terms that ask the DNS, the one too many is %.*s",
	    SPF_TERMS_MAX, (int)span_first(term, 256).n, term.p);
	return false;
}

bool
spf_count_void(struct spf_eval *ev, enum dns_status status, struct span name)
{
	unsigned limit = ev->ctx->limits.voids;

	if (status != DNS_NODATA && status != DNS_NXDOMAIN)
		return true;
	if (++ev->voids <= limit)
		return true;
	spf_problem(ev, "RFC 7208 section 4.6.4",
	    "more than %u terms found nothing in the DNS, the last at %.*s",
	    limit, (int)span_first(name, 256).n, name.p);
	return false;
}

bool
spf_target(struct spf_eval *ev, struct span spec, struct spf_name *hold,
    struct span *out)
{
	struct buf *made = &ev->ctx->expanded;
	struct span name = { NULL, 0 };

	if (spec.p == NULL) {
		*out = ev->vars.domain;
		return true;
	}
	if (span_chr(spec, '%') == spec.n) {
		*out = spf_fit_name(spec);
		return true;
	}
	buf_reset(made);
	spf_expand(made, spec, &ev->vars);
	name = spf_fit_name(buf_get0(made));
	/* a label alone over 253 octets fits no name, so keep that it is */
	hold->n = span_first(name, sizeof(hold->p)).n;
	if (made->over) {
		spf_problem(ev, "RFC 7208 section 7.3",
		    "%.*s expands to more than %d octets",
		    (int)span_first(spec, 256).n, spec.p, SPF_EXPANDED_MAX);
		return false;
	}
	if (hold->n > 0)
		memcpy(hold->p, name.p, hold->n);
	*out = spf_name_span(hold);
	return true;
}

/* Section 5.2's table: what the included result does to this record. */
static enum spf_match
include_outcome(struct spf_eval *ev, enum spf_result inner, struct span term)
{
	switch (inner) {
	case SPF_PASS:
		return SPF_MATCH;
	case SPF_TEMPERROR:
		return SPF_MATCH_TEMPERROR;
	case SPF_PERMERROR:
		return SPF_MATCH_PERMERROR;
	case SPF_NONE:
		spf_problem(ev, "RFC 7208 section 5.2",
		    "%.*s: there is no SPF record to include",
		    (int)span_first(term, 256).n, term.p);
		return SPF_MATCH_PERMERROR;
	default:
		return SPF_NO_MATCH;
	}
}

static enum spf_match
include(struct spf_eval *ev, const struct spf_term *t, size_t node)
{
	struct span outer = ev->vars.domain, target = { NULL, 0 };
	struct spf_name hold;
	enum spf_match m = SPF_MATCH_PERMERROR;

	if (!spf_count_term(ev, t->text) ||
	    !spf_target(ev, t->domain, &hold, &target))
		return SPF_MATCH_PERMERROR;
	spf_trace_domain(ev, node, target);
	path_push(&ev->path, t->text);
	ev->includes++;
	m = include_outcome(ev, spf_check_host(ev, target), t->text);
	ev->includes--;
	ev->path.n--;
	ev->vars.domain = outer;
	return m;
}

static enum spf_match
match(struct spf_eval *ev, const struct spf_term *t, size_t node)
{
	/* RFC 8616 section 4: what is no label matches nothing, no wildcard */
	if (spf_expands_local(t->domain) && !span_is_ascii(ev->vars.local))
		return spf_count_term(ev, t->text) ? SPF_NO_MATCH :
		    SPF_MATCH_PERMERROR;
	switch (t->mech) {
	case SPF_ALL:
		return SPF_MATCH;
	case SPF_IP4:
		return ip_in(&ev->vars.ip, &t->addr, t->bits4) ? SPF_MATCH :
		    SPF_NO_MATCH;
	case SPF_IP6:
		return ip_in(&ev->vars.ip, &t->addr, t->bits6) ? SPF_MATCH :
		    SPF_NO_MATCH;
	case SPF_INCLUDE:
		return include(ev, t, node);
	default:
		return spf_match_term(ev, t);
	}
}

static enum spf_match
traced_match(struct spf_eval *ev, const struct spf_term *t)
{
	static const char *const names[] = {
		"no match", "match", "temperror", "permerror"
	};
	size_t node = spf_trace_add(ev, SPF_NODE_TERM, t->text,
	    (struct span){ NULL, 0 });
	enum spf_match m = SPF_NO_MATCH;

	ev->depth++;
	m = match(ev, t, node);
	ev->depth--;
	spf_trace_outcome(ev, node, names[m]);
	return m;
}

/* The deepest match is the one that decided: include only hands it up. */
static void
remember(struct spf_eval *ev, const struct spf_term *t)
{
	if (t->mech == SPF_INCLUDE)
		return;
	ev->matched = ev->path;
	path_push(&ev->matched, t->text);
}

/* Section 6.1: the target's result is the result, its absence an error. */
static enum spf_result
redirect(struct spf_eval *ev, const struct spf_record *rec)
{
	struct span target = { NULL, 0 };
	struct spf_name hold;
	enum spf_result r = SPF_PERMERROR;
	size_t node = spf_trace_add(ev, SPF_NODE_TERM, rec->redirect_text,
	    (struct span){ NULL, 0 });

	path_push(&ev->path, rec->redirect_text);
	ev->depth++;
	if (spf_count_term(ev, rec->redirect_text) &&
	    spf_target(ev, rec->redirect, &hold, &target)) {
		spf_trace_domain(ev, node, target);
		r = spf_check_host(ev, target);
		if (r == SPF_NONE) {
			struct span term = span_first(path_top(&ev->path), 256);

			spf_problem(ev, "RFC 7208 section 6.1",
			    "%.*s: there is no SPF record to go by",
			    (int)term.n, term.p);
			r = SPF_PERMERROR;
		}
	}
	ev->depth--;
	ev->path.n--;
	spf_trace_outcome(ev, node, spf_result_name(r));
	return r;
}

/* Section 4.6.2: left to right; whether one of them decided. */
static bool
mechanisms(struct spf_eval *ev, const struct spf_record *rec,
    enum spf_result *result)
{
	for (size_t i = 0; i < rec->terms.n; i++) {
		const struct spf_term *t = &rec->terms.v[i];

		switch (traced_match(ev, t)) {
		case SPF_MATCH:
			remember(ev, t);
			*result = t->result;
			return true;
		case SPF_MATCH_TEMPERROR:
			*result = SPF_TEMPERROR;
			return true;
		case SPF_MATCH_PERMERROR:
			*result = SPF_PERMERROR;
			return true;
		case SPF_NO_MATCH:
			break;
		}
	}
	return false;
}

/*
 * Then redirect, then neutral (section 4.7). Only the record that decided
 * may explain: not an included one, and not the one redirected from.
 */
static enum spf_result
evaluate(struct spf_eval *ev, const struct spf_record *rec)
{
	enum spf_result r = SPF_NEUTRAL;

	ev->matched.n = 0;
	if (mechanisms(ev, rec, &r)) {
		if (r == SPF_FAIL && ev->includes == 0 && rec->exp.p != NULL)
			spf_explain(ev, rec->exp);
		return r;
	}
	ev->matched.n = 0;
	return rec->redirect.p != NULL ? redirect(ev, rec) : SPF_NEUTRAL;
}

static enum spf_result
not_found(struct spf_eval *ev, enum spf_found why, struct span domain,
    enum dns_status status)
{
	int n = (int)domain.n;

	switch (why) {
	case SPF_FOUND_UNKNOWN:
		spf_problem(ev, "RFC 7208 section 4.4", "TXT of %.*s: %s", n,
		    domain.p, dns_status_name(status));
		return SPF_TEMPERROR;
	case SPF_FOUND_SEVERAL:
		spf_problem(ev, "RFC 7208 section 4.5",
		    "%.*s has more than one SPF record", n, domain.p);
		return SPF_PERMERROR;
	default:
		spf_problem(ev, "RFC 7208 section 4.5",
		    "%.*s has no SPF record", n, domain.p);
		return SPF_NONE;
	}
}

static enum spf_result
faulty(struct spf_eval *ev, const struct spf_record *rec, struct span domain)
{
	struct span at = span_first(rec->fault.at, 160);

	spf_problem(ev, rec->fault.clause, "%.*s in \"%.*s\" at %.*s",
	    (int)strlen(rec->fault.what), rec->fault.what, (int)at.n, at.p,
	    (int)domain.n, domain.p);
	return SPF_PERMERROR;
}

/* With the record at hand: all of its grammar comes before any of its terms. */
static enum spf_result
check_record(struct spf_eval *ev, const struct spf_record *rec,
    struct span domain)
{
	enum spf_result r = SPF_PERMERROR;
	size_t node = spf_trace_add(ev, SPF_NODE_RECORD, rec->text, domain);

	if (rec->fault.what != NULL) {
		r = faulty(ev, rec, domain);
	} else {
		ev->vars.domain = domain;
		ev->depth++;
		r = evaluate(ev, rec);
		ev->depth--;
	}
	spf_trace_outcome(ev, node, spf_result_name(r));
	return r;
}

enum spf_result
spf_check_host(struct spf_eval *ev, struct span domain)
{
	struct spf_record *rec = NULL;
	struct dns_answer *a = NULL;
	enum spf_found found = SPF_FOUND_NONE;
	enum dns_status status = DNS_NXDOMAIN;

	if (!spf_domain_ok(domain)) {
		struct span d = span_first(domain, 256);

		spf_problem(ev, "RFC 7208 section 4.3",
		    "\"%.*s\" is no domain of several labels", (int)d.n, d.p);
		return SPF_NONE;
	}
	a = spf_ask(ev, domain, DNS_TXT);
	status = a->status;
	found = spf_select(ev->ctx, a, &rec);
	dns_answer_free(a);
	if (found != SPF_FOUND)
		return not_found(ev, found, domain, status);
	return check_record(ev, rec, domain);
}
