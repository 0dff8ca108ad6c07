/* Padding as Signal's apps have it. */
#include "unit.h"

#include "ratchet/pad.h"

static void
test_lengths(void **state)
{
	static const struct {
		size_t n, want;
	} rows[] = {
		{ 0, 159 }, { 1, 159 }, { 157, 159 }, { 158, 159 },
		{ 159, 319 }, { 318, 319 }, { 319, 479 },
	};
	unsigned char text[400];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF(1000);

		pad_add(span_of(text, rows[i].n), &b);
		assert_int_equal(b.n, rows[i].want);
		assert_true(span_eq(pad_strip(buf_get0(&b)), span_of(text,
		    rows[i].n)));
		buf_free(&b);
	}
}

/* Only the last mark counts, and what has none is left alone. */
static void
test_strip(void **state)
{
	(void)state;
	assert_true(span_eq(pad_strip(SPAN("a\x80\0\x80\0\0")),
	    SPAN("a\x80\0")));
	assert_true(span_eq(pad_strip(SPAN("abc")), SPAN("abc")));
	assert_true(span_eq(pad_strip(SPAN("ab\0\0")), SPAN("ab\0\0")));
	assert_true(span_eq(pad_strip(SPAN("")), SPAN("")));
	assert_true(span_eq(pad_strip(SPAN("\x80")), SPAN("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_strip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
