/* Fragments of streams. */
#include "unit.h"

#include <string.h>

#include "crypto/lib.h"
#include "relay/fragment.h"

#define MARK "msgsec-stream/1\n"
#define ID "0123456789abcdef"

static void
test_fragments(void **state)
{
	static const struct {
		const char *name;
		struct span in;
		bool is;
	} rows[] = {
		{ "whole", SPAN(MARK ID "\0\0\0\1\0octets"), true },
		{ "the last", SPAN(MARK ID "\377\377\377\377\1"), true },
		{ "another end", SPAN(MARK ID "\0\0\0\1\2octets"), false },
		{ "without an end", SPAN(MARK ID "\0\0\0\1"), false },
		{ "without a number", SPAN(MARK ID), false },
		{ "without an id", SPAN(MARK), false },
		{ "a message", SPAN("{\"to\":\"bob\"}\n"), false },
		{ "another version", SPAN("msgsec-stream/2\n" ID
		    "\0\0\0\1\0octets"), false },
		{ "nothing", SPAN(""), false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out = BUF(RELAY_CONTENT_MAX);
		struct relay_fragment f;

		if (relay_fragment_read(rows[i].in, &f) != rows[i].is)
			fail_msg("%s", rows[i].name);
		if (!rows[i].is)
			continue;
		relay_fragment_write(&f, &out);
		if (!span_eq(buf_get0(&out), rows[i].in))
			fail_msg("%s: another one", rows[i].name);
		buf_free(&out);
	}
}

/* The largest fills the largest envelope; one octet more fits in none. */
static void
test_size(void **state)
{
	static unsigned char octets[RELAY_FRAGMENT_MAX + 1];
	struct relay_fragment f = { .octets = { octets, RELAY_FRAGMENT_MAX } },
	    got;
	struct buf out = BUF(RELAY_MESSAGE_MAX);

	(void)state;
	relay_fragment_write(&f, &out);
	assert_int_equal(out.n, RELAY_CONTENT_MAX);
	assert_true(relay_fragment_read(buf_get0(&out), &got));
	assert_int_equal(got.octets.n, RELAY_FRAGMENT_MAX);
	buf_reset(&out);
	f.octets.n++;
	relay_fragment_write(&f, &out);
	assert_false(relay_fragment_read(buf_get0(&out), &got));
	buf_free(&out);
}

/* The first one holds the line that the stream is named after. */
static void
test_first(void **state)
{
	static unsigned char octets[RELAY_STREAM_LINE + 2];
	static const struct {
		const char *name;
		size_t line;		/* its octets, before the line end */
		uint32_t number;
		bool other, open, fits;
	} rows[] = {
		{ "a line", 20, 0, false, false, true },
		{ "an empty one", 0, 0, false, false, true },
		{ "the longest", RELAY_STREAM_LINE, 0, false, false, true },
		{ "too long", RELAY_STREAM_LINE + 1, 0, false, false, false },
		{ "without an end", 20, 0, false, true, false },
		{ "another's", 20, 0, true, false, false },
		{ "not the first", 20, 1, true, true, true },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct relay_fragment f = { .number = rows[i].number };

		memset(octets, 'x', sizeof(octets));
		relay_stream_id(span_of(octets, rows[i].line), f.stream);
		f.stream[0] ^= rows[i].other;
		if (!rows[i].open)
			octets[rows[i].line] = '\n';
		f.octets = span_of(octets, rows[i].line + 1);
		if (relay_fragment_fits(&f) != rows[i].fits)
			fail_msg("%s", rows[i].name);
	}
}

/* However a carrier ends the line, and no two lines have the same. */
static void
test_ids(void **state)
{
	unsigned char a[RELAY_STREAM], b[RELAY_STREAM];

	(void)state;
	relay_stream_id(SPAN("{\"to\":\"bob\"}"), a);
	relay_stream_id(SPAN("{\"to\":\"bob\"}\r\n"), b);
	assert_memory_equal(a, b, sizeof(a));
	relay_stream_id(SPAN("{\"to\":\"Bob\"}"), b);
	assert_memory_not_equal(a, b, sizeof(a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_ids),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
