/* TLS reports read; see tlsrpt.h. */
#include <stdlib.h>

#include "base/date.h"
#include "base/cur.h"
#include "report/tlsrpt.h"
#include "sys/scan.h"

/*
 * A text in a report, and a list of them, which stands in the record of every
 * failure of its policy; what is longer is left out, and said.
 */
enum {
	TEXT_MAX = 16 << 10, TEXTS_MAX = 64 << 10, ITEMS_MAX = 1000,
	MEMBERS_MAX = 1000,
};

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

/* What is part of the report, which as a whole is JSON. */
static bool
open_object(struct span v, struct scan_object *out)
{
	const char *why = NULL;
	size_t at = 0;

	return scan_object_max(v, MEMBERS_MAX, out, &why, &at);
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

/* The list that is being read. */
struct texts_in {
	struct reader *r;
	const char *name;
	struct tls_texts *out;
	size_t octets;
};

static bool
push_text(void *arg, struct span v)
{
	struct texts_in *in = arg;
	struct buf text = BUF(TEXT_MAX);

	take_string(in->r, v, in->name, &text);
	if (in->out->n == ITEMS_MAX || in->octets + text.n > TEXTS_MAX) {
		finding_add(in->r->fs, F_REPORT_FIELD_TYPE, in->name,
		    "more than %d texts, or than %d octets of them: left "
		    "out", ITEMS_MAX, TEXTS_MAX);
		buf_free(&text);
		return false;
	}
	in->octets += text.n;
	*VEC_PUSH(in->out) = text;
	return true;
}

/* An array of strings. mx-host is one string in the RFC's own text. */
static void
get_texts(struct reader *r, const struct scan_object *o, const char *name,
    struct tls_texts *out)
{
	struct span v = value_of(o, name);
	struct texts_in in = { r, name, out, 0 };
	const char *why = NULL;
	size_t at = 0;

	if (is_a(v, '['))
		scan_items(v, push_text, &in, &why, &at);
	else if (v.n > 0)
		push_text(&in, v);
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

/* The failures of a policy, as they are read. */
struct failures_in {
	struct reader *r;
	const struct tls_policy *policy;
	uint64_t sum;		/* of those that were given; the most there
				   can be, where it is more */
	struct tls_failure held;	/* the one before, not given yet */
	struct findings fs;		/* ... its findings */
	bool holds;
};

/* The sum is known with the last one: each waits until the next one comes. */
static void
give_held(struct failures_in *in)
{
	struct findings next = *in->r->fs;

	if (!in->holds)
		return;
	*in->r->fs = in->fs;
	give(in->r, in->policy, &in->held);
	*in->r->fs = next;
	failure_free(&in->held);
	in->holds = false;
}

static bool
read_failure(void *arg, struct span v)
{
	struct failures_in *in = arg;
	struct reader *r = in->r;
	struct scan_object o = { 0 };
	struct tls_failure f = { .result = TLSRPT_NONE };
	bool ok = false;

	if (!is_a(v, '{') || !open_object(v, &o))
		return wrong(r, v, "a failure is no object");
	get_text(r, &o, "result-type", true, &f.type);
	get_text(r, &o, "sending-mta-ip", true, &f.sending_ip);
	get_text(r, &o, "receiving-mx-hostname", false, &f.mx);
	get_text(r, &o, "receiving-mx-helo", false, &f.helo);
	get_text(r, &o, "receiving-ip", false, &f.receiving_ip);
	get_text(r, &o, "additional-information", false, &f.more);
	get_text(r, &o, "failure-reason-code", false, &f.reason);
	f.result = tls_result_of(buf_get0(&f.type.text));
	if (f.type.given && f.result == TLSRPT_NONE)
		finding_add(r->fs, F_TLSRPT_RESULT_UNKNOWN, "result-type",
		    "%.*s", (int)f.type.text.n, (const char *)f.type.text.p);
	ok = get_count(r, &o, "failed-session-count", &f.sessions);
	free(o.v);
	if (!ok) {
		failure_free(&f);
		return false;
	}
	if (f.sessions > 0)
		deviates(r, F_TLSRPT_FAILURES, NULL);
	give_held(in);
	in->sum = f.sessions > UINT64_MAX - in->sum ? UINT64_MAX :
	    in->sum + f.sessions;
	in->held = f;
	in->fs = *r->fs;
	in->holds = true;
	*r->fs = (struct findings){ 0 };
	return true;
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

	if (!is_a(v, '{') || !open_object(v, &o))
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
	bool ok = false;

	if (v.n == 0) {
		deviates(r, F_REPORT_FIELD_MISSING, "summary");
		return true;
	}
	if (!is_a(v, '{') || !open_object(v, &o))
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
	struct failures_in in = { .r = r, .policy = p };
	const char *why = NULL;
	size_t at = 0;
	bool ok = true;

	if (v.n == 0)
		return true;
	if (!is_a(v, '['))
		return wrong(r, v, "failure-details is no array");
	ok = scan_items(v, read_failure, &in, &why, &at);
	if (in.holds && in.sum != p->failed)
		finding_add(&in.fs, F_TLSRPT_SUMS, NULL,
		    "%llu failures, %llu in the summary",
		    (unsigned long long)in.sum,
		    (unsigned long long)p->failed);
	give_held(&in);
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
read_policy(void *arg, struct span v)
{
	struct reader *r = arg;
	struct scan_object o = { 0 };
	struct tls_policy p = { 0 };
	bool ok = false;

	if (!is_a(v, '{') || !open_object(v, &o))
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

	get_text(r, o, "organization-name", true, &r->head.org);
	get_text(r, o, "contact-info", true, &r->head.contact);
	get_text(r, o, "report-id", true, &r->head.id);
	if (!is_a(v, '{') || !open_object(v, &range)) {
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
	const char *why = NULL;
	size_t at = 0;

	if (!is_a(v, '['))
		return wrong(r, v, "policies is no array");
	return scan_items(v, read_policy, r, &why, &at);
}

bool
tlsrpt_read(struct span json, void (*row)(void *, const struct tls_row *),
    void *arg, const char **why, size_t *at)
{
	struct findings fs = { 0 };
	struct reader r = { .json = json, .fs = &fs, .row = row,
	    .arg = arg };
	struct scan_object o = { 0 };
	bool ok = scan_object_max(json, MEMBERS_MAX, &o, &r.why, &r.at);

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
