/* Records of sealed messages: read as written, and what is none. */
#include "unit.h"

#include <string.h>

#include "seal/chunks.h"

#define FROM "\"from\":\"u00000000000000000000000000000001\""
#define TO "\"to\":\"u00000000000000000000000000000002\""
#define LIST "\"chunks\":[\"AAAAAAAAAAAAAAAAAAAAAA==\"," \
	"\"AAAAAAAAAAAAAAAAAAAAAAA=\",\"AAAAAAAAAAEBAQEB\",\"AAAAAQ==\"," \
	"\"gAAAAg==\"]"
#define REST "\"version\":2,\"content_type\":0,\"sender_key_id\":1," \
	"\"receiver_key_id\":2147483650"

static void
read_as_written(void **state)
{
	static const char text[] = "{" FROM "," TO "," REST "," LIST "}";
	struct buf out = BUF(4096);
	struct chunks c;
	const char *why = NULL;

	(void)state;
	chunks_init(&c);
	assert_true(chunks_read(&c, span_str(text), SPAN("t"), &why));
	assert_int_equal(c.missing, 0);
	assert_false(c.ids_differ || c.ids_odd);
	assert_int_equal(c.letter.receiver_key, 2147483650u);
	assert_int_equal(c.letter.salt.n, 16);
	assert_int_equal(c.letter.body.n, 17);
	assert_int_equal(c.letter.tail.n, 12);
	chunks_write(&c.letter, &out);
	assert_true(span_eq(buf_get0(&out), span_str(text)));
	buf_free(&out);
	chunks_free(&c);
}

static const struct {
	const char *name, *text;
	bool ok;
	unsigned missing;
	bool differ, odd;
	const char *extra;
} rows[] = {
	{ "everything", "{" FROM "," TO "," REST "," LIST "}", true, 0, false,
	    false, "" },
	{ "chunks alone", "{" LIST "}", true,
	    CHUNKS_FROM | CHUNKS_TO | CHUNKS_TYPE, false, false, "" },
	{ "blanks and line ends", " { \n" LIST "\t}\n", true,
	    CHUNKS_FROM | CHUNKS_TO | CHUNKS_TYPE, false, false, "" },
	{ "members of others, and the reader's own", "{\"id\":7," FROM "," TO
	    "," REST "," LIST ",\"t\":{},\"createdTime\":1}", true, 0, false,
	    false, "id, createdTime" },
	{ "other ids in the envelope", "{" FROM "," TO ",\"content_type\":0,"
	    "\"sender_key_id\":1,\"receiver_key_id\":2," LIST "}", true, 0,
	    true, false, "" },
	{ "an id of one octet", "{" FROM "," TO ",\"content_type\":0,"
	    "\"chunks\":[\"\",\"\",\"\",\"AQ==\",\"AAAAAg==\"]}", true, 0,
	    false, true, "" },
	{ "an id of eight octets", "{\"chunks\":[\"\",\"\",\"\","
	    "\"AAAAAAAAAAE=\",\"AAAAAg==\"]}", true,
	    CHUNKS_FROM | CHUNKS_TO | CHUNKS_TYPE, false, true, "" },
	{ "an id beyond 32 bits", "{\"chunks\":[\"\",\"\",\"\","
	    "\"AAAAAQAAAAE=\",\"AAAAAg==\"]}", false, 0, false, false, "" },
	{ "an id of nothing", "{\"chunks\":[\"\",\"\",\"\",\"\","
	    "\"AAAAAg==\"]}", false, 0, false, false, "" },
	{ "a name twice", "{" FROM "," FROM "," LIST "}", false, 0, false,
	    false, "" },
	{ "a name twice, one escaped", "{" FROM ",\"\\u0066rom\":\"x\"," LIST
	    "}", false, 0, false, false, "" },
	{ "four chunks", "{\"chunks\":[\"\",\"\",\"\",\"AAAAAQ==\"]}", false,
	    0, false, false, "" },
	{ "six chunks", "{\"chunks\":[\"\",\"\",\"\",\"AAAAAQ==\","
	    "\"AAAAAQ==\",\"\"]}", false, 0, false, false, "" },
	{ "a chunk that is a number", "{\"chunks\":[\"\",1,\"\","
	    "\"AAAAAQ==\",\"AAAAAQ==\"]}", false, 0, false, false, "" },
	{ "a chunk that is no base64", "{\"chunks\":[\"\",\"!\",\"\","
	    "\"AAAAAQ==\",\"AAAAAQ==\"]}", false, 0, false, false, "" },
	{ "chunks in a text", "{\"chunks\":\"AAAA\"}", false, 0, false, false,
	    "" },
	{ "no chunks", "{" FROM "," TO "}", false, 0, false, false, "" },
	{ "a name that is a number", "{\"from\":1," LIST "}", false, 0, false,
	    false, "" },
	{ "a name too long", "{\"from\":\"u000000000000000000000000000000000"
	    "000000000000000000000000000000000000000000000000000000000000000"
	    "000000000000000000000000000000000000000000000000000000000000000"
	    "000000000000000000000000000000000000000000000000000000000000000"
	    "\"," LIST "}", false, 0, false, false, "" },
	{ "a version of text", "{\"version\":\"2\"," LIST "}", false, 0,
	    false, false, "" },
	{ "an id below zero", "{\"sender_key_id\":-1," LIST "}", false, 0,
	    false, false, "" },
	{ "an id with a fraction", "{\"sender_key_id\":1.0," LIST "}", false,
	    0, false, false, "" },
	{ "an id of 33 bits", "{\"sender_key_id\":4294967296," LIST "}",
	    false, 0, false, false, "" },
	{ "no object", "[" LIST "]", false, 0, false, false, "" },
	{ "two objects", "{" LIST "}{" LIST "}", false, 0, false, false, "" },
	{ "nothing", "", false, 0, false, false, "" },
};

static void
records(void **state)
{
	struct chunks c;

	(void)state;
	chunks_init(&c);
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *why = NULL;
		bool ok = chunks_read(&c, span_str(rows[i].text), SPAN("t"),
		    &why);

		if (ok != rows[i].ok || (!ok && why == NULL))
			fail_msg("%s: %s", rows[i].name, why ? why : "taken");
		if (ok && (c.missing != rows[i].missing ||
		    c.ids_differ != rows[i].differ ||
		    c.ids_odd != rows[i].odd ||
		    !span_eq(buf_get0(&c.extra), span_str(rows[i].extra))))
			fail_msg("%s: %u %d %d %.*s", rows[i].name, c.missing,
			    c.ids_differ, c.ids_odd, (int)c.extra.n,
			    (char *)c.extra.p);
	}
	chunks_free(&c);
}

/* LINE's default, and what letter_flaw is asked. */
static void
version_is_two_without_one(void **state)
{
	struct chunks c;
	const char *why = NULL;

	(void)state;
	chunks_init(&c);
	assert_true(chunks_read(&c, SPAN("{" FROM "," TO "," LIST "}"),
	    SPAN("t"), &why));
	assert_int_equal(c.letter.version, 2);
	assert_null(letter_flaw(&c.letter));
	assert_int_equal(letter_counter(&c.letter), 1);
	chunks_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_as_written),
		cmocka_unit_test(records),
		cmocka_unit_test(version_is_two_without_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
