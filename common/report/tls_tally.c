/* Sessions counted for TLS reports; see tls_tally.h. */
#include "report/tls_tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "report/about.h"
#include "sys/jw.h"

enum { TEXT_MAX = 1 << 20 };

struct policy {
	char *json;		/* the object "policy" */
	uint64_t successful, failed;
	struct counted failures;	/* objects without their count */
};

struct tls_tally_policies {
	struct policy **v;
	size_t n, cap;
};

struct report {
	struct report_about about;
	struct tls_tally_policies policies;
	struct map *by_json;
};

struct tls_tally {
	uint64_t seed;
	struct map *by_key;
	struct {
		struct report **v;
		size_t n, cap;
	} reports;
};

struct tls_tally *
tls_tally_new(uint64_t seed)
{
	struct tls_tally *s = xcalloc(1, sizeof(*s));

	s->seed = seed;
	s->by_key = map_new(seed);
	return s;
}

static void
put(struct jw *j, const char *key, struct span text)
{
	if (text.n > 0)
		jw_span(j, key, text);
}

static void
put_strings(struct jw *j, const char *key, const struct tls_tally_strings *s)
{
	jw_array(j, key);
	for (size_t i = 0; i < s->n; i++)
		jw_span(j, NULL, s->v[i]);
	jw_end(j);
}

static void
put_policy(const struct tls_tally_session *one, struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_span(&j, "policy-type", one->policy_type);
	put_strings(&j, "policy-string", &one->policy);
	jw_span(&j, "policy-domain", one->domain);
	put_strings(&j, "mx-host", &one->mx_host);
	jw_end(&j);
}

/* The count goes in front of the brace that ends it. */
static void
put_failure(const struct tls_tally_session *one, struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_span(&j, "result-type", one->result_type);
	put(&j, "sending-mta-ip", one->sending_ip);
	put(&j, "receiving-mx-hostname", one->mx);
	put(&j, "receiving-mx-helo", one->helo);
	put(&j, "receiving-ip", one->receiving_ip);
	put(&j, "additional-information", one->more);
	put(&j, "failure-reason-code", one->reason);
	jw_end(&j);
}

/* --- counting ------------------------------------------------------------- */

static struct report *
report_of(struct tls_tally *s, const struct tls_tally_session *one)
{
	struct buf key = BUF(TEXT_MAX);
	struct report *r = NULL;

	buf_u64(&key, (uint64_t)report_day(one->at));
	buf_span(&key, one->domain);
	r = map_get0(s->by_key, buf_get0(&key));
	if (r == NULL) {
		r = xcalloc(1, sizeof(*r));
		r->about = report_about(one->domain, one->rua, one->at);
		r->by_json = map_new(s->seed);
		map_put(s->by_key, buf_get0(&key), r);
		*VEC_PUSH(&s->reports) = r;
	}
	report_about_rua(&r->about, one->rua);
	buf_free(&key);
	return r;
}

static struct policy *
policy_of(struct tls_tally *s, struct report *r,
    const struct tls_tally_session *one)
{
	struct buf json = BUF(TEXT_MAX);
	struct policy *p = NULL;

	put_policy(one, &json);
	p = map_get0(r->by_json, buf_get0(&json));
	if (p == NULL) {
		p = xcalloc(1, sizeof(*p));
		p->json = span_dup(buf_get0(&json));
		counted_init(&p->failures, s->seed);
		map_put(r->by_json, buf_get0(&json), p);
		*VEC_PUSH(&r->policies) = p;
	}
	buf_free(&json);
	return p;
}

static bool
fits(uint64_t sum, uint64_t more)
{
	return more <= INT64_MAX && sum <= INT64_MAX - more;
}

/* The counts of failures are parts of p->failed: they fit where it does. */
bool
tls_tally_add(struct tls_tally *s, const struct tls_tally_session *one)
{
	struct policy *p = policy_of(s, report_of(s, one), one);
	struct buf json = BUF(TEXT_MAX);

	if (!fits(p->successful, one->successful) ||
	    !fits(p->failed, one->failed))
		return false;
	p->successful += one->successful;
	p->failed += one->failed;
	if (one->failed > 0 && one->result_type.n > 0) {
		put_failure(one, &json);
		counted_add(&p->failures, buf_get0(&json), json.n - 1,
		    one->failed);
	}
	buf_free(&json);
	return true;
}

static void
report_free(struct report *r)
{
	for (size_t i = 0; i < r->policies.n; i++) {
		counted_free(&r->policies.v[i]->failures);
		free(r->policies.v[i]->json);
		free(r->policies.v[i]);
	}
	free(r->policies.v);
	map_free(r->by_json, NULL);
	report_about_free(&r->about);
	free(r);
}

void
tls_tally_free(struct tls_tally *s)
{
	for (size_t i = 0; i < s->reports.n; i++)
		report_free(s->reports.v[i]);
	free(s->reports.v);
	map_free(s->by_key, NULL);
	free(s);
}

/* --- out ------------------------------------------------------------------ */

static int
by_domain_and_day(const void *a, const void *b)
{
	const struct report *x = *(struct report *const *)a;
	const struct report *y = *(struct report *const *)b;

	return report_order(&x->about, &y->about);
}

static int
by_json(const void *a, const void *b)
{
	return strcmp((*(struct policy *const *)a)->json,
	    (*(struct policy *const *)b)->json);
}

static void
sort_policies(struct tls_tally_policies *p)
{
	qsort(p->v, p->n, sizeof(*p->v), by_json);
	for (size_t i = 0; i < p->n; i++)
		counted_sort(&p->v[i]->failures);
}

void
tls_tally_each(const struct tls_tally *s,
    void (*fn)(void *, const struct tls_tally_report *), void *arg)
{
	if (s->reports.n > 0)
		qsort(s->reports.v, s->reports.n, sizeof(*s->reports.v),
		    by_domain_and_day);
	for (size_t i = 0; i < s->reports.n; i++) {
		struct report *r = s->reports.v[i];
		const struct tls_tally_report report = {
			.domain = span_str(r->about.domain),
			.rua = span_str(r->about.rua),
			.begin = report_begin(&r->about),
			.end = report_end(&r->about),
			.policies = &r->policies,
		};

		sort_policies(&r->policies);
		fn(arg, &report);
	}
}

static void
put_failures(struct jw *j, const struct counted *c)
{
	if (c->all.n == 0)
		return;
	jw_array(j, "failure-details");
	for (size_t i = 0; i < c->all.n; i++) {
		const struct counted_text *t = c->all.v[i];
		struct buf json = BUF(TEXT_MAX);

		buf_span(&json, counted_head(t));
		buf_printf(&json, ",\"failed-session-count\":%llu",
		    (unsigned long long)t->count);
		buf_span(&json, counted_tail(t));
		jw_raw(j, NULL, buf_get0(&json));
		buf_free(&json);
	}
	jw_end(j);
}

void
tls_tally_json(const struct tls_tally_report *r, struct span org,
    struct span contact, struct span id, struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_span(&j, "organization-name", org);
	jw_object(&j, "date-range");
	jw_time(&j, "start-datetime", r->begin);
	jw_time(&j, "end-datetime", r->end);
	jw_end(&j);
	jw_span(&j, "contact-info", contact);
	jw_span(&j, "report-id", id);
	jw_array(&j, "policies");
	for (size_t i = 0; i < r->policies->n; i++) {
		const struct policy *p = r->policies->v[i];

		jw_object(&j, NULL);
		jw_raw(&j, "policy", span_str(p->json));
		jw_object(&j, "summary");
		jw_int(&j, "total-successful-session-count",
		    (int64_t)p->successful);
		jw_int(&j, "total-failure-session-count",
		    (int64_t)p->failed);
		jw_end(&j);
		put_failures(&j, &p->failures);
		jw_end(&j);
	}
	jw_end(&j);
	jw_end(&j);
}
