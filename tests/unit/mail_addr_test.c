/* Mailbox lists: RFC 5322 sections 3.4 and 4.4. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "mail/addr.h"

static const struct {
	const char *value;
	enum addr_status status;
	const char *domains;		/* each with a blank behind it */
} rows[] = {
	{ "a@x.example", ADDR_OK, "x.example " },
	{ "\"a <b@y.example>\" <a@x.example>", ADDR_OK, "x.example " },
	{ "\"a <x@y.example>\"@x.example", ADDR_OK, "x.example " },
	{ "(b@y.example) a@x.example (c)", ADDR_OK, "x.example " },
	{ "a@x.example, b <b@y.example>", ADDR_OK, "x.example y.example " },
	{ "g: a@x.example, <b@y.example>;", ADDR_OK,
	  "x.example y.example " },
	{ "g:;", ADDR_OK, "" },
	{ "<@y.example,@z.example:a@x.example>", ADDR_OK, "x.example " },
	{ "a@x . (c) example", ADDR_OK, "x.example " },
	{ "Doe, John <a@x.example>", ADDR_LOOSE, "x.example " },
	{ "<a@x.example> <b@y.example>", ADDR_LOOSE,
	  "x.example y.example " },
	{ "b@y.example <a@x.example>", ADDR_BAD, "" },
	{ "b@y.example z <a@x.example>", ADDR_BAD, "" },
	{ "<b@y.example <a@x.example>", ADDR_BAD, "" },
	/* RFC 5322 section 3.4.1: dtext has no bracket */
	{ "a@[192.0.2.1]", ADDR_OK, "[192.0.2.1] " },
	{ "a@[192.0.b@[2.1]", ADDR_BAD, "" },
	/* section 4.4: a route has a domain, an obs-phrase begins with a word */
	{ "A <@x.example:a@y.example>", ADDR_OK, "y.example " },
	{ "A <@x.example, ,@z.example :a@y.example>", ADDR_OK, "y.example " },
	{ "A <, ,@x.example:a@y.example>", ADDR_OK, "y.example " },
	{ "A <,:a@y.example>", ADDR_BAD, "" },
	{ "A <@x.example@z.example:a@y.example>", ADDR_BAD, "" },
	{ "A <:a@y.example>", ADDR_BAD, "" },
	{ "A. B <a@y.example>", ADDR_OK, "y.example " },
	{ "..A <a@y.example>", ADDR_LOOSE, "y.example " },
	{ "((((((", ADDR_BAD, "" },
	{ "\"", ADDR_BAD, "" },
	{ "", ADDR_BAD, "" },
};

static void
an_author_is_found_or_it_is_not_certain(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct mailboxes m = { 0 };
		struct buf got = BUF(1024);

		if (addr_parse(span_str(rows[i].value), &m) !=
		    rows[i].status)
			fail_msg("row %s: status", rows[i].value);
		for (size_t k = 0; k < m.n; k++)
			buf_printf(&got, "%s ", m.v[k].domain);
		if (!span_eq(buf_get0(&got), span_str(rows[i].domains)))
			fail_msg("row %s: %.*s", rows[i].value, (int)got.n,
			    (const char *)got.p);
		buf_free(&got);
		mailboxes_free(&m);
	}
}

/* A NUL would end the copy that is compared, behind a backslash as well. */
static void
nul_is_in_no_address(void **state)
{
	static const struct span values[] = {
		{ (const unsigned char *)"\"a\0b\"@x.example", 15 },
		{ (const unsigned char *)"\"a\\\0b\"@x.example", 16 },
		{ (const unsigned char *)"<\"a\\\0b\"@x.example>", 18 },
		{ (const unsigned char *)"a@[x\0]", 7 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(values); i++) {
		struct mailboxes m = { 0 };

		if (addr_parse(values[i], &m) != ADDR_BAD || m.n > 0)
			fail_msg("row %zu", i);
		mailboxes_free(&m);
	}
}

/* A domain cut at the ceiling would be somebody else's. */
static void
a_name_that_is_too_long_is_not_cut(void **state)
{
	static const char *const forms[][2] = { { "", "" }, { "<", ">" } };
	char *label = malloc(70001);

	(void)state;
	memset(label, 'a', 70000);
	label[70000] = '\0';
	for (size_t i = 0; i < ROWS(forms); i++) {
		struct mailboxes m = { 0 };
		struct buf text = BUF(100000);

		buf_printf(&text, "%sa@x.example.%s.y.example%s", forms[i][0],
		    label, forms[i][1]);
		if (addr_parse(buf_get0(&text), &m) != ADDR_BAD || m.n != 0)
			fail_msg("row %zu", i);
		buf_free(&text);
		mailboxes_free(&m);
	}
	free(label);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_author_is_found_or_it_is_not_certain),
		cmocka_unit_test(nul_is_in_no_address),
		cmocka_unit_test(a_name_that_is_too_long_is_not_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
