/* DMARC records by the letter of RFC 9989 sections 4.7 and 4.8. */
#include "unit.h"

#include "auth/dmarc.h"
#include "base/buf.h"

static void
v_is_first_and_its_value_has_case(void **state)
{
	static const struct {
		const char *txt;
		bool is, looks;
	} rows[] = {
		{ "v=DMARC1", true, true },
		{ "v=DMARC1;", true, true },
		{ "v=DMARC1; p=none", true, true },
		{ "v = DMARC1 ; p=none", true, true },
		{ "v\t=\tDMARC1\t;p=none", true, true },
		{ "V=DMARC1;p=none", true, true },
		{ "v=dmarc1; p=reject", false, true },
		{ "v=DMARC1x; p=reject", false, true },
		{ "v=DMARC12", false, true },
		{ "v=DMARC2; p=reject", false, true },
		{ "v=DMARC1 p=reject", false, true },
		{ "v=DMARC1, p=reject", false, true },
		{ " v=DMARC1; p=reject", false, true },
		{ ";v=DMARC1; p=reject", false, false },
		{ "p=reject; v=DMARC1", false, false },
		{ "v=spf1 -all", false, false },
		{ "", false, false },
		{ "v", false, false },
		{ "v=", false, false },
		{ "v=DMARC", false, true },
	};
	struct dmarc_record r;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct span txt = span_str(rows[i].txt);

		if (dmarc_record_parse(txt, &r) != rows[i].is ||
		    dmarc_record_looks_like(txt) != rows[i].looks)
			fail_msg("row \"%s\"", rows[i].txt);
	}
}

/* What a record says, as text: "p sp np psd adkim aspf t fo". */
static void
describe(struct buf *out, const struct dmarc_record *r)
{
	static const char *const policies[] = {
		"-", "none", "quarantine", "reject", "invalid"
	};

	buf_printf(out, "%s %s %s %s %c %c %c %.*s", policies[r->p],
	    policies[r->sp], policies[r->np], dmarc_psd_name(r->psd),
	    r->adkim_strict ? 's' : 'r', r->aspf_strict ? 's' : 'r',
	    r->testing ? 'y' : 'n', (int)r->fo.n, (const char *)r->fo.p);
}

static void
tags_have_their_values_and_defaults(void **state)
{
	static const struct {
		const char *txt, *want;
		unsigned problems;
	} rows[] = {
		{ "v=DMARC1", "- - - u r r n 0", 0 },
		{ "v=DMARC1; p=none", "none - - u r r n 0", 0 },
		{ "v=DMARC1; p=Reject; SP=QUARANTINE; Np=None",
		    "reject quarantine none u r r n 0", 0 },
		{ "v=DMARC1; p = reject ; adkim = S; aspf=s",
		    "reject - - u s s n 0", 0 },
		{ "v=DMARC1;p=reject;t=y;psd=n", "reject - - n r r y 0", 0 },
		{ "v=DMARC1;p=reject;t=Y;psd=Y", "reject - - y r r y 0", 0 },
		{ "v=DMARC1; p=rejct", "invalid - - u r r n 0",
		    DMARC_BAD_POLICY },
		{ "v=DMARC1; p=", "invalid - - u r r n 0", DMARC_BAD_POLICY },
		{ "v=DMARC1; p=reject; sp=no",
		    "reject invalid - u r r n 0", DMARC_BAD_POLICY },
		{ "v=DMARC1; p=reject; adkim=strict; aspf=x; t=1; psd=maybe",
		    "reject - - u r r n 0", DMARC_BAD_VALUE },
		{ "v=DMARC1; p=none; pct=20; rf=afrf; ri=86400",
		    "none - - u r r n 0", DMARC_HISTORIC },
		{ "v=DMARC1; p=none; xyz=1", "none - - u r r n 0",
		    DMARC_UNKNOWN_TAG },
		{ "v=DMARC1; garbage; p=reject", "reject - - u r r n 0",
		    DMARC_SYNTAX },
		{ "v=DMARC1;; p=reject", "reject - - u r r n 0",
		    DMARC_SYNTAX },
		{ "v=DMARC1; p=none; p=reject", "none - - u r r n 0",
		    DMARC_SYNTAX },
		{ "v=DMARC1; p=none; P=reject", "none - - u r r n 0",
		    DMARC_DUPLICATE },
		{ "v=DMARC1; p=none; fo=1:d:s; ruf=mailto:a@example.org",
		    "none - - u r r n 1:d:s", 0 },
		{ "v=DMARC1; p=none; fo=D; ruf=mailto:a@example.org",
		    "none - - u r r n D", 0 },
		{ "v=DMARC1; p=none; fo=0:1; ruf=mailto:a@example.org",
		    "none - - u r r n 0", DMARC_BAD_VALUE },
		{ "v=DMARC1; p=none; fo=d:d; ruf=mailto:a@example.org",
		    "none - - u r r n 0", DMARC_BAD_VALUE },
		{ "v=DMARC1; p=none; fo=1:; ruf=mailto:a@example.org",
		    "none - - u r r n 0", DMARC_BAD_VALUE },
		{ "v=DMARC1; p=none; fo=1", "none - - u r r n 0",
		    DMARC_FO_ALONE },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dmarc_record r;
		struct buf got = BUF(1024);

		assert_true(dmarc_record_parse(span_str(rows[i].txt), &r));
		describe(&got, &r);
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)) ||
		    r.problems != rows[i].problems)
			fail_msg("row \"%s\": %.*s, problems %x", rows[i].txt,
			    (int)got.n, got.p, r.problems);
		buf_free(&got);
	}
}

static void
report_uris_are_checked_and_sizes_ignored(void **state)
{
	static const struct {
		const char *uri;
		bool valid, mailto;
		const char *text, *host;
		unsigned problems;
	} rows[] = {
		{ "mailto:a@example.org", true, true,
		    "mailto:a@example.org", "example.org", 0 },
		{ "MAILTO:A+b@Example.ORG", true, true,
		    "MAILTO:A+b@Example.ORG", "Example.ORG", 0 },
		{ "mailto:a@example.org!10m", true, true,
		    "mailto:a@example.org", "example.org", DMARC_SIZE },
		{ "mailto:a@example.org!50", true, true,
		    "mailto:a@example.org", "example.org", DMARC_SIZE },
		{ "mailto:a@example.org!10x", false, false,
		    "mailto:a@example.org!10x", "", DMARC_BAD_URI },
		{ "mailto:a!b@example.org", false, false,
		    "mailto:a!b@example.org", "", DMARC_BAD_URI },
		{ "mailto:a%21b@example.org", true, true,
		    "mailto:a%21b@example.org", "example.org", 0 },
		{ "mailto:a%2b@example.org?subject=x", true, true,
		    "mailto:a%2b@example.org?subject=x", "example.org", 0 },
		{ "mailto:a%2@example.org", false, false,
		    "mailto:a%2@example.org", "", DMARC_BAD_URI },
		{ "a@example.org", false, false, "a@example.org", "",
		    DMARC_BAD_URI },
		{ "mailto:example.org", false, true, "mailto:example.org",
		    "", DMARC_BAD_URI },
		{ "mailto:@example.org", false, true, "mailto:@example.org",
		    "", DMARC_BAD_URI },
		{ "mailto:a@", false, true, "mailto:a@", "", DMARC_BAD_URI },
		{ "mailto:a@ex ample.org", false, false,
		    "mailto:a@ex ample.org", "", DMARC_BAD_URI },
		{ "mailto:a@b..example", false, true, "mailto:a@b..example",
		    "", DMARC_BAD_URI },
		{ "https://u@rep.example:8443/x?y", true, false,
		    "https://u@rep.example:8443/x?y", "rep.example", 0 },
		{ "ftp:", false, false, "ftp:", "", DMARC_BAD_URI },
		{ "1a:b", false, false, "1a:b", "", DMARC_BAD_URI },
		{ "", false, false, "", "", DMARC_BAD_URI },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dmarc_record r;
		struct buf txt = BUF(1024);

		buf_printf(&txt, "v=DMARC1; p=none; rua=%s", rows[i].uri);
		assert_true(dmarc_record_parse(buf_get0(&txt), &r));
		if (r.rua.n != 1 || r.rua.v[0].valid != rows[i].valid ||
		    r.rua.v[0].mailto != rows[i].mailto ||
		    !span_eq(r.rua.v[0].text, span_str(rows[i].text)) ||
		    !span_eq(r.rua.v[0].host, span_str(rows[i].host)) ||
		    r.problems != rows[i].problems ||
		    dmarc_has_rua(&r) != rows[i].valid)
			fail_msg("row \"%s\"", rows[i].uri);
		buf_free(&txt);
	}
}

static void
uri_lists_keep_their_order_up_to_a_maximum(void **state)
{
	struct dmarc_record r;
	struct buf txt = BUF(4096);

	(void)state;
	assert_true(dmarc_record_parse(SPAN("v=DMARC1; p=none; ruf=mailto:"
	    "a@example.org , bad,mailto:b@example.net!1g"), &r));
	assert_int_equal(r.ruf.n, 3);
	assert_true(r.ruf.v[0].valid && !r.ruf.v[1].valid &&
	    r.ruf.v[2].valid);
	assert_true(span_eq(r.ruf.v[2].text, SPAN("mailto:b@example.net")));
	buf_str(&txt, "v=DMARC1; rua=mailto:a@b.c");
	for (int i = 0; i < 100; i++)
		buf_str(&txt, ",mailto:a@b.c");
	assert_true(dmarc_record_parse(buf_get0(&txt), &r));
	assert_int_equal(r.rua.n, DMARC_URIS_MAX);
	buf_free(&txt);
}

/* RFC 9989 section 4.10.1, the paragraph on what is not valid. */
static void
invalid_policies_are_none_with_rua_and_unusable_without(void **state)
{
	static const struct {
		const char *txt;
		bool usable;
		enum dmarc_policy own, sub, np;
	} rows[] = {
		{ "v=DMARC1; p=reject", true, DMARC_REJECT, DMARC_REJECT,
		    DMARC_REJECT },
		{ "v=DMARC1; p=reject; sp=none", true, DMARC_REJECT,
		    DMARC_NONE, DMARC_NONE },
		{ "v=DMARC1; p=none; sp=quarantine; np=reject", true,
		    DMARC_NONE, DMARC_QUARANTINE, DMARC_REJECT },
		{ "v=DMARC1; p=quarantine; np=reject", true,
		    DMARC_QUARANTINE, DMARC_QUARANTINE, DMARC_REJECT },
		{ "v=DMARC1; rua=mailto:a@b.example", true, DMARC_NONE,
		    DMARC_NONE, DMARC_NONE },
		{ "v=DMARC1; p=rejcet; sp=reject; rua=mailto:a@b.example",
		    true, DMARC_NONE, DMARC_NONE, DMARC_NONE },
		{ "v=DMARC1; p=reject; np=bad; rua=mailto:a@b.example", true,
		    DMARC_NONE, DMARC_NONE, DMARC_NONE },
		{ "v=DMARC1; p=reject; sp=bad; rua=a@b.example", false,
		    DMARC_NONE, DMARC_NONE, DMARC_NONE },
		/* section 4.7: as if it included p=none */
		{ "v=DMARC1", true, DMARC_NONE, DMARC_NONE, DMARC_NONE },
		{ "v=DMARC1; sp=reject", true, DMARC_NONE, DMARC_REJECT,
		    DMARC_REJECT },
		{ "v=DMARC1; sp=quarantine; np=reject; "
		    "rua=mailto:a@b.example", true, DMARC_NONE,
		    DMARC_QUARANTINE, DMARC_REJECT },
		{ "v=DMARC1; np=bad", false, DMARC_NONE, DMARC_NONE,
		    DMARC_NONE },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dmarc_record r;

		assert_true(dmarc_record_parse(span_str(rows[i].txt), &r));
		if (dmarc_record_usable(&r) != rows[i].usable ||
		    dmarc_policy_own(&r) != rows[i].own ||
		    dmarc_policy_sub(&r, true) != rows[i].sub ||
		    dmarc_policy_sub(&r, false) != rows[i].np)
			fail_msg("row \"%s\"", rows[i].txt);
	}
}

static void
t_lowers_a_policy_one_level(void **state)
{
	struct dmarc_record r;

	(void)state;
	assert_true(dmarc_record_parse(SPAN("v=DMARC1; p=reject; t=y"), &r));
	assert_int_equal(dmarc_policy_tested(&r, DMARC_REJECT),
	    DMARC_QUARANTINE);
	assert_int_equal(dmarc_policy_tested(&r, DMARC_QUARANTINE),
	    DMARC_NONE);
	assert_int_equal(dmarc_policy_tested(&r, DMARC_NONE), DMARC_NONE);
	assert_true(dmarc_record_parse(SPAN("v=DMARC1; p=reject; t=n"), &r));
	assert_int_equal(dmarc_policy_tested(&r, DMARC_REJECT), DMARC_REJECT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v_is_first_and_its_value_has_case),
		cmocka_unit_test(tags_have_their_values_and_defaults),
		cmocka_unit_test(report_uris_are_checked_and_sizes_ignored),
		cmocka_unit_test(uri_lists_keep_their_order_up_to_a_maximum),
		cmocka_unit_test(
		    invalid_policies_are_none_with_rua_and_unusable_without),
		cmocka_unit_test(t_lowers_a_policy_one_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
