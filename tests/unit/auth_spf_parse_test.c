/* The grammar of SPF records, RFC 7208 sections 4.5, 4.6.1, 5 and 6. */
#include "unit.h"

#include "auth/spf_int.h"
#include "base/mem.h"

#include <stdlib.h>

/* Section 4.5: exactly "v=spf1", then a space or the end. */
static void
version_is_a_whole_word(void **state)
{
	static const struct {
		const char *in;
		bool want;
	} rows[] = {
		{ "v=spf1", true },
		{ "v=spf1 ", true },
		{ "V=SpF1 -all", true },
		{ "v=spf10 -all", false },
		{ "v=spf1mx", false },
		{ "v=spf1\t-all", false },
		{ " v=spf1 -all", false },
		{ "v=spf", false },
		{ "spf2.0/pra -all", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (spf_is_record(span_str(rows[i].in)) != rows[i].want)
			fail_msg("row \"%s\"", rows[i].in);
}

struct row {
	const char *rule;
	const char *terms;	/* behind "v=spf1 " */
	bool ok;
};

static void
check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *text = xasprintf("v=spf1 %s", rows[i].terms);
		struct spf_record *rec = spf_record_new(span_str(text));
		bool ok = rec->fault.what == NULL;

		if (ok != rows[i].ok)
			fail_msg("%s: \"%s\" %s", rows[i].rule, rows[i].terms,
			    ok ? "was taken" : rec->fault.what);
		if (!ok && rec->fault.clause == NULL)
			fail_msg("%s: no clause", rows[i].terms);
		spf_record_free(rec);
		free(text);
	}
}

static void
terms_are_parted_by_spaces_only(void **state)
{
	static const struct row rows[] = {
		{ "4.5 an empty record", "", true },
		{ "4.5 record ends in spaces", "-all   ", true },
		{ "4.6.1 several spaces", "a   mx  -all", true },
		{ "4.6.1 no tab", "a\tmx", false },
		{ "4.6.1 no CR", "a:example.org\rptr -all", false },
		{ "4.6.1 no LF", "ip4:192.0.2.5\n -all", false },
		{ "3.1 no octet above 127", "a:\xc3\xa9.example.org", false },
		{ "3.1 not in front of a term", "\x80" "a -all", false },
		{ "3.1 not in a modifier", "x=\x96", false },
		{ "3.1 no DEL", "x=\x7f", false },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
mechanisms_keep_their_grammar(void **state)
{
	static const struct row rows[] = {
		{ "5.1 all", "-all", true },
		{ "5.1 names without case", "-ALL", true },
		{ "5.1 all has no domain", "-all:example.org", false },
		{ "5.1 all has no cidr", "-all/8", false },
		{ "5.1 all has no dot", "-all.", false },
		{ "4.6.1 two qualifiers", "--all", false },
		{ "4.6.1 a qualifier alone", "-", false },
		{ "4.6.1 unknown mechanism", "foo:example.org", false },
		{ "4.6.1 half a name", "al", false },
		{ "5.2 include needs a domain", "include", false },
		{ "5.2 include: is empty", "include:", false },
		{ "5.2 include takes no cidr", "include:a.org/24", false },
		{ "5.2 include", "include:_spf.example.org", true },
		{ "5.3 a", "a", true },
		{ "5.3 a: is empty", "a:", false },
		{ "5.3 a/24", "a/24", true },
		{ "5.3 a//64", "a//64", true },
		{ "5.3 a/24//64", "a/24//64", true },
		{ "5.3 a/24/64", "a/24/64", false },
		{ "5.3 a//64/24", "a//64/24", false },
		{ "5.3 a///64", "a///64", false },
		{ "5.3 a/", "a/", false },
		{ "5.3 a/33", "a/33", false },
		{ "5.3 a//129", "a//129", false },
		{ "5.6 /0 is legal", "a/0", true },
		{ "5.6 //0 is legal", "a//0", true },
		{ "5.6 leading zeros are not", "a/08", false },
		{ "5.6 nor is 00", "a/00", false },
		{ "5.3 both on a domain", "a:example.org/24//64", true },
		{ "5.3 port", "a:example.org:8080", false },
		{ "5.3 colon and slash in it", "a:x:y/z.example.org", true },
		{ "5.4 mx", "mx", true },
		{ "5.4 mx: is empty", "mx: -all", false },
		{ "5.4 mx", "mx:example.org//48", true },
		{ "5.5 ptr", "ptr", true },
		{ "5.5 ptr: is empty", "ptr:", false },
		{ "5.5 ptr takes no cidr", "ptr/0", false },
		{ "5.5 ptr", "ptr:example.org", true },
		{ "5.7 exists needs a domain", "exists", false },
		{ "5.7 exists takes no cidr", "exists:a.example.org/8", false },
		{ "5.7 exists", "exists:%{ir}.example.org", true },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
networks_keep_their_family(void **state)
{
	static const struct row rows[] = {
		{ "5.6 ip4", "ip4:192.0.2.1", true },
		{ "5.6 ip4 net", "ip4:192.0.2.0/24", true },
		{ "5.6 ip4 /0", "ip4:0.0.0.0/0", true },
		{ "5.6 ip4 /32", "ip4:192.0.2.1/32", true },
		{ "5.6 ip4 /33", "ip4:192.0.2.1/33", false },
		{ "5.6 ip4 zeros", "ip4:192.0.2.1/032", false },
		{ "5.6 ip4 //", "ip4:192.0.2.1//32", false },
		{ "5.6 ip4 bare", "ip4", false },
		{ "5.6 ip4 empty", "ip4:", false },
		{ "5.6 ip4 short", "ip4:192.0.2", false },
		{ "5.6 ip4 port", "ip4:192.0.2.1:25", false },
		{ "5.6 ip4 without colon", "ip4/192.0.2.1", false },
		{ "5.6 ip4 with IPv6", "ip4:2001:db8::1", false },
		{ "5.6 ip6 with IPv4", "ip6:192.0.2.1", false },
		{ "5.6 ip6", "ip6:2001:DB8::", true },
		{ "5.6 ip6 net", "ip6:2001:db8::/33", true },
		{ "5.6 ip6 dotted", "ip6:::192.0.2.1/0", true },
		{ "5.6 ip6 /129", "ip6:::192.0.2.1/129", false },
		{ "5.6 ip6 //", "ip6:2001:db8:://32", false },
		{ "5.6 ip6 bare", "-all ip6", false },
		{ "5.6 ip6 two gaps", "ip6::CAFE::BABE", false },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
modifiers_stand_once_and_are_checked(void **state)
{
	static const struct row rows[] = {
		{ "6.1 redirect", "redirect=_spf.example.org", true },
		{ "6.1 redirect is empty", "?all redirect=", false },
		{ "6.1 redirect=-all", "redirect=-all", false },
		{ "6.1 redirect is no mechanism", "redirect:a.org", false },
		{ "6 redirect twice", "redirect=a.org redirect=a.org", false },
		{ "6.2 exp", "exp=e.example.org -all", true },
		{ "6.2 exp is empty", "exp= -all", false },
		{ "6.2 exp=-all", "exp=-all", false },
		{ "6 exp twice", "exp=a.org -all exp=a.org", false },
		{ "6 names without case", "EXP=a.org exp=a.org", false },
		{ "6 unknown is ignored", "default=pass foo=bar", true },
		{ "6 unknown may be empty", "foo=", true },
		{ "6 unknown twice", "foo=a foo=b", true },
		{ "6 unknown is checked", "-all foo=%abc", false },
		{ "6 unknown with a macro", "foo=%{d}/x", true },
		{ "4.6.1 characters of a name", "moo.cow-f_9=a:b/c", true },
		{ "4.6.1 = behind a slash", "moo/cow=a:b", false },
		{ "4.6.1 = behind a colon", "moo:cow=a", false },
		{ "4.6.1 name starts with a digit", "1up=foo", false },
		{ "4.6.1 no name", "=all", false },
		{ "4.6.1 a modifier has no qualifier", "-x=y", false },
		{ "4.6.1 a mechanism's name", "a=b all=c", true },
		{ "4.6.1 exists with =", "exists:%{l}=x.a.org", true },
		{ "7.1 c, r, t are for explanations", "exp=%{r}.a.org", false },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
domain_specs_end_in_a_top_level_label(void **state)
{
	static const struct row rows[] = {
		{ "7.1 macro at the end", "a:%{d}", true },
		{ "7.1 label behind a macro", "a:%{d}.org", true },
		{ "7.1 no dot behind a macro", "a:%{d}org", false },
		{ "7.1 a final dot", "a:example.org.", true },
		{ "7.1 two final dots", "a:example.org..", false },
		{ "7.1 one label", "a:museum", false },
		{ "7.1 one label and a dot", "a:museum.", false },
		{ "7.1 digits only", "a:abc.123", false },
		{ "7.1 an address", "a:192.0.2.1", false },
		{ "7.1 digits and a hyphen", "a:abc.1-2", true },
		{ "7.1 hyphen first", "a:example.-com", false },
		{ "7.1 hyphen last", "a:example.com-", false },
		{ "7.1 underscore", "a:example.c_m", false },
		{ "7.1 A-label", "a:example.xn--zckzah", true },
		{ "7.1 empty label inside", "a:a..example.org", true },
		{ "7.1 ends in %%", "a:example.org%%", true },
		{ "7.1 lone percent", "a:foo%.example.org", false },
		{ "7.1 unknown letter", "a:%{a}.example.org", false },
		{ "7.1 letter not in braces", "a:%d.example.org", false },
		{ "7.1 round brackets", "exists:%(ir).example.org", false },
		{ "7.1 macro without its end", "a:%{d", false },
		{ "7.1 empty macro", "a:%{}.org", false },
		{ "7.1 transformers", "a:%{d2r-.+,/_=}", true },
		{ "7.1 r before digits", "a:%{dr2}", false },
		{ "7.1 unknown delimiter", "a:%{d2r:}", false },
		{ "7.3 zero parts", "a:%{d0}", false },
		{ "7.3 leading zero", "a:%{d02}", true },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

/* What was read is what is evaluated. */
static void
a_record_is_read_whole(void **state)
{
	struct spf_record *rec = spf_record_new(SPAN("v=spf1 ~A:x.org/24//64 "
	    "?ip4:192.0.2.0/25 -all mx exp=e.org redirect=%{d}.org"));

	(void)state;
	assert_null(rec->fault.what);
	assert_int_equal(rec->terms.n, 4);
	assert_int_equal(rec->terms.v[0].mech, SPF_A);
	assert_int_equal(rec->terms.v[0].result, SPF_SOFTFAIL);
	assert_int_equal(rec->terms.v[0].bits4, 24);
	assert_int_equal(rec->terms.v[0].bits6, 64);
	assert_true(span_eq(rec->terms.v[0].domain, SPAN("x.org")));
	assert_int_equal(rec->terms.v[1].result, SPF_NEUTRAL);
	assert_int_equal(rec->terms.v[1].bits4, 25);
	assert_int_equal(rec->terms.v[2].result, SPF_FAIL);
	assert_int_equal(rec->terms.v[3].result, SPF_PASS);
	assert_int_equal(rec->terms.v[3].bits4, 32);
	assert_int_equal(rec->all, 2);
	assert_true(span_eq(rec->exp, SPAN("e.org")));
	assert_true(span_eq(rec->redirect, SPAN("%{d}.org")));
	spf_record_free(rec);
}

/* A NUL is an octet like any other: it breaks the grammar, and ends nothing. */
static void
a_nul_is_no_end(void **state)
{
	struct spf_record *rec = spf_record_new(SPAN("v=spf1 a:x.org\0 +all"));

	(void)state;
	assert_non_null(rec->fault.what);
	spf_record_free(rec);
}

static void
the_first_fault_is_told(void **state)
{
	struct spf_record *rec = spf_record_new(SPAN("v=spf1 a foo bar:x"));

	(void)state;
	assert_true(span_eq(rec->fault.at, SPAN("foo")));
	assert_string_equal(rec->fault.clause, "RFC 7208 section 4.6.1");
	spf_record_free(rec);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_is_a_whole_word),
		cmocka_unit_test(terms_are_parted_by_spaces_only),
		cmocka_unit_test(mechanisms_keep_their_grammar),
		cmocka_unit_test(networks_keep_their_family),
		cmocka_unit_test(modifiers_stand_once_and_are_checked),
		cmocka_unit_test(domain_specs_end_in_a_top_level_label),
		cmocka_unit_test(a_record_is_read_whole),
		cmocka_unit_test(a_nul_is_no_end),
		cmocka_unit_test(the_first_fault_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
