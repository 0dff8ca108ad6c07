/* URIs that reports are sent to: their characters, host and mail domain. */
#include "unit.h"

#include "base/uri.h"

static void
characters_are_those_of_rfc_3986(void **state)
{
	static const struct {
		const char *in, *but;
		bool want;
	} rows[] = {
		{ "mailto:a@example.org", "", true },
		{ "a-b._~:/?#[]@!$&'()*+,;=0Z", "", true },
		{ "%2c%21", ",!", true },
		{ "a!10m", "!", false },
		{ "a,b", "!,", false },
		{ "a;b", "!,", true },
		{ "", "", false },
		{ "a b", "", false },
		{ "a\tb", "", false },
		{ "a\"b", "", false },
		{ "a<b>", "", false },
		{ "\xc3\xa4", "", false },
		{ "%", "", false },
		{ "%2", "", false },
		{ "%2g", "", false },
		{ "%%20", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (uri_is_text(span_str(rows[i].in), rows[i].but) !=
		    rows[i].want)
			fail_msg("\"%s\" but \"%s\"", rows[i].in, rows[i].but);
	assert_false(uri_is_text(span_of("a\0b", 3), ""));
}

static void
hosts_stand_between_slashes(void **state)
{
	static const struct { const char *in, *want; } rows[] = {
		{ "//example.org", "example.org" },
		{ "//example.org/r?x", "example.org" },
		{ "//example.org?x", "example.org" },
		{ "//example.org#x", "example.org" },
		{ "//example.org:8443/", "example.org" },
		{ "//u:p@example.org/", "example.org" },
		{ "//a@b@example.org/", "example.org" },
		{ "//example.org/a@b", "example.org" },
		{ "///x", "" },
		{ "/example.org", "" },
		{ "example.org", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!span_eq(uri_host(span_str(rows[i].in)),
		    span_str(rows[i].want)))
			fail_msg("%s", rows[i].in);
}

static void
mail_domains_stand_behind_the_last_at(void **state)
{
	static const struct { const char *in, *want; } rows[] = {
		{ "a@example.org", "example.org" },
		{ "a@example.org?subject=x@y", "example.org" },
		{ "a@b@example.org", "example.org" },
		{ "@example.org", "" },
		{ "example.org", "" },
		{ "a@", "" },
		{ "?a@example.org", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!span_eq(uri_mailto_domain(span_str(rows[i].in)),
		    span_str(rows[i].want)))
			fail_msg("%s", rows[i].in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_are_those_of_rfc_3986),
		cmocka_unit_test(hosts_stand_between_slashes),
		cmocka_unit_test(mail_domains_stand_behind_the_last_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
