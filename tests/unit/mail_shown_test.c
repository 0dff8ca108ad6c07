/* Addresses that people see in From: RFC 9989 section 11.4. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "mail/shown.h"

static char eve[] = "eve", example[] = "example.org", none[] = "";
static struct mailbox own = { eve, example, none };

static bool
is_own(void *arg, struct span local, struct span domain)
{
	return local.n == 0 || shown_is(arg, local, domain);
}

static const struct {
	const char *text;
	const char *other;	/* NULL: none */
} rows[] = {
	{ "eve@example.org", NULL },
	{ "Eve <eve@example.org>", NULL },
	{ "\"EVE@Example.ORG\" <eve@example.org>", NULL },
	{ "\"'eve@example.org'\" <eve@example.org>", NULL },
	{ "Eve/eve@example.org <eve@example.org>", NULL },
	{ "\"Eve \xe2\x80\x93" "eve@example.org\" <eve@example.org>", NULL },
	{ "Eve @home <eve@example.org>", NULL },
	{ "Eve @eve.smith <eve@example.org>", NULL },
	{ "\"eve\"@example.org", NULL },
	{ "eve@example.org (eve@example.org.)", NULL },
	{ "=?utf-8?q?eve=40example.org?= <eve@example.org>", NULL },
	{ "\"alice@example.org\" <eve@example.org>", "alice@example.org" },
	{ "\"'alice@example.org'\" <eve@example.org>",
	  "alice@example.org" },
	{ "alice@example.org <eve@example.org>", "alice@example.org" },
	{ "eve@example.org (alice@example.org)", "alice@example.org" },
	{ "\"alice\\@example.org\" <eve@example.org>", "alice@example.org" },
	{ "\"eve@example.com\" <eve@example.org>", "eve@example.com" },
	{ "\"eve.eve@example.org\" <eve@example.org>",
	  "eve.eve@example.org" },
	{ "\"x+eve@example.org\" <eve@example.org>", "x+eve@example.org" },
	{ "\"alice\"@example.org <eve@example.org>", "alice@example.org" },
	{ "=?utf-8?q?alice=40example.org?= <eve@example.org>",
	  "alice@example.org" },
	{ "=?utf-8?b?YWxpY2VAZXhhbXBsZS5vcmc=?= <eve@example.org>",
	  "alice@example.org" },
	{ "alice\xef\xbc\xa0" "example.org <eve@example.org>",
	  "alice@example.org" },
	{ "\"alice\xe2\x80\x8b@example.org\" <eve@example.org>",
	  "alice\xe2\x80\x8b@example.org" },
	{ "\"eve@exam\xd1\x80le.org\" <eve@example.org>",
	  "eve@exam\xd1\x80le.org" },
};

static void
other_addresses_are_seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf other = BUF(1024);
		bool found = shown_other(span_str(rows[i].text), is_own, &own,
		    &other);
		const char *want = rows[i].other ? rows[i].other : "";

		if (found != (rows[i].other != NULL) ||
		    !span_eq(buf_get0(&other), span_str(want)))
			fail_msg("%s: %.*s, not %s", rows[i].text,
			    (int)other.n, (const char *)other.p, want);
		buf_free(&other);
	}
}

/* Who puts an address behind many of his own hides it from no reader. */
static void
none_hides_behind_many(void **state)
{
	struct buf text = BUF(1 << 16), other = BUF(1024);

	(void)state;
	for (int i = 0; i < 999; i++)
		buf_str(&text, "(eve@example.org) ");
	assert_false(shown_other(buf_get0(&text), is_own, &own, &other));
	buf_str(&text, "alice@example.org");
	assert_true(shown_other(buf_get0(&text), is_own, &own, &other));
	assert_true(span_eq(buf_get0(&other), SPAN("alice@example.org")));
	buf_reset(&other);
	buf_reset(&text);
	for (int i = 0; i < 1001; i++)
		buf_str(&text, "(eve@example.org) ");
	assert_true(shown_other(buf_get0(&text), is_own, &own, &other));
	buf_free(&text);
	buf_free(&other);
}

static void
labels_of_either_kind(void **state)
{
	char local[] = "a", domain[] = "xn--bcher-kva.example";
	struct mailbox m = { local, domain, none };

	(void)state;
	assert_true(shown_is(&m, SPAN("a"), SPAN("b\xc3\xbc"
	    "cher.example")));
	assert_false(shown_is(&m, SPAN("a"), SPAN("bucher.example")));
	assert_false(shown_is(&m, SPAN("a"), SPAN("x.b\xc3\xbc"
	    "cher.example")));
	assert_false(shown_is(&m, SPAN("b"), SPAN("xn--bcher-kva.example")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_addresses_are_seen),
		cmocka_unit_test(none_hides_behind_many),
		cmocka_unit_test(labels_of_either_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
