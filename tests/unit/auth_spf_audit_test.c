/* The posture of a domain's SPF record: one row a mistake. */
#include "unit.h"

#include "../support/fake_dns.h"
#include "auth/spf.h"

#define TEN_OF(x) x x x x x x x x x x

static const struct fake_rr zone[] = {
	{ "good.example", "TXT", "v=spf1 ip4:192.0.2.0/24 include:inc.example "
	    "a mx:mail.example -all" },
	{ "good.example", "A", "192.0.2.1" },
	{ "inc.example", "TXT", "v=spf1 ip6:2001:db8::/32 a:mail.example" },
	{ "mail.example", "A", "192.0.2.1" },
	{ "mail.example", "MX", "0 mail.example" },
	{ "nomail.example", "TXT", "v=spf1 -all" },
	{ "missing.example", "A", "192.0.2.1" },
	{ "old.example", "TYPE99", "v=spf1 -all" },
	{ "two.example", "TXT", "v=spf1 -all" },
	{ "two.example", "TXT", "v=spf1 +all" },
	{ "bad.example", "TXT", "v=spf1 a ipv4:192.0.2.1 -all" },
	{ "incbad.example", "TXT", "v=spf1 include:bad.example -all" },
	{ "incnone.example", "TXT", "v=spf1 include:missing.example -all" },
	{ "rednone.example", "TXT", "v=spf1 redirect=missing.example" },
	{ "loop.example", "TXT", "v=spf1 include:loop2.example -all" },
	{ "loop2.example", "TXT", "v=spf1 include:LOOP.example -all" },
	{ "eleven.example", "TXT",
	    "v=spf1 " TEN_OF("a:mail.example ") "mx:mail.example -all" },
	{ "nine.example", "TXT", "v=spf1 include:four.example "
	    "include:three.example -all" },
	{ "four.example", "TXT", "v=spf1 mx:mail.example exists:mail.example "
	    "a:mail.example/31 a:mail.example" },
	{ "three.example", "TXT", "v=spf1 mx:mail.example "
	    "exists:mail.example a:mail.example" },
	{ "bomb.example", "TXT", "v=spf1 " TEN_OF("include:b1.example ") },
	{ "b1.example", "TXT", "v=spf1 " TEN_OF("include:b2.example ") },
	{ "b2.example", "TXT", "v=spf1 " TEN_OF("include:b3.example ") },
	{ "b3.example", "TXT", "v=spf1 " TEN_OF("a:mail.example ") },
	{ "void.example", "TXT", "v=spf1 a:gone.example mx:nomail.example "
	    "exists:gone.example -all" },
	{ "void1.example", "TXT", "v=spf1 a:gone.example -all" },
	{ "six.example", "TXT", "v=spf1 a:only6.example -all" },
	{ "only6.example", "AAAA", "2001:db8::1" },
	{ "mx11.example", "TXT", "v=spf1 mx -all" },
#define MX { "mx11.example", "MX", "1 mail.example" },
	TEN_OF(MX) MX
	{ "tmo.example", "TIMEOUT", "" },
	{ "inctmo.example", "TXT", "v=spf1 include:tmo.example -all" },
	{ "atmo.example", "TXT", "v=spf1 a:tmo.example -all" },
	{ "plus.example", "TXT", "v=spf1 a:mail.example +all" },
	{ "bare.example", "TXT", "v=spf1 all" },
	{ "incplus.example", "TXT", "v=spf1 include:plus.example -all" },
	{ "negplus.example", "TXT", "v=spf1 -include:plus.example ~all" },
	{ "redplus.example", "TXT", "v=spf1 redirect=plus.example" },
	{ "neutral.example", "TXT", "v=spf1 a:mail.example ?all" },
	{ "open.example", "TXT", "v=spf1 a:mail.example" },
	{ "after.example", "TXT", "v=spf1 -all a:mail.example" },
	{ "redall.example", "TXT", "v=spf1 ~all redirect=good.example" },
	{ "red.example", "TXT", "v=spf1 redirect=nomail.example" },
	{ "world.example", "TXT", "v=spf1 ip4:0.0.0.0/0 -all" },
	{ "halves.example", "TXT", "v=spf1 ip4:0.0.0.0/2 ip4:64.0.0.0/2 -all" },
	{ "world6.example", "TXT", "v=spf1 ip6:2000::/3 -all" },
	{ "worlda.example", "TXT", "v=spf1 a:mail.example/1 -all" },
	{ "worldneg.example", "TXT", "v=spf1 -ip4:0.0.0.0/0 -all" },
	{ "wide.example", "TXT", "v=spf1 ip4:10.0.0.0/8 -all" },
	{ "wide6.example", "TXT", "v=spf1 ip6:2a00::/12 -all" },
	{ "same.example", "TXT",
	    "v=spf1 ip4:10.0.0.0/9 ip4:10.0.0.0/9 ip4:10.1.0.0/16 -all" },
	{ "ptr.example", "TXT", "v=spf1 ptr -all" },
	{ "macro.example", "TXT", "v=spf1 exists:%{ir}.l.example -all" },
	{ "long.example", "TXT", "v=spf1 -all" },
#define PAD { "long.example", "TXT", TEN_OF("sixteen octets..") },
	TEN_OF(PAD)
};

struct row {
	const char *domain;
	const char *verdict;
	enum finding_code code;		/* FINDING_CODES: none at all */
	enum spf_result record_is;
	char all;
	unsigned lookups, voids;
};

static void
every_mistake_is_found(void **state)
{
	static const struct row rows[] = {
		{ "good.example", "pass", FINDING_CODES, SPF_PASS, '-', 4, 0 },
		{ "nomail.example", "pass", FINDING_CODES, SPF_PASS, '-', 0,
		    0 },
		{ "missing.example", "warn", F_SPF_MISSING, SPF_NONE, 0, 0,
		    0 },
		{ "nx.example", "warn", F_SPF_MISSING, SPF_NONE, 0, 0, 0 },
		{ "old.example", "warn", F_SPF_TYPE99, SPF_NONE, 0, 0, 0 },
		{ "two.example", "fail", F_SPF_SEVERAL, SPF_PERMERROR, 0, 0,
		    0 },
		{ "bad.example", "fail", F_SPF_SYNTAX, SPF_PERMERROR, 0, 0,
		    0 },
		{ "incbad.example", "fail", F_SPF_SYNTAX, SPF_PASS, '-', 1,
		    0 },
		{ "incnone.example", "fail", F_SPF_TARGET_NONE, SPF_PASS, '-',
		    1, 0 },
		{ "rednone.example", "fail", F_SPF_TARGET_NONE, SPF_PASS, 0,
		    1, 0 },
		{ "loop.example", "fail", F_SPF_LOOP, SPF_PASS, '-', 2, 0 },
		{ "eleven.example", "fail", F_SPF_LOOKUPS, SPF_PASS, '-', 11,
		    0 },
		{ "nine.example", "warn", F_SPF_LOOKUPS_NEAR, SPF_PASS, '-',
		    9, 0 },
		{ "bomb.example", "fail", F_SPF_LOOKUPS, SPF_PASS, 0, 64, 0 },
		{ "void.example", "fail", F_SPF_VOID_LIMIT, SPF_PASS, '-', 3,
		    3 },
		{ "void1.example", "warn", F_SPF_VOID, SPF_PASS, '-', 1, 1 },
		{ "six.example", "pass", FINDING_CODES, SPF_PASS, '-', 1, 0 },
		{ "mx11.example", "fail", F_SPF_MX_LIMIT, SPF_PASS, '-', 1,
		    0 },
		{ "tmo.example", "unknown", F_SPF_DNS, SPF_TEMPERROR, 0, 0,
		    0 },
		{ "inctmo.example", "unknown", F_SPF_DNS, SPF_PASS, '-', 1,
		    0 },
		{ "atmo.example", "unknown", F_SPF_DNS, SPF_PASS, '-', 1, 0 },
		{ "plus.example", "fail", F_SPF_ALL_PASS, SPF_PASS, '+', 1,
		    0 },
		{ "bare.example", "fail", F_SPF_ALL_PASS, SPF_PASS, '+', 0,
		    0 },
		{ "incplus.example", "fail", F_SPF_ALL_PASS, SPF_PASS, '-', 2,
		    0 },
		{ "negplus.example", "pass", FINDING_CODES, SPF_PASS, '~', 2,
		    0 },
		{ "redplus.example", "fail", F_SPF_ALL_PASS, SPF_PASS, '+', 2,
		    0 },
		{ "neutral.example", "warn", F_SPF_ALL_NEUTRAL, SPF_PASS, '?',
		    1, 0 },
		{ "open.example", "warn", F_SPF_ALL_MISSING, SPF_PASS, 0, 1,
		    0 },
		{ "after.example", "warn", F_SPF_AFTER_ALL, SPF_PASS, '-', 0,
		    0 },
		{ "redall.example", "warn", F_SPF_REDIRECT_UNUSED, SPF_PASS,
		    '~', 0, 0 },
		{ "red.example", "pass", FINDING_CODES, SPF_PASS, '-', 1, 0 },
		{ "world.example", "fail", F_SPF_WORLD, SPF_PASS, '-', 0, 0 },
		{ "halves.example", "fail", F_SPF_WORLD, SPF_PASS, '-', 0,
		    0 },
		{ "world6.example", "fail", F_SPF_WORLD, SPF_PASS, '-', 0,
		    0 },
		{ "worlda.example", "fail", F_SPF_WORLD, SPF_PASS, '-', 1,
		    0 },
		{ "worldneg.example", "pass", FINDING_CODES, SPF_PASS, '-', 0,
		    0 },
		{ "wide.example", "warn", F_SPF_WIDE, SPF_PASS, '-', 0, 0 },
		{ "wide6.example", "warn", F_SPF_WIDE, SPF_PASS, '-', 0, 0 },
		{ "same.example", "pass", F_SPF_DUPLICATE, SPF_PASS, '-', 0,
		    0 },
		{ "ptr.example", "warn", F_SPF_PTR, SPF_PASS, '-', 1, 0 },
		{ "macro.example", "pass", F_SPF_MACRO, SPF_PASS, '-', 1, 0 },
		{ "long.example", "warn", F_SPF_LONG, SPF_PASS, '-', 0, 0 },
	};
	struct dns *dns = fake_dns_open(zone, ROWS(zone));
	struct spf_ctx *ctx = NULL;
	struct env env;

	(void)state;
	env_system(&env);
	env.dns = dns;
	ctx = spf_new(&env, NULL);
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct row *r = &rows[i];
		struct spf_audit a = { 0 };
		struct findings list = { 0 };
		bool found = false;

		spf_audit(ctx, span_str(r->domain), &a, &list);
		found = r->code == FINDING_CODES ? list.n == 0 :
		    finding_has(&list, r->code);
		if (!found || a.record_is != r->record_is ||
		    a.all != r->all || a.lookups != r->lookups ||
		    a.void_lookups != r->voids ||
		    strcmp(findings_verdict(&list), r->verdict) != 0)
			fail_msg("%s: %s, %zu findings, %s, all %c, %u "
			    "lookups, %u voids", r->domain,
			    findings_verdict(&list), list.n,
			    spf_result_name(a.record_is), a.all ? a.all : '0',
			    a.lookups, a.void_lookups);
		findings_free(&list);
		spf_audit_free(&a);
	}
	spf_free(ctx);
	dns_free(dns);
}

static void
findings_name_the_place(void **state)
{
	struct dns *dns = fake_dns_open(zone, ROWS(zone));
	struct spf_audit a = { 0 };
	struct findings list = { 0 };
	struct spf_ctx *ctx = NULL;
	struct env env;

	(void)state;
	env_system(&env);
	env.dns = dns;
	ctx = spf_new(&env, NULL);
	spf_audit(ctx, SPAN("incbad.example"), &a, &list);
	assert_int_equal(list.n, 1);
	assert_string_equal(list.v[0].where, "bad.example ipv4:192.0.2.1");
	assert_string_equal(list.v[0].detail, "unknown mechanism");
	assert_true(span_eq(buf_get0(&a.record),
	    SPAN("v=spf1 include:bad.example -all")));
	assert_false(a.sends_nothing);
	findings_free(&list);
	spf_audit_free(&a);
	spf_audit(ctx, SPAN("nomail.example"), &a, &list);
	assert_true(a.sends_nothing);
	spf_audit_free(&a);
	spf_free(ctx);
	dns_free(dns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mistake_is_found),
		cmocka_unit_test(findings_name_the_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
