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

/* RFC 3339 section 5.6; RFC 5322 sections 3.3 and 4.3. */
static void
forms_that_are_read(void **state)
{
	static const struct {
		const char *text;
		bool (*parse)(struct span s, int64_t *out);
		int64_t want;	/* -1: it is no date */
	} rows[] = {
		{ "@1", date_parse, 1 },
		{ "@", date_parse, -1 },
		{ "@-1", date_parse, -1 },
		{ "1970-01-01T00:00:01Z", date_parse, 1 },
		{ "1970-01-01t00:00:01.999z", date_parse, 1 },
		{ "1970-01-01 01:00:01+01:00", date_parse, 1 },
		{ "1969-12-31T00:01:01-23:59", date_parse, 1 },
		{ "1970-01-01T00:00:01", date_parse, -1 },
		{ "1970-01-01T00:00:01.Z", date_parse, -1 },
		{ "1970-01-01T00:00:01Z ", date_parse, -1 },
		{ "1970-01-01T00:00:01+0000", date_parse, -1 },
		{ "1970-01-01T00:00:01+24:00", date_parse, -1 },
		{ "1970-01-01T00:00:01-00:60", date_parse, -1 },
		{ "1970-02-29T00:00:01Z", date_parse, -1 },
		{ "1970-01-01T24:00:01Z", date_parse, -1 },
		{ "970-01-01T00:00:01Z", date_parse, -1 },
		{ "1 Jan 1970 00:00:01 +0000", date_parse_mail, 1 },
		{ "Thu, 1 Jan 70 00:00:01 GMT", date_parse_mail, 1 },
		{ "Thu,(x(y)\\))1 jan 070 00:00:01 UT", date_parse_mail, 1 },
		{ "31 Dec 1969 19:00:01 EST", date_parse_mail, 1 },
		{ "1 Jan 1970 00:00 -0000", date_parse_mail, 0 },
		{ "5 Jan 1970 03:39:01 +9939", date_parse_mail, 1 },
		{ "1 Jan 1970 00:00:01 +0060", date_parse_mail, -1 },
		{ "1 Jan 1970 00:00:01 +00:00", date_parse_mail, -1 },
		{ "1 Jan 1970 00:00:01", date_parse_mail, -1 },
		{ "1 Jan 1970 00:00:01 +0000 (x", date_parse_mail, -1 },
		{ "Thu 1 Jan 1970 00:00:01 +0000", date_parse_mail, -1 },
		{ "1 Jan 7 00:00:01 +0000", date_parse_mail, -1 },
		{ "", date_parse_mail, -1 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		int64_t got = -1;
		bool ok = rows[i].parse(span_str(rows[i].text), &got);

		if (ok != (rows[i].want >= 0) || got != rows[i].want)
			fail_msg("\"%s\": %lld", rows[i].text,
			    (long long)got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_times_have_their_dates),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(forms_that_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
