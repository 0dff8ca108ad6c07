/* Lexical tokens: RFC 5322 section 3.2. */
#include "unit.h"

#include <string.h>

#include "mail/lex.h"

static const struct {
	const char *in;
	size_t length;		/* 0: it is none */
} comments[] = {
	{ "(a) b)", 3 },
	{ "()", 2 },
	{ "(a (b) c) d", 9 },
	{ "(a \\) b) c", 8 },
	{ "(a \\( b) c", 8 },
	{ "(\"(\") \")", 8 },	/* quotes mean nothing in it */
	{ "(\\\\)", 4 },
	{ "(a", 0 },
	{ "(a\\", 0 },
	{ "(a\\)", 0 },
	{ "((a)", 0 },
	{ " (a)", 0 },
	{ ")", 0 },
	{ "", 0 },
};

static void
comments_nest(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(comments); i++) {
		struct span in = span_str(comments[i].in);
		size_t n = comments[i].length;
		struct cur c = cur_of(in);
		struct span inside = lex_comment(&c);

		if (lex_comment_length(in) != n || c.bad != (n == 0) ||
		    (n > 0 && (c.at != n || inside.p != in.p + 1 ||
		    inside.n != n - 2)))
			fail_msg("%s", comments[i].in);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comments_nest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
