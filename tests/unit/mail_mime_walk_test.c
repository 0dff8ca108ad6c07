/* Entities of any depth: which event each line is, and nothing lost. */
#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "mail/mime_walk.h"

struct seen {
	struct buf text;	/* "H<...>", "B<...>", "." and "-<...>" */
	struct buf octets;
	enum mime_event last;
	bool open;
};

static void
note(void *arg, enum mime_event e, struct span s,
    const struct mime_part *part)
{
	struct seen *seen = arg;
	static const char *const names[] = { "H", "B", ".", "-" };

	buf_span(&seen->octets, s);
	if (!seen->open || seen->last != e || e == MIME_HEADER) {
		buf_str(&seen->text, seen->open ? ">" : "");
		buf_str(&seen->text, names[e]);
		if (e == MIME_HEADER)
			buf_str(&seen->text, part->leaf ? "l" : "c");
		if (part->frozen)
			buf_byte(&seen->text, '*');
		buf_str(&seen->text, e == MIME_BODY_END ? "" : "<");
	}
	seen->open = e != MIME_BODY_END;
	seen->last = e;
	for (size_t i = 0; i < s.n; i++)
		buf_byte(&seen->text, s.p[i] == '\n' ? '|' : s.p[i]);
}

static const char *
walk(const char *type, struct span body, size_t step, struct seen *out)
{
	struct header root = { .n = 0 };
	struct mime_walk w;
	const char *why = NULL;

	*out = (struct seen){ .text = BUF(1 << 20), .octets = BUF(1 << 20) };
	header_split(span_str(type), 10, &root);
	mime_walk_start(&w, &root, note, out);
	for (; body.n > 0; body = span_from(body, step))
		mime_walk_add(&w, span_first(body, step));
	why = mime_walk_end(&w);
	if (out->open)
		buf_byte(&out->text, '>');
	header_free(&root);
	return why;
}

static void
forget(struct seen *s)
{
	buf_free(&s->text);
	buf_free(&s->octets);
}

#define MIXED "Content-Type: multipart/mixed; boundary=x\n"

static void
events(void **state)
{
	static const struct {
		const char *row, *type, *body, *want;
	} rows[] = {
		{ "a text", "", "one\ntwo\n", "B<one|two|>." },
		{ "nothing", "", "", "." },
		{ "two parts", MIXED,
		    "pre\n--x\nA: b\n\none\n--x\n\ntwo\n\n--x--\nepi\n",
		    "-<pre|--x|>Hl<A: b||>B<one>.-<|--x|>Hl<|>B<two|>."
		    "-<|--x--|epi|>" },
		{ "an empty part", MIXED, "--x\n\n--x--\n",
		    "-<--x|>Hl<|>.-<--x--|>" },
		{ "a header alone", MIXED, "--x\nA: b\n--x--\n",
		    "-<--x|>Hl<A: b|>.-<--x--|>" },
		{ "no end", MIXED, "--x\n\none\n",
		    "-<--x|>Hl<|>B<one|>." },
		{ "no line end", MIXED, "--x\n\none\n--x--",
		    "-<--x|>Hl<|>B<one>.-<|--x-->" },
		{ "blanks behind a boundary", MIXED, "--x \t\n\none\n--x-- \n",
		    "-<--x \t|>Hl<|>B<one>.-<|--x-- |>" },
		{ "no boundary", MIXED, "--x\n\n--xy\n-x\n--x--\n",
		    "-<--x|>Hl<|>B<--xy|-x>.-<|--x--|>" },
		{ "one inside another", MIXED,
		    "--x\n" "Content-Type: multipart/a; boundary=y\n\n"
		    "--y\n\none\n--y--\n--x\n\ntwo\n--x--\n",
		    "-<--x|>Hc<Content-Type: multipart/a; boundary=y||>"
		    "-<--y|>Hl<|>B<one>.-<|--y--|--x|>Hl<|>B<two>."
		    "-<|--x--|>" },
		{ "an outer boundary ends the inner", MIXED,
		    "--x\n" "Content-Type: multipart/a; boundary=y\n\n"
		    "--y\n\none\n--x\n\ntwo\n--x--\n",
		    "-<--x|>Hc<Content-Type: multipart/a; boundary=y||>"
		    "-<--y|>Hl<|>B<one>.-<|--x|>Hl<|>B<two>.-<|--x--|>" },
		{ "a message", "Content-Type: message/rfc822\n",
		    "A: b\n\none\n", "Hl<A: b||>B<one|>." },
		{ "a digest", "Content-Type: multipart/digest; boundary=x\n",
		    "--x\n\nA: b\n\none\n--x--\n",
		    "-<--x|>Hc<|>Hl<A: b||>B<one>.-<|--x--|>" },
		{ "signed", "Content-Type: multipart/signed; boundary=x\n",
		    "--x\n\none\n--x--\n",
		    "-*<--x|>Hl*<|>B*<one>.*-*<|--x--|>" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		for (size_t step = 1; step < 100; step += 33) {
			struct span body = span_str(rows[i].body);
			struct seen s;
			const char *why = walk(rows[i].type, body, step, &s);

			assert_null(why);
			if (!span_eq(buf_get0(&s.text),
			    span_str(rows[i].want)))
				fail_msg("%s: got %.*s", rows[i].row,
				    (int)s.text.n, (const char *)s.text.p);
			assert_true(span_eq(buf_get0(&s.octets), body));
			forget(&s);
		}
}

static void
long_lines(void **state)
{
	struct buf body = BUF(1 << 16);
	struct seen s;

	(void)state;
	buf_str(&body, "--x\r\nA: ");
	for (size_t i = 0; i < 3000; i++)
		buf_byte(&body, 'a');
	buf_str(&body, "\r\n\r\n--x");
	for (size_t i = 0; i < 3000; i++)
		buf_byte(&body, ' ');
	buf_str(&body, "\r\n--x--\r\n");
	for (size_t step = 1; step < 5000; step += 1023) {
		assert_null(walk(MIXED, buf_get0(&body), step, &s));
		assert_true(span_eq(buf_get0(&s.octets), buf_get0(&body)));
		forget(&s);
	}
	buf_free(&body);
}

static void
limits(void **state)
{
	struct buf body = BUF(1 << 20);
	struct seen s;

	(void)state;
	assert_string_equal(walk("Content-Type: multipart/mixed\n",
	    SPAN("x"), 1, &s), "a multipart has no boundary");
	forget(&s);
	for (size_t i = 0; i < MIME_DEPTH_MAX; i++)
		buf_printf(&body, "--x\nContent-Type: multipart/a; "
		    "boundary=x\n\n");
	assert_string_equal(walk(MIXED, buf_get0(&body), 4096, &s),
	    "its parts are nested too deep");
	forget(&s);
	buf_reset(&body);
	buf_str(&body, "--x\n");
	for (size_t i = 0; i < MIME_PART_HEADER_MAX; i++)
		buf_str(&body, "A\n");
	assert_string_equal(walk(MIXED, buf_get0(&body), 4096, &s),
	    "the header of a part is too long");
	forget(&s);
	buf_free(&body);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(events),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
