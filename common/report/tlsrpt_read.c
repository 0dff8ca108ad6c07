/* TLS reports read; see tlsrpt.h. */
#include <stdlib.h>

#include "base/date.h"
#include "base/cur.h"
#include "report/tlsrpt.h"
#include "sys/scan.h"

/* A text in a report; what is longer is left out, and said. */
enum { TEXT_MAX = 16 << 10 };

struct reader {
	struct span json;
	const char *why;
	size_t at;
	struct findings *fs;	/* of the row that comes next */
	void (*row)(void *, const struct tls_row *);
	void *arg;
	uint64_t n;
	struct tls_head head;
};

/* The first thing that makes it no report. */
static bool
wrong(struct reader *r, struct span where, const char *why)
{
	if (r->why == NULL) {
		r->why = why;
		r->at = where.p == NULL ? 0 : (size_t)(where.p - r->json.p);
	}
	return false;
}

static void
deviates(struct reader *r, enum finding_code code, const char *name)
{
	finding_add(r->fs, code, name, NULL);
}

/* --- values --------------------------------------------------------------- */

static bool
is_null(struct span v)
{
	return span_eq(v, SPAN("null"));
}

static bool
is_a(struct span v, char first)
{
	return v.n > 0 && v.p[0] == (unsigned char)first;
}

/* The member's value; empty where it is absent or null. */
static struct span
value_of(const struct scan_object *o, const char *name)
{
	const struct scan_member *m = scan_find0(o, span_str(name));

	if (m == NULL || is_null(m->value))
		return (struct span){ NULL, 0 };
	return m->value;
}

static void
text_free(struct tls_text *t)
{
	buf_free(&t->text);
	t->given = false;
}

static void
texts_free(struct tls_texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		buf_free(&t->v[i]);
	free(t->v);
	*t = (struct tls_texts){ 0 };
}

/* A string; a number or such is taken as its author wrote it. */
static void
take_string(struct reader *r, struct span v, const char *name,
    struct buf *out)
{
	if (!scan_string(v, out)) {
		deviates(r, F_REPORT_FIELD_TYPE, name);
		buf_span(out, v);
	}
	if (out->over) {
		finding_add(r->fs, F_REPORT_FIELD_TYPE, name,
		    "longer than %d octets: left out", TEXT_MAX);
		buf_reset(out);
	}
}

static void
get_text(struct reader *r, const struct scan_object *o, const char *name,
    bool wanted, struct tls_text *out)
{
	struct span v = value_of(o, name);

	out->text = BUF(TEXT_MAX);
	if (v.n == 0) {
		if (wanted)
			deviates(r, F_REPORT_FIELD_MISSING, name);
		return;
	}
	take_string(r, v, name, &out->text);
	/* "" says as much as nothing does */
	out->given = out->text.n > 0;
	if (!out->given && wanted)
		deviates(r, F_REPORT_FIELD_MISSING, name);
}

static void
push_text(struct reader *r, struct span v, const char *name,
    struct tls_texts *out)
{
	struct buf text = BUF(TEXT_MAX);

	take_string(r, v, name, &text);
	*VEC_PUSH(out) = text;
}

/* An array of strings. mx-host is one string in the RFC's own text. */
static void
get_texts(struct reader *r, const struct scan_object *o, const char *name,
    struct tls_texts *out)
{
	struct span v = value_of(o, name);
	struct scan_array a = { 0 };
	const char *why = NULL;
	size_t at = 0;

	if (v.n == 0)
		return;
	if (!is_a(v, '[')) {
		push_text(r, v, name, out);
		return;
	}
	if (scan_array(v, &a, &why, &at))
		for (size_t i = 0; i < a.n; i++)
			push_text(r, a.v[i], name, out);
	free(a.v);
}

/* A count; in quotes it is understood, too. */
static bool
get_count(struct reader *r, const struct scan_object *o, const char *name,
    uint64_t *out)
{
	struct span v = value_of(o, name);
	bool quoted = is_a(v, '"') && v.n >= 2;

	*out = 0;
	if (v.n == 0) {
		deviates(r, F_REPORT_FIELD_MISSING, name);
		return true;
	}
	if (quoted) {
		deviates(r, F_REPORT_FIELD_TYPE, name);
		v = span_of(v.p + 1, v.n - 2);
	}
	if (!span_dec(v, INT64_MAX, out))
		return wrong(r, v, "a count is no whole number");
	return true;
}

/* --- from the inside out -------------------------------------------------- */

static void
give(struct reader *r, const struct tls_policy *p,
    const struct tls_failure *f)
{
	struct tls_row row = { .n = ++r->n, .head = &r->head, .policy = p,
	    .failure = f, .fs = r->fs };

	r->row(r->arg, &row);
	findings_free(r->fs);
	*r->fs = (struct findings){ 0 };
}

static enum tls_result
result_of(const struct tls_text *type)
{
	for (int i = 0; i < TLS_R_OTHER; i++)
		if (span_ieq(buf_get0(&type->text),
		    span_str(tls_result_name0((enum tls_result)i))))
			return (enum tls_result)i;
	return TLS_R_OTHER;
}

static void
failure_free(struct tls_failure *f)
{
	text_free(&f->type);
	text_free(&f->sending_ip);
	text_free(&f->mx);
	text_free(&f->helo);
	text_free(&f->receiving_ip);
	text_free(&f->more);
	text_free(&f->reason);
}

static bool
read_failure(struct reader *r, struct span v, const struct tls_policy *p,
    uint64_t *sum)
{
	struct scan_object o = { 0 };
	struct tls_failure f = { .result = TLS_R_OTHER };
	const char *why = NULL;
	size_t at = 0;
	bool ok = false;

	if (!is_a(v, '{') || !scan_object(v, &o, &why, &at))
		return wrong(r, v, "a failure is no object");
	get_text(r, &o, "result-type", true, &f.type);
	get_text(r, &o, "sending-mta-ip", true, &f.sending_ip);
	get_text(r, &o, "receiving-mx-hostname", false, &f.mx);
	get_text(r, &o, "receiving-mx-helo", false, &f.helo);
	get_text(r, &o, "receiving-ip", false, &f.receiving_ip);
	get_text(r, &o, "additional-information", false, &f.more);
	get_text(r, &o, "failure-reason-code", false, &f.reason);
	f.result = result_of(&f.type);
	if (f.type.given && f.result == TLS_R_OTHER)
		finding_add(r->fs, F_TLSRPT_RESULT_UNKNOWN, "result-type",
		    "%.*s", (int)f.type.text.n, (const char *)f.type.text.p);
	ok = get_count(r, &o, "failed-session-count", &f.sessions);
	if (ok) {
		*sum += f.sessions;
		if (f.sessions > 0)
			deviates(r, F_TLSRPT_FAILURES, NULL);
		give(r, p, &f);
	}
	failure_free(&f);
	free(o.v);
	return ok;
}

static bool
is_policy_type(const struct tls_text *t)
{
	struct span s = buf_get0(&t->text);

	return span_eq(s, SPAN("tlsa")) || span_eq(s, SPAN("sts")) ||
	    span_eq(s, SPAN("no-policy-found"));
}

static bool
read_policy_object(struct reader *r, struct span v, struct tls_policy *p)
{
	struct scan_object o = { 0 };
	const char *why = NULL;
	size_t at = 0;

	if (!is_a(v, '{') || !scan_object(v, &o, &why, &at))
		return wrong(r, v, "a policy is no object");
	get_text(r, &o, "policy-type", true, &p->type);
	if (p->type.given && !is_policy_type(&p->type))
		deviates(r, F_TLSRPT_POLICY_TYPE, "policy-type");
	get_text(r, &o, "policy-domain", true, &p->domain);
	get_texts(r, &o, "policy-string", &p->string);
	get_texts(r, &o, "mx-host", &p->mx_host);
	free(o.v);
	return true;
}

static bool
read_summary(struct reader *r, struct span v, struct tls_policy *p)
{
	struct scan_object o = { 0 };
	const char *why = NULL;
	size_t at = 0;
	bool ok = false;

	if (v.n == 0) {
		deviates(r, F_REPORT_FIELD_MISSING, "summary");
		return true;
	}
	if (!is_a(v, '{') || !scan_object(v, &o, &why, &at))
		return wrong(r, v, "a summary is no object");
	ok = get_count(r, &o, "total-successful-session-count",
	    &p->successful) &&
	    get_count(r, &o, "total-failure-session-count", &p->failed);
	free(o.v);
	return ok;
}

static bool
read_failures(struct reader *r, struct span v, const struct tls_policy *p)
{
	struct scan_array a = { 0 };
	const char *why = NULL;
	size_t at = 0;
	uint64_t sum = 0;
	bool ok = true;

	if (v.n == 0)
		return true;
	if (!is_a(v, '[') || !scan_array(v, &a, &why, &at))
		return wrong(r, v, "failure-details is no array");
	for (size_t i = 0; ok && i < a.n; i++)
		ok = read_failure(r, a.v[i], p, &sum);
	free(a.v);
	return ok;
}

static void
policy_free(struct tls_policy *p)
{
	text_free(&p->type);
	text_free(&p->domain);
	texts_free(&p->string);
	texts_free(&p->mx_host);
}

static bool
read_policy(struct reader *r, struct span v)
{
	struct scan_object o = { 0 };
	struct tls_policy p = { 0 };
	const char *why = NULL;
	size_t at = 0;
	bool ok = false;

	if (!is_a(v, '{') || !scan_object(v, &o, &why, &at))
		return wrong(r, v, "an item of policies is no object");
	ok = read_policy_object(r, value_of(&o, "policy"), &p) &&
	    read_summary(r, value_of(&o, "summary"), &p);
	if (ok) {
		if (p.failed > 0)
			deviates(r, F_TLSRPT_FAILURES, NULL);
		give(r, &p, NULL);
		ok = read_failures(r, value_of(&o, "failure-details"), &p);
	}
	policy_free(&p);
	free(o.v);
	return ok;
}

static bool
get_date(struct reader *r, const struct scan_object *o, const char *name,
    int64_t *out)
{
	struct tls_text t = { 0 };
	bool ok = false;

	get_text(r, o, name, true, &t);
	ok = t.given && date_parse(buf_get0(&t.text), out);
	if (t.given && !ok)
		deviates(r, F_REPORT_FIELD_TYPE, name);
	text_free(&t);
	return ok;
}

static void
read_head(struct reader *r, const struct scan_object *o)
{
	struct span v = value_of(o, "date-range");
	struct scan_object range = { 0 };
	const char *why = NULL;
	size_t at = 0;

	get_text(r, o, "organization-name", true, &r->head.org);
	get_text(r, o, "contact-info", true, &r->head.contact);
	get_text(r, o, "report-id", true, &r->head.id);
	if (!is_a(v, '{') || !scan_object(v, &range, &why, &at)) {
		deviates(r, F_REPORT_FIELD_MISSING, "date-range");
		return;
	}
	r->head.dated = get_date(r, &range, "start-datetime",
	    &r->head.begin);
	r->head.dated &= get_date(r, &range, "end-datetime", &r->head.end);
	free(range.v);
}

static bool
read_policies(struct reader *r, struct span v)
{
	struct scan_array a = { 0 };
	const char *why = NULL;
	size_t at = 0;
	bool ok = true;

	if (!is_a(v, '[') || !scan_array(v, &a, &why, &at))
		return wrong(r, v, "policies is no array");
	for (size_t i = 0; ok && i < a.n; i++)
		ok = read_policy(r, a.v[i]);
	free(a.v);
	return ok;
}

bool
tlsrpt_read(struct span json, void (*row)(void *, const struct tls_row *),
    void *arg, const char **why, size_t *at)
{
	struct findings fs = { 0 };
	struct reader r = { .json = json, .fs = &fs, .row = row,
	    .arg = arg };
	struct scan_object o = { 0 };
	bool ok = scan_object(json, &o, &r.why, &r.at);

	if (ok) {
		read_head(&r, &o);
		ok = read_policies(&r, value_of(&o, "policies"));
	}
	text_free(&r.head.org);
	text_free(&r.head.contact);
	text_free(&r.head.id);
	findings_free(&fs);
	free(o.v);
	*why = r.why;
	*at = r.at;
	return ok;
}
