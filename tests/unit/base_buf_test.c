/* A buffer holds what its ceiling allows, to the last octet, or says so. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cur.h"

static void
full_to_the_last_octet(void **state)
{
	struct buf b = BUF(4);

	(void)state;
	buf_printf(&b, "%04d", 7);
	assert_false(b.over);
	assert_true(span_eq(buf_get0(&b), SPAN("0007")));
	buf_byte(&b, 'x');
	assert_true(b.over);
	assert_int_equal(b.n, 4);
	buf_reset(&b);
	buf_hex(&b, SPAN("\x0a\xff"));
	assert_false(b.over);
	assert_true(span_eq(buf_get0(&b), SPAN("0aff")));
	buf_reset(&b);
	buf_printf(&b, "%05d", 7);
	assert_true(b.over);
	assert_int_equal(b.n, 0);
	buf_free(&b);
}

static void
integers_and_counted_octets_come_back(void **state)
{
	struct buf b = BUF(100);
	struct cur c;

	(void)state;
	buf_u64(&b, 0x0123456789abcdef);
	buf_counted(&b, SPAN("octets"));
	buf_counted(&b, SPAN(""));
	c = cur_of(buf_get0(&b));
	assert_true(cur_u64(&c) == 0x0123456789abcdef);
	assert_true(span_eq(cur_counted(&c), SPAN("octets")));
	assert_int_equal(cur_counted(&c).n, 0);
	assert_true(cur_done(&c));
	c = cur_of(span_first(buf_get0(&b), 13));
	cur_u64(&c);
	assert_int_equal(cur_counted(&c).n, 0);
	assert_true(c.bad);
	buf_free(&b);
}

static void
taken_as_a_string(void **state)
{
	struct buf b = BUF(3);
	char *s = NULL;

	(void)state;
	buf_str(&b, "abc");
	s = buf_take_str(&b);
	assert_string_equal(s, "abc");
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_to_the_last_octet),
		cmocka_unit_test(integers_and_counted_octets_come_back),
		cmocka_unit_test(taken_as_a_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
