/* Token buckets. */
#include "unit.h"

#include <stdio.h>

#include "relay/rate.h"

static unsigned
take_all(struct rate *r, const char *key, int64_t ms)
{
	unsigned n = 0;

	while (n < 1000 && rate_take(r, span_str(key), ms))
		n++;
	return n;
}

static void
test_burst_and_refill(void **state)
{
	struct rate *r = rate_new(1, 5, 10);

	(void)state;
	assert_int_equal(take_all(r, "a", 1000), 5);
	assert_int_equal(take_all(r, "a", 2999), 0);
	assert_int_equal(take_all(r, "b", 2999), 5);
	assert_int_equal(take_all(r, "a", 3000), 1);
	/* half of it is kept */
	assert_int_equal(take_all(r, "a", 6000), 1);
	assert_int_equal(take_all(r, "a", 7000), 1);
	assert_int_equal(take_all(r, "a", 1000000), 5);
	/* a clock that stands or goes back gives nothing */
	assert_int_equal(take_all(r, "a", 1000), 0);
	assert_int_equal(rate_wait(r), 2);
	rate_free(r);
}

static void
test_no_limit(void **state)
{
	struct rate *r = rate_new(1, 0, 10);

	(void)state;
	assert_int_equal(take_all(r, "a", 1), 1000);
	assert_int_equal(rate_wait(r), 1);
	rate_free(r);
}

/* Many others do not make anybody wait, nor free who has used his up. */
static void
test_crowd(void **state)
{
	struct rate *r = rate_new(1, 3, 1000);
	unsigned refused = 0, freed = 0;
	char key[32];

	(void)state;
	assert_int_equal(take_all(r, "a", 1), 3);
	for (int i = 0; i < 100000; i++) {
		snprintf(key, sizeof(key), "other %d", i);
		refused += !rate_take(r, span_str(key), 2);
		freed += rate_take(r, SPAN("a"), 2);
	}
	assert_int_equal(refused, 0);
	assert_int_equal(freed, 0);
	rate_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst_and_refill),
		cmocka_unit_test(test_no_limit),
		cmocka_unit_test(test_crowd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
