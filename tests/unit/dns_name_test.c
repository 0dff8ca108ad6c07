/* Names between text and wire: lengths, case, escapes (RFC 1035). */
#include "unit.h"

#include "dns/name.h"

#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define N255 A63 "." A63 "." A63 "." \
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void
text_becomes_wire(void **state)
{
	static const struct {
		const char *text;
		bool escaped, ok;
		size_t n;
		const char *wire;
	} rows[] = {
		{ "", false, true, 1, "" },
		{ ".", false, true, 1, "" },
		{ "A.Example", false, true, 11, "\1a\7example" },
		{ "a.example.", false, true, 11, "\1a\7example" },
		{ "a..example", false, false, 0, "" },
		{ ".example", false, false, 0, "" },
		{ "..", false, false, 0, "" },
		{ "a..", false, false, 0, "" },
		{ A63, false, true, 65, "\77" A63 },
		{ "a" A63, false, false, 0, "" },
		{ N255, false, true, 255, NULL },
		{ N255 "b", false, false, 0, "" },
		{ "a\\.b", false, true, 6, "\2a\\\1b" },
		{ "a b", false, true, 5, "\3a b" },
		{ ".", true, true, 1, "" },
		{ "", true, true, 1, "" },
		{ "a\\.b", true, true, 5, "\3a.b" },
		{ "a\\032b", true, true, 5, "\3a b" },
		{ "\\065", true, true, 3, "\1a" },
		{ "\\256", true, false, 0, "" },
		{ "\\25", true, false, 0, "" },
		{ "a\\", true, false, 0, "" },
		{ "a..b", true, false, 0, "" },
		{ "..", true, false, 0, "" },
		{ "a" A63, true, false, 0, "" },
		{ N255 ".", true, true, 255, NULL },
		{ N255 "b.", true, false, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_name name = { 0 };
		struct span text = span_str(rows[i].text);
		bool ok = rows[i].escaped ?
		    dns_name_parse_escaped(text, &name) :
		    dns_name_parse(text, &name);

		if (ok != rows[i].ok || name.n != rows[i].n || (ok &&
		    rows[i].wire != NULL &&
		    memcmp(name.wire, rows[i].wire, name.n) != 0))
			fail_msg("row \"%s\"", rows[i].text);
	}
}

static void
wire_is_checked(void **state)
{
	static const struct {
		const char *what;
		struct span wire;
		bool ok;
	} rows[] = {
		{ "root", { (const unsigned char *)"", 1 }, true },
		{ "empty", { (const unsigned char *)"", 0 }, false },
		{ "no root", { (const unsigned char *)"\1a", 2 }, false },
		{ "left over", { (const unsigned char *)"\1a\0b", 4 }, false },
		{ "short", { (const unsigned char *)"\3a", 3 }, false },
		{ "pointer", { (const unsigned char *)"\xc0\x0c", 2 }, false },
		{ "fine", { (const unsigned char *)"\1A\0", 3 }, true },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_name name;

		if (dns_name_wire(rows[i].wire, &name) != rows[i].ok)
			fail_msg("row \"%s\"", rows[i].what);
	}
}

static void
text_comes_back(void **state)
{
	struct buf out = BUF(2048);
	struct dns_name name;

	(void)state;
	assert_true(dns_name_parse_escaped(
	    SPAN("a\\.b.\\000\\\\c.\\@d.x\\255"), &name));
	dns_name_text(&out, &name, true);
	buf_byte(&out, '\0');
	assert_string_equal((char *)out.p, "a\\.b.\\000\\\\c.\\@d.x\\255");
	buf_reset(&out);
	assert_true(dns_name_parse(SPAN("."), &name));
	dns_name_text(&out, &name, false);
	assert_true(span_eq(buf_get0(&out), SPAN(".")));
	buf_free(&out);
}

static void
names_nest(void **state)
{
	struct dns_name a, b, c, root;

	(void)state;
	assert_true(dns_name_parse(SPAN("x.a.example"), &a));
	assert_true(dns_name_parse(SPAN("A.EXAMPLE"), &b));
	assert_true(dns_name_parse(SPAN("xa.example"), &c));
	assert_true(dns_name_parse(SPAN("."), &root));
	assert_true(dns_name_is_below(&a, &b));
	assert_true(dns_name_is_below(&b, &b));
	assert_true(dns_name_is_below(&a, &root));
	assert_false(dns_name_is_below(&b, &a));
	assert_false(dns_name_is_below(&c, &b));
	assert_int_equal(dns_name_labels(&a), 3);
	assert_int_equal(dns_name_labels(&root), 0);
	assert_true(dns_name_up(&a));
	assert_true(dns_name_eq(&a, &b));
	assert_false(dns_name_up(&root));
}

static void
text_helpers(void **state)
{
	static const struct {
		const char *text;
		size_t labels;
		const char *parent;
		bool domain;
	} rows[] = {
		{ "example.org", 2, "org", true },
		{ "org", 1, "", true },
		{ "", 0, "", false },
		{ "_dmarc.example.org", 3, "example.org", true },
		{ "a.-b.org", 3, "-b.org", false },
		{ "a.b-.org", 3, "b-.org", false },
		{ "example.org.", 3, "org.", false },
		{ "exa mple.org", 2, "org", false },
		{ "a@b.org", 2, "org", false },
		{ "\303\251.org", 2, "org", false },
		{ A63 ".org", 2, "org", true },
		{ "a" A63 ".org", 2, "org", false },
		{ N255, 4, NULL, true },
		{ N255 "b", 4, NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct span text = span_str(rows[i].text);

		if (dns_text_labels(text) != rows[i].labels ||
		    dns_text_is_domain(text) != rows[i].domain ||
		    (rows[i].parent != NULL &&
		    !span_eq(dns_text_parent(text),
		    span_str(rows[i].parent))))
			fail_msg("row \"%s\"", rows[i].text);
	}
	assert_true(dns_text_is_below(SPAN("A.b.org"), SPAN("B.ORG")));
	assert_true(dns_text_is_below(SPAN("b.org"), SPAN("b.org")));
	assert_false(dns_text_is_below(SPAN("ab.org"), SPAN("b.org")));
	assert_false(dns_text_is_below(SPAN("org"), SPAN("b.org")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_becomes_wire),
		cmocka_unit_test(wire_is_checked),
		cmocka_unit_test(text_comes_back),
		cmocka_unit_test(names_nest),
		cmocka_unit_test(text_helpers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
