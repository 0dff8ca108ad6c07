/* Exit statuses: which counts, and what an errno comes to. */
#include "unit.h"

#include <errno.h>

#include "sys/exit.h"

static void
inputs_fail_in_three_ways(void **state)
{
	static const struct {
		int error, want;
	} rows[] = {
		{ ENOENT, 66 }, { ENOTDIR, 66 }, { EACCES, 77 },
		{ EPERM, 77 }, { EISDIR, 74 }, { EIO, 74 }, { EMFILE, 74 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(exit_of_input(rows[i].error), rows[i].want);
}

static void
the_worse_counts(void **state)
{
	static const int order[] = { 70, 73, 74, 77, 65, 66, 1, 75, 0 };

	(void)state;
	for (size_t i = 0; i < ROWS(order); i++)
		for (size_t k = 0; k < ROWS(order); k++)
			assert_int_equal(exit_worse(order[i], order[k]),
			    order[i < k ? i : k]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inputs_fail_in_three_ways),
		cmocka_unit_test(the_worse_counts),
	};

	return cmocka_run_group_tests_name("sys_exit", tests, NULL, NULL);
}
