/*
 * Policy bodies: patterns lie in the input and match themselves, or any host
 * with one more label; a body written anew from what was read says the same;
 * CRLF in the place of LF changes nothing.
 */
#include "fuzz.h"

#include "mtasts/match.h"
#include "mtasts/policy.h"

static void
patterns_hold(const struct sts_policy *p, struct span in)
{
	struct span hit = { NULL, 0 };

	for (size_t i = 0; i < p->mx.n; i++) {
		struct buf host = BUF(1 << 16);

		inside(p->mx.v[i], in);
		if (span_starts(p->mx.v[i], SPAN("*.")))
			buf_byte(&host, 'x');
		buf_span(&host, span_from(p->mx.v[i], host.n));
		must(sts_match(p->mx.v[i], buf_get0(&host)));
		must(sts_policy_matches(p, buf_get0(&host), &hit));
		buf_byte(&host, '.');
		must(sts_match(p->mx.v[i], buf_get0(&host)));
		buf_str(&host, "x");
		must(!sts_match(p->mx.v[i], buf_get0(&host)));
		buf_free(&host);
	}
}

static void
same(const struct sts_policy *a, struct span body)
{
	struct findings fs = { 0 };
	struct sts_policy b = { 0 };

	must(sts_policy_parse(body, &b, &fs));
	must(a->mode == b.mode && a->max_age == b.max_age);
	must(a->mx.n == b.mx.n);
	for (size_t i = 0; i < b.mx.n; i++)
		must(span_eq(a->mx.v[i], b.mx.v[i]));
	sts_policy_free(&b);
	findings_free(&fs);
}

static void
written_anew(const struct sts_policy *p)
{
	struct buf body = BUF(1 << 20);

	buf_printf(&body, "version: STSv1\nmode: %s\nmax_age: %u\n",
	    sts_mode_name(p->mode), (unsigned)p->max_age);
	for (size_t i = 0; i < p->mx.n; i++) {
		buf_str(&body, "mx: ");
		buf_span(&body, p->mx.v[i]);
		buf_byte(&body, '\n');
	}
	same(p, buf_get0(&body));
	buf_free(&body);
}

static void
with_crlf(const struct sts_policy *p, struct span in)
{
	struct buf body = BUF(1 << 22);

	for (size_t i = 0; i < in.n; i++) {
		if (in.p[i] == '\n' && (i == 0 || in.p[i - 1] != '\r'))
			buf_byte(&body, '\r');
		buf_byte(&body, in.p[i]);
	}
	same(p, buf_get0(&body));
	buf_free(&body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct findings fs = { 0 };
	struct sts_policy p = { 0 };

	if (sts_policy_parse(in, &p, &fs)) {
		must(findings_worst(&fs) < SEV_FAIL);
		must(p.max_age <= STS_MAX_AGE_MAX);
		must(p.mode == SENDER_POLICY_NONE || p.mx.n > 0);
		patterns_hold(&p, in);
		written_anew(&p);
		with_crlf(&p, in);
		sts_policy_free(&p);
	} else {
		must(findings_worst(&fs) == SEV_FAIL);
	}
	findings_free(&fs);
	return 0;
}
