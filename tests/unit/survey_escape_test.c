/* What a hostile record may not do to each kind of page. */
#include "unit.h"

#include "survey/escape.h"

enum { HTML, MARKDOWN, CSV, PROMETHEUS, FORMS };

static void (*const escapers[FORMS])(struct buf *, struct span) = {
	escape_html, escape_markdown, escape_csv, escape_prometheus,
};

static const struct {
	const char *name, *in, *out[FORMS];
} rows[] = {
	{ "nothing", "", { "", "", "\"\"", "" } },
	{ "a domain", "a-b.example", { "a-b.example", "a-b.example",
	    "\"a-b.example\"", "a-b.example" } },
	{ "a tag", "<script>alert(1)</script>", {
	    "&lt;script&gt;alert(1)&lt;/script&gt;",
	    "\\<script\\>alert\\(1\\)\\</script\\>",
	    "\"<script>alert(1)</script>\"", "<script>alert(1)</script>" } },
	{ "the end of an attribute", "\" onload='x' &quot;", {
	    "&quot; onload=&#39;x&#39; &amp;quot;",
	    "\\\" onload='x' \\&quot;", "\"\"\" onload='x' &quot;\"",
	    "\\\" onload='x' &quot;" } },
	{ "the end of a cell", "a | b\n\n# c", { "a | b  # c",
	    "a \\| b  \\# c", "\"a | b  # c\"", "a | b  # c" } },
	{ "a link", "[x](javascript:y) https://z <w@v>", {
	    "[x](javascript:y) https://z &lt;w@v&gt;",
	    "\\[x\\]\\(javascript\\:y\\) https\\://z \\<w\\@v\\>",
	    "\"[x](javascript:y) https://z <w@v>\"",
	    "[x](javascript:y) https://z <w@v>" } },
	{ "a link that nobody wrote", "WWW.x.example", { "WWW.x.example",
	    "WWW\\.x.example", "\"WWW.x.example\"", "WWW.x.example" } },
	{ "emphasis", "*a* _b_ `c` ~d~ !e", { "*a* _b_ `c` ~d~ !e",
	    "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~ \\!e", "\"*a* _b_ `c` ~d~ !e\"",
	    "*a* _b_ `c` ~d~ !e" } },
	{ "an escape's end", "a\\", { "a\\", "a\\\\", "\"a\\\"", "a\\\\" } },
	{ "another label", "a\",b=\"c\"} 1\nd 2", {
	    "a&quot;,b=&quot;c&quot;} 1 d 2", "a\\\",b=\\\"c\\\"\\} 1 d 2",
	    "\"a\"\",b=\"\"c\"\"} 1 d 2\"", "a\\\",b=\\\"c\\\"} 1 d 2" } },
	{ "a formula", "=1+1", { "=1+1", "=1\\+1", "\"'=1+1\"", "=1+1" } },
	{ "with plus", "+1", { "+1", "\\+1", "\"'+1\"", "+1" } },
	{ "with minus", "-1", { "-1", "-1", "\"'-1\"", "-1" } },
	{ "with at", "@SUM(1)", { "@SUM(1)", "\\@SUM\\(1\\)", "\"'@SUM(1)\"",
	    "@SUM(1)" } },
	{ "behind blanks", " \t\r\n=1", { "    =1", "    =1", "\"'    =1\"",
	    "    =1" } },
	{ "full-width", "\xef\xbc\x9d" "1", { "\xef\xbc\x9d" "1",
	    "\xef\xbc\x9d" "1", "\"'\xef\xbc\x9d" "1\"",
	    "\xef\xbc\x9d" "1" } },
	{ "a formula further on", "a=1", { "a=1", "a=1", "\"a=1\"", "a=1" } },
	{ "controls", "\x1b[2J\x7f\xc2\x9b", { "?[2J??", "?\\[2J??",
	    "\"?[2J??\"", "?[2J??" } },
	{ "from right to left", "a\xe2\x80\xae" "b", { "a?b", "a?b",
	    "\"a?b\"", "a?b" } },
	{ "no UTF-8", "a\xff" "b", { "a\xef\xbf\xbd" "b", "a\xef\xbf\xbd" "b",
	    "\"a\xef\xbf\xbd" "b\"", "a\xef\xbf\xbd" "b" } },
};

static void
escapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		for (int f = 0; f < FORMS; f++) {
			struct buf out = BUF(4096);

			escapers[f](&out, span_str(rows[i].in));
			if (!span_eq(buf_get0(&out),
			    span_str(rows[i].out[f])))
				fail_msg("%s, form %d: %.*s", rows[i].name, f,
				    (int)out.n, (const char *)out.p);
			buf_free(&out);
		}
}

/* Whatever the octets: nothing that the form gives a meaning is left bare. */
static void
every_octet(void **state)
{
	(void)state;
	for (int c = 1; c < 256; c++) {
		char text[] = { 'a', (char)c, 'b', '\0' };
		struct buf html = BUF(64), csv = BUF(64), label = BUF(64);

		escape_html(&html, span_str(text));
		assert_int_equal(span_chr(buf_get0(&html), '<'), html.n);
		assert_int_equal(span_chr(buf_get0(&html), '"'), html.n);
		assert_int_equal(span_chr(buf_get0(&html), '\''), html.n);
		escape_csv(&csv, span_str(text));
		assert_int_equal(span_chr(buf_get0(&csv), '\n'), csv.n);
		escape_prometheus(&label, span_str(text));
		assert_int_equal(span_chr(buf_get0(&label), '\n'), label.n);
		buf_free(&html);
		buf_free(&csv);
		buf_free(&label);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes),
		cmocka_unit_test(every_octet),
	};

	return cmocka_run_group_tests_name("survey_escape", tests, NULL, NULL);
}
