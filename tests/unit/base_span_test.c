/* Lists are searched by whole items, white space around them aside. */
#include "unit.h"

#include "base/span.h"

static void
lists_have_whole_items(void **state)
{
	static const struct {
		const char *list, *item;
		bool has, ihas;
	} rows[] = {
		{ "y:s", "s", true, true },
		{ "y:s", "S", false, true },
		{ " y :\r\n\ts ", "s", true, true },
		{ "yes:so", "s", false, false },
		{ "", "s", false, false },
		{ "y::s", "", true, true },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct span list = span_str(rows[i].list);
		struct span item = span_str(rows[i].item);

		if (span_list_has(list, ':', item) != rows[i].has ||
		    span_list_ihas(list, ':', item) != rows[i].ihas)
			fail_msg("\"%s\" in \"%s\"", rows[i].item,
			    rows[i].list);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_have_whole_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
