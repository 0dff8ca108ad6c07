/* SPF macros, RFC 7208 section 7. */
#include "unit.h"

#include "auth/spf_int.h"

static struct span
validated(void *arg)
{
	int *asked = arg;

	(*asked)++;
	return SPAN("mx.example.org");
}

static struct spf_vars
vars_for(const char *ip, int *asked)
{
	struct spf_vars v = {
		.sender = SPAN("strong-bad@email.example.com"),
		.local = SPAN("strong-bad"),
		.sender_domain = SPAN("email.example.com"),
		.domain = SPAN("email.example.com"),
		.helo = SPAN("mx.[raw helo]"),
		.now = 1700000000, .validated = validated, .arg = asked,
	};

	assert_true(ip_parse(span_str(ip), &v.ip));
	return v;
}

struct row {
	const char *in, *want;
};

static void
check_rows(const struct row *rows, size_t n, const struct spf_vars *vars)
{
	for (size_t i = 0; i < n; i++) {
		struct buf out = BUF(SPF_EXPANDED_MAX);

		if (spf_macro_fault(span_str(rows[i].in),
		    SPF_EXPLAIN_STRING) != NULL)
			fail_msg("row \"%s\" has a fault", rows[i].in);
		spf_expand(&out, span_str(rows[i].in), vars);
		if (!span_eq(buf_get0(&out), span_str(rows[i].want)))
			fail_msg("row \"%s\" gave \"%.*s\"", rows[i].in,
			    (int)out.n, out.p);
		buf_free(&out);
	}
}

/* The examples of section 7.4. */
static void
examples_of_the_standard(void **state)
{
	static const struct row rows[] = {
		{ "%{s}", "strong-bad@email.example.com" },
		{ "%{o}", "email.example.com" },
		{ "%{d}", "email.example.com" },
		{ "%{d4}", "email.example.com" },
		{ "%{d3}", "email.example.com" },
		{ "%{d2}", "example.com" },
		{ "%{d1}", "com" },
		{ "%{dr}", "com.example.email" },
		{ "%{d2r}", "example.email" },
		{ "%{l}", "strong-bad" },
		{ "%{l-}", "strong.bad" },
		{ "%{lr}", "strong-bad" },
		{ "%{lr-}", "bad.strong" },
		{ "%{l1r-}", "strong" },
		{ "%{ir}.%{v}._spf.%{d2}",
		    "3.2.0.192.in-addr._spf.example.com" },
		{ "%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com" },
		{ "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}",
		    "3.2.0.192.in-addr.strong.lp._spf.example.com" },
		{ "%{d2}.trusted-domains.example.net",
		    "example.com.trusted-domains.example.net" },
	};
	static const struct row ip6[] = {
		{ "%{ir}.%{v}._spf.%{d2}", "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0."
		    "0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6._spf.example.com" },
		{ "%{i}", "2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0."
		    "0.0.0.0.0.0.0.0.0.0.0.0.C.B.0.1" },
	};
	int asked = 0;
	struct spf_vars v4 = vars_for("192.0.2.3", &asked);
	struct spf_vars v6 = vars_for("2001:db8::cb01", &asked);

	(void)state;
	check_rows(rows, ROWS(rows), &v4);
	check_rows(ip6, ROWS(ip6), &v6);
	assert_int_equal(asked, 0);
}

static void
every_letter_has_its_value(void **state)
{
	static const struct row rows[] = {
		{ "%{h}", "mx.[raw helo]" },
		{ "%{p}", "mx.example.org" },
		{ "%{p2}", "example.org" },
		{ "%{v}", "in-addr" },
		{ "%{i}", "192.0.2.3" },
		{ "%{c}", "192.0.2.3" },
		{ "%{r}", "unknown" },
		{ "%{t}", "1700000000" },
		{ "%%%_%-", "% %20" },
		{ "a b", "a b" },
		{ "", "" },
	};
	int asked = 0;
	struct spf_vars v = vars_for("192.0.2.3", &asked);

	(void)state;
	check_rows(rows, ROWS(rows), &v);
	assert_int_equal(asked, 2);
	v.receiver = SPAN("mx.example.net");
	check_rows((const struct row[]){ { "%{R}", "mx.example.net" } }, 1, &v);
	assert_true(ip_parse(SPAN("2001:DB8::1"), &v.ip));
	check_rows((const struct row[]){ { "%{c} %{v}", "2001:db8::1 ip6" } },
	    1, &v);
}

static void
transformers_split_reverse_and_keep(void **state)
{
	static const struct row rows[] = {
		{ "%{l}", "a-b+c..d" },
		{ "%{l-}", "a.b+c..d" },
		{ "%{l+-}", "a.b.c..d" },
		{ "%{l1}", "d" },
		{ "%{l2}", ".d" },
		{ "%{l3}", "a-b+c..d" },
		{ "%{l99999999999999999999}", "a-b+c..d" },
		{ "%{lr}", "d..a-b+c" },
		{ "%{l1r}", "a-b+c" },
		{ "%{l2r}", ".a-b+c" },
		{ "%{l2r+-}", "b.a" },
		{ "%{l1r/}", "a-b+c..d" },
	};
	int asked = 0;
	struct spf_vars v = vars_for("192.0.2.3", &asked);

	(void)state;
	v.local = SPAN("a-b+c..d");
	check_rows(rows, ROWS(rows), &v);
	v.local = SPAN("");
	check_rows((const struct row[]){ { "[%{l}%{lr}%{l1}]", "[]" } }, 1, &v);
}

/* Section 7.3: upper case escapes all but the unreserved set. */
static void
capitals_escape_for_urls(void **state)
{
	static const struct row rows[] = {
		{ "%{L}", "~jack%26jill%3Dup-a_b3.c%20%22" },
		{ "%{L1}", "c%20%22" },
		{ "%{LR}", "c%20%22.~jack%26jill%3Dup-a_b3" },
	};
	int asked = 0;
	struct spf_vars v = vars_for("192.0.2.3", &asked);

	(void)state;
	v.local = SPAN("~jack&jill=up-a_b3.c \"");
	check_rows(rows, ROWS(rows), &v);
}

/* Section 7.3: left labels go until 253 octets are left. */
static void
long_names_lose_left_labels(void **state)
{
	char name[400];
	struct span fit = { NULL, 0 };

	(void)state;
	memset(name, 'a', sizeof(name));
	for (size_t i = 49; i < sizeof(name); i += 50)
		name[i] = '.';
	fit = spf_fit_name(span_of(name, 253));
	assert_int_equal(fit.n, 253);
	fit = spf_fit_name(span_of(name, 254));
	assert_int_equal(fit.n, 204);
	fit = spf_fit_name(span_of(name, 400));
	assert_int_equal(fit.n, 249);
	fit = spf_fit_name(SPAN("example.org."));
	assert_int_equal(fit.n, 11);
	fit = spf_fit_name(SPAN(""));
	assert_int_equal(fit.n, 0);
	memset(name, 'a', sizeof(name));
	fit = spf_fit_name(span_of(name, 300));
	assert_int_equal(fit.n, 300);
}

static void
a_ceiling_is_told_not_passed(void **state)
{
	int asked = 0;
	struct spf_vars v = vars_for("192.0.2.3", &asked);
	struct buf out = BUF(20);

	(void)state;
	spf_expand(&out, SPAN("%{d}%{d}%{p}"), &v);
	assert_true(out.over);
	assert_true(out.n <= 20);
	/* and what comes behind it is not worked for */
	assert_int_equal(asked, 0);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_of_the_standard),
		cmocka_unit_test(every_letter_has_its_value),
		cmocka_unit_test(transformers_split_reverse_and_keep),
		cmocka_unit_test(capitals_escape_for_urls),
		cmocka_unit_test(long_names_lose_left_labels),
		cmocka_unit_test(a_ceiling_is_told_not_passed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
