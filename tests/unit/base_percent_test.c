/* "%XX": RFC 3986 section 2.1. */
#include "unit.h"

#include "base/percent.h"

static const struct { const char *in, *want; } rows[] = {
	{ "a%2bb%2Bc", "a+b+c" },
	{ "%41%5a", "AZ" },
	{ "%c3%A4", "\xc3\xa4" },
	{ "%25%32%35", "%25" },
	{ "%2525", "%25" },
	{ "%%41", "%A" },
	{ "100%", "100%" },
	{ "%4", "%4" },
	{ "%4g%g4", "%4g%g4" },
	{ "", "" },
};

static void
digits_become_octets(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf got = BUF(100);

		percent_undo(&got, span_str(rows[i].in));
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].in, (int)got.n,
			    (const char *)got.p);
		buf_free(&got);
	}
}

static void
one_of_them_may_be_nul(void **state)
{
	struct buf got = BUF(10);

	(void)state;
	percent_undo(&got, SPAN("a%00b"));
	assert_true(span_eq(buf_get0(&got), SPAN("a\0b")));
	buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_become_octets),
		cmocka_unit_test(one_of_them_may_be_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
