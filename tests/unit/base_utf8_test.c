/* RFC 3629: the same verdict whole and cut at every place. */
#include "unit.h"

#include <string.h>

#include "base/utf8.h"

static const struct {
	const char *name;
	struct span in;
	bool valid;
} rows[] = {
	{ "empty", { NULL, 0 }, true },
#define ROW(name, s, valid) \
	{ name, { (const unsigned char *)s, sizeof(s) - 1 }, valid }
	ROW("ASCII", "plain text of more than eight octets", true),
	ROW("two octets", "gr\xc3\xbc\xc3\x9f" "e", true),
	ROW("three octets", "\xe2\x82\xac", true),
	ROW("four octets", "12345678\xf0\x9f\x98\x80" "12345678", true),
	ROW("the last code point", "\xf4\x8f\xbf\xbf", true),
	ROW("past it", "\xf4\x90\x80\x80", false),
	ROW("overlong", "\xc0\xaf", false),
	ROW("overlong, three octets", "\xe0\x80\xaf", false),
	ROW("a surrogate", "\xed\xa0\x80", false),
	ROW("a continuation alone", "a\x80", false),
	ROW("cut short", "12345678\xe2\x82", false),
	ROW("a start inside", "\xe2\xc3\xbc", false),
	ROW("Latin-1", "gr\xfc\xdf" "e", false),
	ROW("NUL is a character", "a\0b", true),
};

static void
streams(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		for (size_t cut = 0; cut <= rows[i].in.n; cut++) {
			struct utf8_stream u = { .n = 0 };

			utf8_stream_add(&u, span_first(rows[i].in, cut));
			utf8_stream_add(&u, span_from(rows[i].in, cut));
			if (utf8_stream_end(&u) != rows[i].valid ||
			    utf8_valid(rows[i].in) != rows[i].valid)
				fail_msg("%s, cut at %zu", rows[i].name, cut);
		}
}

static void
clean(void **state)
{
	struct buf out = BUF(256);

	(void)state;
	utf8_clean(&out, SPAN("a\x01\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd"
	    "\xe2\x80\xae\xff\t\xf0\x9f\xbf\xbe"));
	assert_true(span_eq(buf_get0(&out), SPAN("a???\xef\xbf\xbd?"
	    "\xef\xbf\xbd \xf0\x9f\xbf\xbe")));
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams), cmocka_unit_test(clean),
	};

	return cmocka_run_group_tests_name("base_utf8", tests, NULL, NULL);
}
