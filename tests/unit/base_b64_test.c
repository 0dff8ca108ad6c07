/* RFC 4648 section 4, with what DKIM's tags allow beside it. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/b64.h"

/* Section 10's vectors, then what may stand between, then what may not. */
static const struct {
	const char *name, *in, *out;	/* NULL: refused */
} rows[] = {
	{ "nothing", "", "" },
	{ "one octet", "Zg==", "f" },
	{ "two octets", "Zm8=", "fo" },
	{ "three octets", "Zm9v", "foo" },
	{ "four octets", "Zm9vYg==", "foob" },
	{ "five octets", "Zm9vYmE=", "fooba" },
	{ "six octets", "Zm9vYmFy", "foobar" },
	{ "without padding", "Zm9vYg", "foob" },
	{ "folded between groups", "Zm9v\r\n YmFy", "foobar" },
	{ "folded inside a group", "Zm 9v\tYm\nFy", "foobar" },
	{ "blanks around", "  Zm9v  ", "foo" },
	{ "bits left over", "Zh==", "f" },
	{ "both odd letters", "+/+/", "\xfb\xff\xbf" },
	{ "a foreign octet in a group", "Zm9vY!Fy", NULL },
	{ "a foreign octet at the end", "Zm9v-", NULL },
	{ "the letters beside the alphabet", "Zm9v@[`{", NULL },
	{ "an octet above ASCII", "Zm9v\xff" "mFy", NULL },
	{ "data behind padding", "Zg==Zg==", NULL },
	{ "one sextet alone", "Zm9vY", NULL },
	{ "padding alone", "=", NULL },
	{ "too much padding", "Zg===", NULL },
};

static void
decodes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out = BUF(64);
		bool ok = false;

		buf_str(&out, "x");
		ok = b64_decode(&out, span_str(rows[i].in));
		if (ok != (rows[i].out != NULL))
			fail_msg("%s: %s", rows[i].name, ok ? "taken" :
			    "refused");
		if (!span_eq(span_from(buf_get0(&out), 1),
		    span_str(ok ? rows[i].out : "")))
			fail_msg("%s: other octets", rows[i].name);
		buf_free(&out);
	}
}

/* Every length and a fold at every place, back to what it was. */
static void
round_trips(void **state)
{
	unsigned char octets[100];

	(void)state;
	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (unsigned char)(i * 89 + 7);
	for (size_t n = 0; n <= sizeof(octets); n++) {
		struct buf text = BUF(256), folded = BUF(256);
		struct buf back = BUF(n + 1);

		b64_encode(&text, span_of(octets, n));
		buf_span(&folded, span_first(buf_get0(&text), n));
		buf_str(&folded, "\r\n ");
		buf_span(&folded, span_from(buf_get0(&text), n));
		assert_true(b64_decode(&back, buf_get0(&folded)));
		assert_true(span_eq(buf_get0(&back), span_of(octets, n)));
		buf_free(&text);
		buf_free(&folded);
		buf_free(&back);
	}
}

/* The ceiling counts what comes out, not what went in. */
static void
ceiling_is_for_octets(void **state)
{
	struct buf exact = BUF(6), tight = BUF(5);

	(void)state;
	assert_true(b64_decode(&exact, SPAN("Zm9v      \r\n      YmFy     ")));
	assert_int_equal(exact.n, 6);
	assert_false(b64_decode(&tight, SPAN("Zm9vYmFy")));
	buf_free(&exact);
	buf_free(&tight);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(ceiling_is_for_octets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
