/* Policy bodies, MX patterns and lists: RFC 8461 sections 3.2 and 4.1. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "mtasts/match.h"
#include "mtasts/policy.h"
#include "mtasts/preload.h"

#define GOOD "version: STSv1\nmode: enforce\nmax_age: 604800\n"
#define MX "mx: a.b\n"

/* "mode max_age mx mx" and the codes, or "bad" and the codes. */
static void
describe(struct buf *out, struct span body)
{
	struct sts_policy p = { 0 };
	struct findings fs = { 0 };

	if (!sts_policy_parse(body, &p, &fs)) {
		buf_str(out, "bad");
	} else {
		buf_printf(out, "%s %u", sts_mode_name(p.mode),
		    (unsigned)p.max_age);
		for (size_t i = 0; i < p.mx.n; i++)
			buf_printf(out, " %.*s", (int)p.mx.v[i].n,
			    (const char *)p.mx.v[i].p);
	}
	for (size_t i = 0; i < fs.n; i++)
		buf_printf(out, " !%s%s%s",
		    finding_info(fs.v[i].code)->code + strlen("policy."),
		    fs.v[i].where[0] ? "@" : "", fs.v[i].where);
	sts_policy_free(&p);
	findings_free(&fs);
}

static void
bodies_have_their_grammar(void **state)
{
	static const struct {
		const char *body, *want;
	} rows[] = {
		/* line ends */
		{ GOOD MX, "enforce 604800 a.b" },
		{ "version: STSv1\r\nmode: enforce\r\nmx: a.b\r\n"
		    "max_age: 604800\r\n", "enforce 604800 a.b" },
		{ "version: STSv1\r\nmode: enforce\nmx: a.b\r\n"
		    "max_age: 604800", "enforce 604800 a.b" },
		{ "version: STSv1 \t\nmode:enforce\nmx:\t a.b  \r\n"
		    "max_age: 604800\t\n", "enforce 604800 a.b" },
		{ GOOD "mx: a.b\r", "bad !syntax@line 4" },
		{ "version: STSv1\rmode: enforce\rmx: a.b\r"
		    "max_age: 604800\r", "bad !syntax@line 1 !version !mode "
		    "!max-age" },
		{ GOOD "\n" MX,
		    "enforce 604800 a.b !blank-line@line 4" },
		{ GOOD MX "\n",
		    "enforce 604800 a.b !blank-line@line 5" },
		{ GOOD MX "  \r\n",
		    "enforce 604800 a.b !blank-line@line 5" },
		{ "\n" GOOD MX, "enforce 604800 a.b !blank-line@line 1" },
		/* order does not matter */
		{ MX "max_age: 604800\nmode: enforce\nversion: STSv1",
		    "enforce 604800 a.b" },
		/* what must be there */
		{ "", "bad !version !mode !max-age" },
		{ "\n", "bad !blank-line@line 1 !version !mode !max-age" },
		{ "mode: enforce\nmax_age: 604800\n" MX, "bad !version" },
		{ "version: STSv1\nmax_age: 604800\n" MX, "bad !mode" },
		{ "version: STSv1\nmode: enforce\n" MX, "bad !max-age" },
		{ GOOD, "bad !mx-missing" },
		{ "version: STSv1\nmode: none\nmax_age: 60\n",
		    "none 60 !none" },
		{ "version: STSv1\nmode: none\nmax_age: 60\n" MX,
		    "none 60 a.b !none" },
		{ "version: STSv1\nmode: testing\nmax_age: 604800\n" MX,
		    "testing 604800 a.b !testing" },
		/* keys and values have case */
		{ "Version: STSv1\nmode: enforce\nmax_age: 604800\n" MX,
		    "bad !version" },
		{ "version: stsv1\nmode: enforce\nmax_age: 604800\n" MX,
		    "bad !version@line 1" },
		{ "version: STSv1\nmode: Enforce\nmax_age: 604800\n" MX,
		    "bad !mode@line 2" },
		{ "version : STSv1\nmode: enforce\nmax_age: 604800\n" MX,
		    "bad !syntax@line 1 !version" },
		{ "\xef\xbb\xbfversion: STSv1\nmode: enforce\n"
		    "max_age: 604800\n" MX, "bad !syntax@line 1 !version" },
		/* unknown keys are ignored, the first of duplicates counts */
		{ GOOD MX "foo: bar: b\xc3\xa4z\n", "enforce 604800 a.b" },
		{ GOOD MX "foo: 1\nfoo: 2\n", "enforce 604800 a.b" },
		{ GOOD MX "mode: none\n",
		    "enforce 604800 a.b !duplicate@line 5" },
		{ GOOD MX "max_age: nonsense\n",
		    "enforce 604800 a.b !duplicate@line 5" },
		{ GOOD MX "foo:\n", "bad !syntax@line 5" },
		{ GOOD MX "foo\n", "bad !syntax@line 5" },
		{ GOOD MX ": x\n", "bad !syntax@line 5" },
		{ GOOD MX "_foo: x\n", "bad !syntax@line 5" },
		{ GOOD MX "foo: a\tb\n", "bad !syntax@line 5" },
		{ GOOD MX "foo: a\x7f\n", "bad !syntax@line 5" },
		{ GOOD MX "foo: a\xff\n", "bad !syntax@line 5" },
		{ GOOD MX "a2345678901234567890123456789012: x\n",
		    "enforce 604800 a.b" },
		{ GOOD MX "a23456789012345678901234567890123: x\n",
		    "bad !syntax@line 5" },
		/* every mx counts, and is a name */
		{ GOOD "mx: a.b\nmx: *.c.d\nmx: A.B\n",
		    "enforce 604800 a.b *.c.d A.B" },
		{ GOOD "mx: !!a!!\n", "bad !mx-invalid@line 4" },
		{ GOOD "mx: *\n", "bad !mx-invalid@line 4" },
		{ GOOD "mx: *.\n", "bad !mx-invalid@line 4" },
		{ GOOD "mx: *.*.a\n", "bad !mx-invalid@line 4" },
		{ GOOD "mx: m*.a.b\n", "bad !mx-invalid@line 4" },
		{ GOOD "mx: a.b.\n", "bad !mx-invalid@line 4" },
		{ GOOD "mx: .a.b\n", "bad !mx-invalid@line 4" },
		{ GOOD "mx: -a.b\n", "bad !mx-invalid@line 4" },
		{ GOOD "mx: a_b.c\n", "bad !mx-invalid@line 4" },
		{ GOOD "mx: a.b, c.d\n", "bad !mx-invalid@line 4" },
		{ GOOD "mx: m\xc3\xbcller.example\n",
		    "bad !mx-u-label@line 4" },
		{ GOOD "mx: xn--mller-kva.example\n",
		    "enforce 604800 xn--mller-kva.example" },
		{ GOOD MX "mx: 192.0.2.1\n",
		    "enforce 604800 a.b !mx-address@line 5" },
		{ GOOD "mx: 192.0.2.1\n",
		    "bad !mx-address@line 4 !mx-missing" },
		{ GOOD "nmx: a.b\n", "bad !mx-missing" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf got = BUF(4096);

		describe(&got, span_str(rows[i].body));
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("row %zu \"%s\":\n got %.*s\nwant %s", i,
			    rows[i].body, (int)got.n, (const char *)got.p,
			    rows[i].want);
		buf_free(&got);
	}
}

static void
max_age_has_its_bounds(void **state)
{
	static const struct {
		const char *max_age, *want;
	} rows[] = {
		{ "0", "enforce 0 a.b !max-age-short" },
		{ "86399", "enforce 86399 a.b !max-age-short" },
		{ "86400", "enforce 86400 a.b" },
		{ "31557600", "enforce 31557600 a.b" },
		{ "31557601", "enforce 31557600 a.b !max-age-over@line 1" },
		{ "9999999999", "enforce 31557600 a.b !max-age-over@line 1" },
		{ "0000086400", "enforce 86400 a.b" },
		{ "00000086400", "bad !max-age@line 1" },
		{ "10000000000", "bad !max-age@line 1" },
		{ "", "bad !max-age@line 1 !max-age" },
		{ "1_000", "bad !max-age@line 1" },
		{ "+5", "bad !max-age@line 1" },
		{ "-5", "bad !max-age@line 1" },
		{ "1 000", "bad !max-age@line 1" },
		{ "1e6", "bad !max-age@line 1" },
		{ "0x10", "bad !max-age@line 1" },
		{ "604800.0", "bad !max-age@line 1" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf body = BUF(4096), got = BUF(4096);

		buf_printf(&body, "max_age: %s\nversion: STSv1\n"
		    "mode: enforce\nmx: a.b\n", rows[i].max_age);
		describe(&got, buf_get0(&body));
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("max_age \"%s\": got %.*s, want %s",
			    rows[i].max_age, (int)got.n,
			    (const char *)got.p, rows[i].want);
		buf_free(&body);
		buf_free(&got);
	}
}

static void
a_wildcard_is_one_whole_label(void **state)
{
	static const struct {
		const char *pattern, *host;
		bool want;
	} rows[] = {
		{ "mail.example.com", "mail.example.com", true },
		{ "mail.example.com", "MAIL.Example.COM", true },
		{ "MAIL.Example.COM", "mail.example.com.", true },
		{ "mail.example.com", "evilmail.example.com", false },
		{ "mail.example.com", "mail.example.com.attacker.test",
		    false },
		{ "mail.example.com", "x.mail.example.com", false },
		{ "mail.example.com", "example.com", false },
		{ "mail.example.com", "mailxexample.com", false },
		{ "*.example.com", "mail.example.com", true },
		{ "*.EXAMPLE.com", "mail.example.COM.", true },
		{ "*.example.com", "example.com", false },
		{ "*.example.com", ".example.com", false },
		{ "*.example.com", "foo.bar.example.com", false },
		{ "*.example.com", "mailexample.com", false },
		{ "*.example.com", "mail.example.com.attacker.test", false },
		{ "*.mx.microsoft", "x.h-v1.mx.microsoft", false },
		{ "*.h-v1.mx.microsoft", "x.h-v1.mx.microsoft", true },
		{ "mail.example.com", "", false },
		{ "*.example.com", "", false },
		{ "*.example.com", ".", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (sts_match(span_str(rows[i].pattern),
		    span_str(rows[i].host)) != rows[i].want)
			fail_msg("%s, %s", rows[i].pattern, rows[i].host);
}

static void
broad_patterns_are_known(void **state)
{
	static const struct {
		const char *pattern;
		bool want;
	} rows[] = {
		{ "*.example.com", true }, { "*.com", true },
		{ "*.test", true }, { "*.EXAMPLE.com", true },
		{ "*.mx.example.com", false }, { "example.com", false },
		{ "*.provider.test", false }, { "mx.example.com", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (sts_pattern_is_broad(span_str(rows[i].pattern),
		    SPAN("example.com")) != rows[i].want)
			fail_msg("%s", rows[i].pattern);
}

#define TIMES "\"timestamp\":\"2026-01-01T00:00:00+00:00\"," \
	"\"expires\":\"2026-12-01T00:00:00.5-01:00\",\"version\":\"0.1\","
#define ALIASES "\"policy-aliases\":{\"g\":{\"mode\":\"enforce\"," \
	"\"mxs\":[\"a.b\"]}},"

static void
lists_have_their_form(void **state)
{
	static const struct {
		const char *json;
		bool ok;
	} rows[] = {
		{ "{" TIMES "\"policies\":{}}", true },
		{ "{\"expires\":1401414363,\"policies\":{}}", true },
		{ "{\"expires\":\"2014-06-06T14:30:16\",\"policies\":{}}",
		    true },
		{ "{\"expires\":\"soon\",\"policies\":{}}", false },
		{ "{\"policies\":{}}", false },
		{ "{" TIMES "\"policies\":[]}", false },
		{ "{" TIMES "\"policy-aliases\":[],\"policies\":{}}", false },
		{ "{" TIMES ALIASES "\"policies\":{\"d.e\":"
		    "{\"policy-alias\":\"g\"}}}", true },
		{ "{" TIMES ALIASES "\"policies\":{\"d.e\":"
		    "{\"policy-alias\":\"h\"}}}", false },
		{ "{" TIMES "\"policies\":{\"d.e\":{\"policy-alias\":\"g\"}}}",
		    false },
		{ "{" TIMES "\"policies\":{\"d.e\":{\"mode\":\"none\","
		    "\"mxs\":[\"a.b\"]}}}", false },
		{ "{" TIMES "\"policies\":{\"d.e\":{\"mode\":\"enforce\","
		    "\"mxs\":[]}}}", false },
		{ "{" TIMES "\"policies\":{\"d.e\":{\"mode\":\"enforce\","
		    "\"mxs\":[\"*.b\"]}}}", false },
		{ "{" TIMES "\"policies\":{\"d e\":{\"mode\":\"enforce\","
		    "\"mxs\":[\".b\"]}}}", false },
		{ "{" TIMES "\"policies\":{\"d.e\":1}}", false },
		{ "{" TIMES ALIASES "\"policies\":{\"d.e\":"
		    "{\"policy-alias\":\"g\"},\"D.e\":"
		    "{\"policy-alias\":\"g\"}}}", false },
		{ "[]", false }, { "", false }, { "{", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *why = NULL;
		struct preload *p = preload_read(span_str(rows[i].json),
		    &why);

		if ((p != NULL) != rows[i].ok || (why == NULL) != (p != NULL))
			fail_msg("%s", rows[i].json);
		preload_free(p);
		free(why);
	}
}

static void
a_list_is_read_and_written(void **state)
{
	static const char list[] = "{" TIMES ALIASES "\"policies\":{"
	    "\"X.test\":{\"mode\":\"testing\",\"mxs\":[\".M.test\","
	    "\"mx.test\"]},\"y.test\":{\"policy-alias\":\"g\"}}}";
	struct span pattern = { NULL, 0 };
	struct preload_policy pp;
	struct buf out = BUF(4096);
	struct jw j = JW(&out);
	char *why = NULL;
	struct preload *p = preload_read(span_str(list), &why);

	(void)state;
	assert_non_null(p);
	assert_false(preload_expired(p, 1796086799));
	assert_true(preload_expired(p, 1796086800));
	assert_false(preload_find(p, SPAN("a.x.test"), &pp));
	assert_true(preload_find(p, SPAN("y.test"), &pp));
	assert_int_equal(pp.policy.mode, SENDER_POLICY_ENFORCE);
	assert_true(sts_policy_matches(&pp.policy, SPAN("a.b"), &pattern));
	preload_policy_free(&pp);
	assert_true(preload_find(p, SPAN("x.test"), &pp));
	assert_int_equal(pp.policy.mode, SENDER_POLICY_TESTING);
	assert_true(sts_policy_matches(&pp.policy, SPAN("a.m.test"),
	    &pattern));
	assert_true(span_eq(pattern, SPAN("*.m.test")));
	assert_false(sts_policy_matches(&pp.policy, SPAN("m.test"),
	    &pattern));
	preload_begin(&j, 0, 86400);
	preload_add(&j, SPAN("x.test"), &pp.policy);
	preload_end(&j);
	preload_policy_free(&pp);
	preload_free(p);
	p = preload_read(buf_get0(&out), &why);
	assert_non_null(p);
	assert_true(preload_expired(p, 86400));
	assert_true(preload_find(p, SPAN("x.test"), &pp));
	assert_true(sts_policy_matches(&pp.policy, SPAN("q.m.test"),
	    &pattern));
	preload_policy_free(&pp);
	preload_free(p);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_have_their_grammar),
		cmocka_unit_test(max_age_has_its_bounds),
		cmocka_unit_test(a_wildcard_is_one_whole_label),
		cmocka_unit_test(broad_patterns_are_known),
		cmocka_unit_test(lists_have_their_form),
		cmocka_unit_test(a_list_is_read_and_written),
	};

	return cmocka_run_group_tests_name("mtasts_policy", tests, NULL,
	    NULL);
}
