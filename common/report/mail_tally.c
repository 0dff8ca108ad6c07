/* Messages counted for aggregate reports; see mail_tally.h. */
#include "report/mail_tally.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "report/about.h"

/*
 * A name has 253 octets (RFC 1035 section 2.3.4): what a message has for one
 * and is longer is cut. Escaped, the texts of a record grow to five times
 * their length at most, and that is one line of input.
 */
enum { TEXT_MAX = 1024, XML_MAX = 8 << 20 };

struct report {
	struct report_about about;
	char *policy;
	uint64_t messages;
	struct counted records;		/* their XML */
};

struct mail_tally {
	uint64_t seed;
	struct map *by_key;
	struct {
		struct report **v;
		size_t n, cap;
	} reports;
};

struct mail_tally *
mail_tally_new(uint64_t seed)
{
	struct mail_tally *t = xcalloc(1, sizeof(*t));

	t->seed = seed;
	t->by_key = map_new(seed);
	return t;
}

/* --- XML ------------------------------------------------------------------ */

/* Text between tags; what XML cannot hold is replaced. */
static void
put_text(struct buf *out, struct span s)
{
	struct buf clean = BUF(4 * s.n + 1);

	utf8_clean(&clean, s);
	for (size_t i = 0; i < clean.n; i++) {
		if (clean.p[i] == '&')
			buf_str(out, "&amp;");
		else if (clean.p[i] == '<')
			buf_str(out, "&lt;");
		else if (clean.p[i] == '>')
			buf_str(out, "&gt;");
		else
			buf_byte(out, clean.p[i]);
	}
	buf_free(&clean);
}

/* An element, if there is text for it; at most TEXT_MAX octets of it. */
static void
put(struct buf *out, const char *name, struct span text)
{
	if (text.n == 0)
		return;
	buf_printf(out, "<%s>", name);
	put_text(out, span_first(text, TEXT_MAX));
	buf_printf(out, "</%s>", name);
}

static void
put_policy(const struct mail_tally_policy *p, struct buf *out)
{
	buf_str(out, " <policy_published>");
	put(out, "domain", p->domain);
	put(out, "p", p->p);
	put(out, "sp", p->sp);
	put(out, "np", p->np);
	put(out, "adkim", p->adkim);
	put(out, "aspf", p->aspf);
	put(out, "fo", p->fo);
	put(out, "testing", p->testing ? SPAN("y") : SPAN("n"));
	put(out, "discovery_method", SPAN("treewalk"));
	buf_str(out, "</policy_published>\n");
}

static struct span
passed(bool yes)
{
	return yes ? SPAN("pass") : SPAN("fail");
}

static void
put_results(const struct mail_tally_one *m, struct buf *out)
{
	buf_str(out, "  <auth_results>");
	for (size_t i = 0; i < m->n; i++) {
		buf_str(out, "<dkim>");
		put(out, "domain", m->signatures[i].domain);
		put(out, "selector", m->signatures[i].selector);
		put(out, "result", m->signatures[i].result);
		buf_str(out, "</dkim>");
	}
	if (m->spf_domain.n > 0 && m->spf_result.n > 0) {
		buf_str(out, "<spf>");
		put(out, "domain", m->spf_domain);
		put(out, "scope", SPAN("mfrom"));
		put(out, "result", m->spf_result);
		buf_str(out, "</spf>");
	}
	buf_str(out, "</auth_results>\n");
}

static void
put_tail(const struct mail_tally_one *m, struct buf *out)
{
	buf_str(out, "<policy_evaluated>");
	put(out, "disposition", m->disposition);
	put(out, "dkim", passed(m->dkim));
	put(out, "spf", passed(m->spf));
	if (m->reason.n > 0) {
		buf_str(out, "<reason>");
		put(out, "type", m->reason);
		buf_str(out, "</reason>");
	}
	buf_str(out, "</policy_evaluated></row>\n  <identifiers>");
	put(out, "header_from", m->header_from);
	put(out, "envelope_from", m->envelope_from);
	buf_str(out, "</identifiers>\n");
	put_results(m, out);
	buf_str(out, " </record>\n");
}

/* --- counting ------------------------------------------------------------- */

static struct report *
report_of(struct mail_tally *t, const struct mail_tally_one *m)
{
	struct buf policy = BUF(XML_MAX), key = BUF(XML_MAX);
	struct report *r = NULL;

	put_policy(&m->policy, &policy);
	buf_u64(&key, (uint64_t)report_day(m->at));
	buf_span(&key, buf_get0(&policy));
	r = map_get0(t->by_key, buf_get0(&key));
	if (r == NULL) {
		r = xcalloc(1, sizeof(*r));
		r->about = report_about(m->policy.domain, m->policy.rua,
		    m->at);
		r->policy = span_dup(buf_get0(&policy));
		counted_init(&r->records, t->seed);
		map_put(t->by_key, buf_get0(&key), r);
		*VEC_PUSH(&t->reports) = r;
	}
	report_about_rua(&r->about, m->policy.rua);
	buf_free(&policy);
	buf_free(&key);
	return r;
}

void
mail_tally_add(struct mail_tally *t, const struct mail_tally_one *m)
{
	struct report *r = report_of(t, m);
	struct buf xml = BUF(XML_MAX);
	size_t head = 0;

	buf_str(&xml, " <record>\n  <row>");
	put(&xml, "source_ip", m->ip);
	head = xml.n;
	put_tail(m, &xml);
	counted_add(&r->records, buf_get0(&xml), head, 1);
	r->messages++;
	buf_free(&xml);
}

static void
report_free(struct report *r)
{
	counted_free(&r->records);
	report_about_free(&r->about);
	free(r->policy);
	free(r);
}

void
mail_tally_free(struct mail_tally *t)
{
	for (size_t i = 0; i < t->reports.n; i++)
		report_free(t->reports.v[i]);
	free(t->reports.v);
	map_free(t->by_key, NULL);
	free(t);
}

/* --- out ------------------------------------------------------------------ */

static int
by_domain_and_day(const void *a, const void *b)
{
	const struct report *x = *(struct report *const *)a;
	const struct report *y = *(struct report *const *)b;
	int order = report_order(&x->about, &y->about);

	return order != 0 ? order : strcmp(x->policy, y->policy);
}

void
mail_tally_each(const struct mail_tally *t,
    void (*fn)(void *, const struct mail_tally_report *), void *arg)
{
	if (t->reports.n > 0)
		qsort(t->reports.v, t->reports.n, sizeof(*t->reports.v),
		    by_domain_and_day);
	for (size_t i = 0; i < t->reports.n; i++) {
		struct report *r = t->reports.v[i];
		const struct mail_tally_report report = {
			.domain = span_str(r->about.domain),
			.rua = span_str(r->about.rua),
			.begin = report_begin(&r->about),
			.end = report_end(&r->about),
			.messages = r->messages,
			.policy = span_str(r->policy), .records = &r->records,
		};

		counted_sort(&r->records);
		fn(arg, &report);
	}
}

static void
put_metadata(const struct mail_tally_report *r,
    const struct mail_tally_author *a, struct buf *out)
{
	buf_str(out, " <report_metadata>");
	put(out, "org_name", a->org);
	put(out, "email", a->email);
	put(out, "extra_contact_info", a->contact);
	put(out, "report_id", a->id);
	buf_printf(out, "<date_range><begin>%" PRId64 "</begin><end>%" PRId64
	    "</end></date_range>", r->begin, r->end);
	put(out, "generator", SPAN("msgsec dmarc-report"));
	buf_str(out, "</report_metadata>\n");
}

void
mail_tally_xml(const struct mail_tally_report *r,
    const struct mail_tally_author *a, struct buf *out)
{
	buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\">\n"
	    " <version>1.0</version>\n");
	put_metadata(r, a, out);
	buf_span(out, r->policy);
	for (size_t i = 0; i < r->records->all.n; i++) {
		const struct counted_text *t = r->records->all.v[i];

		buf_span(out, counted_head(t));
		buf_printf(out, "<count>%" PRIu64 "</count>", t->count);
		buf_span(out, counted_tail(t));
	}
	buf_str(out, "</feedback>\n");
}
