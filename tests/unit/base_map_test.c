/* A map against what was put in it, over its growth. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"

enum { MANY = 1000 };

static struct span
key_of(unsigned i, char *text)
{
	snprintf(text, 16, "key %u", i);
	return span_str(text);
}

static void
entries_come_and_go(void **state)
{
	static int values[MANY];
	struct map *m = map_new(1);
	char text[16];

	(void)state;
	for (unsigned i = 0; i < MANY; i++)
		assert_null(map_put(m, key_of(i, text), &values[i]));
	assert_int_equal(map_count(m), MANY);
	assert_ptr_equal(map_put(m, key_of(7, text), &values[8]),
	    &values[7]);
	assert_int_equal(map_count(m), MANY);
	for (unsigned i = 0; i < MANY; i += 2)
		assert_non_null(map_take(m, key_of(i, text)));
	assert_null(map_take(m, key_of(2, text)));
	assert_int_equal(map_count(m), MANY / 2);
	for (unsigned i = 0; i < MANY; i++)
		if ((map_get0(m, key_of(i, text)) != NULL) != (i % 2 == 1))
			fail_msg("key %u", i);
	map_clear(m, NULL);
	assert_int_equal(map_count(m), 0);
	assert_null(map_get0(m, key_of(1, text)));
	map_free(m, NULL);
}

static void
keys_are_octets(void **state)
{
	struct map *m = map_new(2);
	int a = 0, b = 0, c = 0;

	(void)state;
	map_put(m, SPAN(""), &a);
	map_put(m, SPAN("\0"), &b);
	map_put(m, SPAN("\0\0\0\0\0\0\0\0"), &c);
	assert_ptr_equal(map_get0(m, SPAN("")), &a);
	assert_ptr_equal(map_get0(m, SPAN("\0")), &b);
	assert_ptr_equal(map_get0(m, SPAN("\0\0\0\0\0\0\0\0")), &c);
	assert_null(map_get0(m, SPAN("\0\0")));
	map_free(m, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_come_and_go),
		cmocka_unit_test(keys_are_octets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
