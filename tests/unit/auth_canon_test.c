/*
 * RFC 6376 section 3.4: each row is canonicalized whole and cut at every
 * place, since a body's hash must not depend on how it came in.
 */
#include "unit.h"

#include <stdio.h>

#include "auth/canon.h"
#include "auth/body.h"

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static struct buf
canonical(enum canon kind, struct span in, size_t cut)
{
	struct buf out = BUF(1 << 20);
	struct canon_body b;

	canon_body_start(&b, kind, gather, &out);
	canon_body_add(&b, span_first(in, cut));
	canon_body_add(&b, span_from(in, cut));
	canon_body_end(&b);
	return out;
}

static const struct {
	const char *name;
	struct span in, simple, relaxed;
} rows[] = {
#define ROW(name, in, simple, relaxed) \
	{ name, { (const unsigned char *)in, sizeof(in) - 1 }, \
	{ (const unsigned char *)simple, sizeof(simple) - 1 }, \
	{ (const unsigned char *)relaxed, sizeof(relaxed) - 1 } }
	ROW("the RFC's own example (3.4.5)",
	    " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"),
	ROW("an empty body: simple one CRLF, relaxed nothing", "", "\r\n", ""),
	ROW("only line ends", "\r\n\r\n\r\n", "\r\n", ""),
	ROW("missing final CRLF is added", "a", "a\r\n", "a\r\n"),
	ROW("lines of blanks only become empty before trailing lines go",
	    "a\r\n \t\r\n  \r\n", "a\r\n \t\r\n  \r\n", "a\r\n"),
	ROW("blanks only", " \t ", " \t \r\n", ""),
	ROW("a lone CR is content, not a line end",
	    "a\rb\r\n", "a\rb\r\n", "a\rb\r\n"),
	ROW("a CR before CRLF is content", "a\r\r\n", "a\r\r\n", "a\r\r\n"),
	ROW("a CR at the very end", "a\r", "a\r\r\n", "a\r\r\n"),
	ROW("bare LF counts as a line end",
	    "a\n\nb\n\n\n", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"),
	ROW("CRLF and LF mixed",
	    "a\r\nb\nc \r\n\n", "a\r\nb\r\nc \r\n", "a\r\nb\r\nc\r\n"),
	ROW("empty lines before text stay",
	    "\r\n\r\na\r\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n"),
	ROW("blanks at a line's start become one space",
	    "\t a\r\n", "\t a\r\n", " a\r\n"),
	ROW("form feed and NUL are no blanks",
	    "a\f\f \0b\r\n", "a\f\f \0b\r\n", "a\f\f \0b\r\n"),
};

static void
bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (size_t cut = 0; cut <= rows[i].in.n; cut++) {
			struct buf s = canonical(CANON_SIMPLE, rows[i].in,
			    cut);
			struct buf r = canonical(CANON_RELAXED, rows[i].in,
			    cut);

			if (!span_eq(buf_get0(&s), rows[i].simple))
				fail_msg("%s: simple, cut at %zu",
				    rows[i].name, cut);
			if (!span_eq(buf_get0(&r), rows[i].relaxed))
				fail_msg("%s: relaxed, cut at %zu",
				    rows[i].name, cut);
			buf_free(&s);
			buf_free(&r);
		}
	}
}

/* The fast gears against the octet machine, which single octets force. */
static void
gears_agree(void **state)
{
	static const char pieces[][8] = {
		"a", "bc ", " ", "\t", "\r\n", "\r\n", "\n", "\r", "word ",
		"==", "\r\n\r\n", "0123456",
	};
	uint32_t seed = 20261123;

	(void)state;
	printf("# seed %u\n", seed);
	for (int round = 0; round < 400; round++) {
		struct buf in = BUF(1 << 20);
		size_t n = (size_t)round * 97;

		while (in.n < n) {
			seed = seed * 1664525 + 1013904223;
			/* mostly plain text, so that blocks do form */
			if ((seed >> 8) % 300 < 299 - (unsigned)round % 40)
				buf_str(&in, "plain text of a line\r\n");
			else
				buf_str(&in, pieces[(seed >> 20) %
				    ROWS(pieces)]);
		}
		for (int kind = 0; kind < 2; kind++) {
			struct buf fast = canonical((enum canon)kind,
			    buf_get0(&in), in.n / 2);
			struct buf slow = BUF(1 << 20);
			struct canon_body b;

			canon_body_start(&b, (enum canon)kind, gather, &slow);
			for (size_t i = 0; i < in.n; i++)
				canon_body_add(&b, span_of(in.p + i, 1));
			canon_body_end(&b);
			if (!span_eq(buf_get0(&fast), buf_get0(&slow)))
				fail_msg("round %d kind %d", round, kind);
			buf_free(&fast);
			buf_free(&slow);
		}
		buf_free(&in);
	}
}

static void
fields(void **state)
{
	static const struct {
		const char *in, *simple, *relaxed;
	} f[] = {
		{ "A: X\r\n", "A: X\r\n", "a:X\r\n" },
		{ "B : Y\t\r\n\tZ  \r\n", "B : Y\t\r\n\tZ  \r\n",
		    "b:Y Z\r\n" },
		{ "Subject:\r\n a\r\n", "Subject:\r\n a\r\n",
		    "subject:a\r\n" },
		{ "X: a\n b\n", "X: a\r\n b\r\n", "x:a b\r\n" },
		{ "X: a\rb\r\n", "X: a\rb\r\n", "x:a\rb\r\n" },
		{ "X: last line", "X: last line\r\n", "x:last line\r\n" },
		{ "X:\r\n", "X:\r\n", "x:\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(f); i++) {
		struct buf s = BUF(1024), r = BUF(1024);

		canon_field(&s, CANON_SIMPLE, span_str(f[i].in));
		canon_field(&r, CANON_RELAXED, span_str(f[i].in));
		if (!span_eq(buf_get0(&s), span_str(f[i].simple)) ||
		    !span_eq(buf_get0(&r), span_str(f[i].relaxed)))
			fail_msg("row %zu", i);
		buf_free(&s);
		buf_free(&r);
	}
}

/* RFC 6376 section 3.4.4 and 3.4.3: hashes of the empty body. */
static void
empty_body_hashes(void **state)
{
	struct body *b = body_new();
	size_t s = body_want(b, CANON_SIMPLE, -1);
	size_t r = body_want(b, CANON_RELAXED, -1);

	(void)state;
	assert_int_equal(body_want(b, CANON_RELAXED, -1), r);
	body_end(b);
	assert_int_equal(body_length(b, s), 2);
	assert_int_equal(body_length(b, r), 0);
	/* frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY= */
	assert_memory_equal(body_digest(b, s), "\x7e\xb7\x02\x57", 4);
	/* 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= */
	assert_memory_equal(body_digest(b, r), "\xe3\xb0\xc4\x42", 4);
	body_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies),
		cmocka_unit_test(gears_agree),
		cmocka_unit_test(fields),
		cmocka_unit_test(empty_body_hashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
