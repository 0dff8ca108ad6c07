/* Dates: what is written is read again, in both forms. */
#include "unit.h"

#include "base/date.h"

static void
known_times_have_their_dates(void **state)
{
	static const struct {
		int64_t t;
		const char *rfc3339, *mail;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00Z",
		    "Thu, 1 Jan 1970 00:00:00 +0000" },
		{ -1, "1969-12-31T23:59:59Z",
		    "Wed, 31 Dec 1969 23:59:59 +0000" },
		{ 951782399, "2000-02-28T23:59:59Z",
		    "Mon, 28 Feb 2000 23:59:59 +0000" },
		{ 951782400, "2000-02-29T00:00:00Z",
		    "Tue, 29 Feb 2000 00:00:00 +0000" },
		{ 1795003200, "2026-11-18T12:00:00Z",
		    "Wed, 18 Nov 2026 12:00:00 +0000" },
		{ INT64_MAX, "9999-12-31T23:59:59Z",
		    "Fri, 31 Dec 9999 23:59:59 +0000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char rfc3339[DATE_RFC3339_SIZE], mail[DATE_MAIL_SIZE];

		assert_string_equal(date_rfc3339(rfc3339, rows[i].t),
		    rows[i].rfc3339);
		assert_string_equal(date_mail(mail, rows[i].t),
		    rows[i].mail);
	}
}

static void
what_is_written_is_read(void **state)
{
	char text[DATE_MAIL_SIZE];
	int64_t back = 0;

	(void)state;
	for (int64_t t = -5000000000; t < 5000000000; t += 86399 * 41) {
		date_mail(text, t);
		assert_true(date_parse_mail(span_str(text), &back));
		assert_int_equal(back, t);
		date_rfc3339(text, t);
		assert_true(date_parse(span_str(text), &back));
		assert_int_equal(back, t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_times_have_their_dates),
		cmocka_unit_test(what_is_written_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
