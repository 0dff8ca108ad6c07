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
		{ "From a@x\rFrom: d@x\nTo: b\n", 2, 0 },
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

/* However it comes in pieces, the end is where it is at once. */
static void
the_end_does_not_depend_on_the_pieces(void **state)
{
	static const struct {
		const char *in;
		size_t end, blank;	/* blank is 0: no end */
	} rows[] = {
		{ "\nx", 0, 1 }, { "\r\nx", 0, 2 }, { "A: b\n\nx", 5, 1 },
		{ "A: b\r\n\r\nx", 6, 2 }, { "A: b\r\n\nx", 6, 1 },
		{ "A: b\n\rx\n\n", 8, 1 }, { "A: b\n \n\r\n", 7, 2 },
		{ "A\n\r", 0, 0 }, { "A: b", 0, 0 }, { "A\nB\n", 0, 0 },
		{ "\r", 0, 0 }, { "", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct span in = span_str(rows[i].in);

		for (size_t step = 1; step <= in.n; step++) {
			size_t scan = 0, end = 0, blank = 0;

			for (size_t n = step; blank == 0 &&
			    n < in.n + step; n += step)
				header_end(span_first(in, n), &scan, &end,
				    &blank);
			if (end != rows[i].end || blank != rows[i].blank)
				fail_msg("row %zu, step %zu: %zu, %zu", i,
				    step, end, blank);
		}
	}
}

/* What other readers may take for other fields, or for an earlier end. */
static void
what_others_read_otherwise_is_told(void **state)
{
	static const struct {
		struct span raw;
		const char *want;
	} rows[] = {
		{ SPAN("A: b\n c\nD:\n"), NULL },
		{ SPAN("A: b\r\n c\r\nD:\r\n"), NULL },
		{ SPAN("From a@x Sun Mar  1\nA: b\n"), NULL },
		{ SPAN("A: b\nc\n"), "a line that is no field" },
		{ SPAN(" A: b\n"), "a line that is no field" },
		{ SPAN("From a\rB: c\nA: b\n"), "a line that is no field" },
		{ SPAN("A : b\n"), "a blank before a colon" },
		{ SPAN("A: b\rC: d\n"), "a bare CR" },
		{ SPAN("A: b\r\r\n"), "a bare CR" },
		{ SPAN("A: b\r"), "a bare CR" },
		{ SPAN("A: b\0\n"), "NUL" },
		{ SPAN(""), NULL },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct header h = { 0 };
		const char *got = NULL;

		header_split(rows[i].raw, 9, &h);
		got = header_doubt(&h);
		if (strcmp(got ? got : "", rows[i].want ? rows[i].want : ""))
			fail_msg("row %zu: %s", i, got ? got : "nothing");
		header_free(&h);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_envelope_line_of_an_mbox_is_no_field),
		cmocka_unit_test(the_end_does_not_depend_on_the_pieces),
		cmocka_unit_test(what_others_read_otherwise_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
