/* The cursor's first error sticks, and nothing may be left over. */
#include "unit.h"

#include "base/ascii.h"
#include "base/cur.h"

static void
first_error_sticks(void **state)
{
	struct cur c = cur_of(SPAN("ab"));

	(void)state;
	assert_int_equal(cur_u8(&c), 'a');
	assert_int_equal(cur_u16(&c), 0);
	assert_true(c.bad);
	assert_int_equal(cur_u8(&c), 0);
	assert_false(cur_done(&c));
	assert_int_equal(cur_left(&c).n, 0);
}

static void
leftovers_are_not_done(void **state)
{
	struct cur c = cur_of(SPAN("ab"));

	(void)state;
	cur_take(&c, 1);
	assert_false(cur_done(&c));
	cur_take(&c, 1);
	assert_true(cur_done(&c));
}

static void
decimals_have_a_maximum(void **state)
{
	static const struct {
		const char *in;
		uint64_t max;
		bool ok;
		uint64_t want;
	} rows[] = {
		{ "0", 0, true, 0 },
		{ "17", 17, true, 17 },
		{ "18", 17, false, 0 },
		{ "", 17, false, 0 },
		{ "-1", 17, false, 0 },
		{ "1 ", 17, false, 0 },
		{ "9999999999999999999", UINT64_MAX, true,
		    9999999999999999999u },
		{ "10000000000000000000", UINT64_MAX, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		uint64_t v = 0;
		bool ok = span_dec(span_str(rows[i].in), rows[i].max, &v);

		if (ok != rows[i].ok || v != rows[i].want)
			fail_msg("row \"%s\"", rows[i].in);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_error_sticks),
		cmocka_unit_test(leftovers_are_not_done),
		cmocka_unit_test(decimals_have_a_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
