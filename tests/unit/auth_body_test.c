/*
 * The body hashes of one pass: whole, limited by l=, and the search for what
 * was signed before text was appended.
 */
#include "unit.h"

#include <string.h>

#include "auth/body.h"

static void
sha(struct span s, unsigned char out[static SHA256_SIZE])
{
	digest_of(DIGEST_SHA256, s, out);
}

/* The prefix of "body" whose canonical form "signed" was; -1 for none. */
static int64_t
find(enum canon kind, const char *body, const char *was, size_t step)
{
	struct span rest = span_str(body);
	struct body *b = body_new();
	unsigned char target[SHA256_SIZE], other[SHA256_SIZE];
	size_t t[3];
	int64_t found = -1;

	sha(span_str(was), target);
	sha(SPAN("never"), other);
	t[0] = body_want_prefix(b, kind, other);
	t[1] = body_want_prefix(b, kind, target);
	t[2] = body_want_prefix(b, kind == CANON_SIMPLE ? CANON_RELAXED :
	    CANON_SIMPLE, other);
	for (; rest.n > 0; rest = span_from(rest, step))
		body_add(b, span_first(rest, step));
	body_end(b);
	assert_int_equal(body_prefix(b, t[0]), -1);
	assert_int_equal(body_prefix(b, t[2]), -1);
	found = body_prefix(b, t[1]);
	body_free(b);
	return found;
}

static void
prefixes(void **state)
{
	static const struct {
		const char *name;
		enum canon kind;
		const char *body, *was;
		int64_t at;
	} rows[] = {
		{ "a footer", CANON_SIMPLE, "a\r\nb\r\n--\r\nlist\r\n",
		  "a\r\nb\r\n", 6 },
		{ "an empty line in front of it", CANON_SIMPLE,
		  "a\r\n\r\n\r\nlist\r\n", "a\r\n", 3 },
		{ "nothing appended", CANON_SIMPLE, "a\r\nb\r\n",
		  "a\r\nb\r\n", 6 },
		{ "not at a line's end", CANON_SIMPLE, "ab\r\n", "a", -1 },
		{ "relaxed", CANON_RELAXED, "a  b \nlist\n", "a b\r\n", 5 },
		{ "no body", CANON_RELAXED, "list\n", "", 0 },
		{ "no body, simple, and an empty line", CANON_SIMPLE,
		  "\r\nlist\r\n", "\r\n", 2 },
		{ "an empty body", CANON_SIMPLE, "", "\r\n", 2 },
		{ "an empty body, relaxed", CANON_RELAXED, "", "", 0 },
		{ "no form ends with an empty line", CANON_SIMPLE,
		  "a\r\n\r\nlist\r\n", "a\r\n\r\n", -1 },
		{ "long lines, of one octet too", CANON_RELAXED,
		  "a\r\nb\r\n\r\nccccccccccccccccccccccccccccccccccccccccc"
		  "ccccccccccccccccccccccccccccccccccccccccccccccc\r\nd\r\n",
		  "a\r\nb\r\n", 6 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (size_t step = 1; step < 100; step += step < 4 ? 1 : 48) {
			int64_t at = find(rows[i].kind, rows[i].body,
			    rows[i].was, step);

			if (at != rows[i].at)
				fail_msg("%s, pieces of %zu: %lld, not %lld",
				    rows[i].name, step, (long long)at,
				    (long long)rows[i].at);
		}
	}
}

/* Who searches for prefixes shares the hash of who wants the whole. */
static void
shared(void **state)
{
	struct body *b = body_new();
	unsigned char whole[SHA256_SIZE], first[SHA256_SIZE];
	size_t want = 0, limited = 0, target = 0;

	(void)state;
	sha(SPAN("a\r\nb\r\n"), whole);
	sha(SPAN("a\r\n"), first);
	limited = body_want(b, CANON_SIMPLE, 3);
	target = body_want_prefix(b, CANON_SIMPLE, first);
	want = body_want(b, CANON_SIMPLE, -1);
	body_add(b, SPAN("a\r\nb\r\n\r\n"));
	body_end(b);
	assert_memory_equal(body_digest(b, want), whole, SHA256_SIZE);
	assert_memory_equal(body_digest(b, limited), first, SHA256_SIZE);
	assert_true(body_is_whole(b, want));
	assert_false(body_is_whole(b, limited));
	assert_int_equal(body_length(b, limited), 6);
	assert_int_equal(body_prefix(b, target), 3);
	body_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes),
		cmocka_unit_test(shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
