/* Header sections as fields: RFC 5322 sections 2.2 and 4.5. */
#include "unit.h"

#include "mail/header.h"

static void
the_envelope_line_of_an_mbox_is_no_field(void **state)
{
	static const struct {
		const char *raw;
		size_t fields, from;
	} rows[] = {
		{ "From a@x Sun Mar  1 12:00:00 2026\nTo: b\n", 1, 0 },
		{ "From a@x Sun Mar  1\nFrom: c@x\n", 1, 1 },
		{ "From : c@x\nFrom: d@x\n", 2, 2 },
		{ "From \t: c@x\n", 1, 1 },
		{ "To: b\nFrom a@x Sun Mar  1\n", 2, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct header h = { 0 };

		assert_int_equal(header_split(span_str(rows[i].raw), 9, &h),
		    HEADER_OK);
		if (h.n != rows[i].fields ||
		    header_count(&h, SPAN("From")) != rows[i].from)
			fail_msg("row %s: %zu fields", rows[i].raw, h.n);
		header_free(&h);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_envelope_line_of_an_mbox_is_no_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
