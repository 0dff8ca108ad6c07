/* What stands inside a message, there and back; and what people compare. */
#include "unit.h"

#include <string.h>

#include "seal/content.h"
#include "seal/fingerprint.h"
#include "seal/letter.h"

#define MATERIAL "\"keyMaterial\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\""

static const struct {
	const char *name;
	uint32_t type;
	const char *given, *object;	/* NULL: refused */
} rows[] = {
	{ "text", LETTER_TEXT, "hi", "{\"text\":\"hi\"}" },
	{ "no text", LETTER_TEXT, "", "{\"text\":\"\"}" },
	{ "a line end stays", LETTER_TEXT, "hi\n", "{\"text\":\"hi\\n\"}" },
	{ "quotes", LETTER_TEXT, "{\"quoted\":\"\\\"}",
	    "{\"text\":\"{\\\"quoted\\\":\\\"\\\\\\\"}\"}" },
	{ "UTF-8 as it is", LETTER_TEXT, "\xe3\x81\x93",
	    "{\"text\":\"\xe3\x81\x93\"}" },
	{ "a control", LETTER_TEXT, "\x1b[2J",
	    "{\"text\":\"\\u001b[2J\"}" },
	{ "text that is not UTF-8", LETTER_TEXT, "\xff", NULL },
	{ "location", LETTER_LOCATION, "{\"title\":\"t\",\"address\":\"\","
	    "\"latitude\":35.6,\"longitude\":139.70}",
	    "{\"location\":{\"title\":\"t\",\"address\":\"\","
	    "\"latitude\":35.6,\"longitude\":139.70}}" },
	{ "location without title", LETTER_LOCATION, "{\"address\":\"\","
	    "\"latitude\":35.6,\"longitude\":139.70}", NULL },
	{ "location in words", LETTER_LOCATION, "{\"title\":\"t\","
	    "\"address\":\"\",\"latitude\":\"35.6\",\"longitude\":139}",
	    NULL },
	{ "location of one number", LETTER_LOCATION, "{\"title\":\"t\","
	    "\"address\":\"\",\"latitude\":35.6,\"longitude\":null}",
	    NULL },
	{ "location that is text", LETTER_LOCATION, "here", NULL },
	{ "image", LETTER_IMAGE, "{" MATERIAL ",\"fileName\":\"a.png\"}",
	    "{" MATERIAL ",\"fileName\":\"a.png\"}" },
	{ "file without material", LETTER_FILE, "{\"fileName\":\"a\"}", NULL },
	{ "material too short", LETTER_AUDIO, "{\"keyMaterial\":\"AAEC\"}",
	    NULL },
	{ "another type", 99, "{\"x\":[1,{}]}", "{\"x\":[1,{}]}" },
	{ "another type, no object", 99, "[1]", NULL },
};

static void
there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out = BUF(1024), back = BUF(1024);
		const char *why = NULL;
		bool ok = content_wrap(rows[i].type, span_str(rows[i].given),
		    &out, &why);

		if (ok != (rows[i].object != NULL))
			fail_msg("%s: %s", rows[i].name, ok ? "taken" : why);
		if (ok && (!span_eq(buf_get0(&out),
		    span_str(rows[i].object)) ||
		    !content_unwrap(rows[i].type, buf_get0(&out), &back,
		    &why) ||
		    !span_eq(buf_get0(&back), span_str(rows[i].given))))
			fail_msg("%s: %.*s", rows[i].name, (int)out.n,
			    (char *)out.p);
		if (!ok)
			assert_non_null(why);
		buf_free(&out);
		buf_free(&back);
	}
}

static const struct {
	const char *name;
	uint32_t type;
	const char *object, *inside;	/* NULL: refused */
} others[] = {
	{ "members beside the text", LETTER_TEXT,
	    "{\"STICON\":{},\"text\":\"hi\"}", "hi" },
	{ "text escaped by others", LETTER_TEXT,
	    "{\"text\":\"\\u3053\\/\\ud83d\\udc4d\"}",
	    "\xe3\x81\x93/\xf0\x9f\x91\x8d" },
	{ "no object", LETTER_TEXT, "hi", NULL },
	{ "no text", LETTER_TEXT, "{\"txt\":\"hi\"}", NULL },
	{ "text that is a number", LETTER_TEXT, "{\"text\":1}", NULL },
	{ "something behind", LETTER_TEXT, "{\"text\":\"\"}x", NULL },
	{ "a location as text", LETTER_LOCATION, "{\"text\":\"here\"}", NULL },
	{ "a location that is none", LETTER_LOCATION, "{\"location\":1}",
	    NULL },
};

static void
of_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(others); i++) {
		struct buf out = BUF(1024);
		const char *why = NULL;
		bool ok = content_unwrap(others[i].type,
		    span_str(others[i].object), &out, &why);

		if (ok != (others[i].inside != NULL) ||
		    !span_eq(buf_get0(&out), span_str(ok ? others[i].inside :
		    "")))
			fail_msg("%s", others[i].name);
		buf_free(&out);
	}
}

static void
material(void **state)
{
	unsigned char got[MEDIA_MATERIAL_SIZE] = { 9 };
	unsigned char want[MEDIA_MATERIAL_SIZE];
	struct buf out = BUF(256);

	(void)state;
	for (size_t i = 0; i < sizeof(want); i++)
		want[i] = (unsigned char)i;
	assert_false(content_material(SPAN("{\"keyMaterial\":\"AAEC\"}"),
	    got));
	assert_false(content_material(SPAN("AAEC"), got));
	assert_false(content_material(SPAN("{}"), got));
	assert_int_equal(got[0], 9);
	content_media(want, SPAN("a \"b\""), &out);
	assert_true(span_eq(buf_get0(&out), SPAN("{" MATERIAL
	    ",\"fileName\":\"a \\\"b\\\"\"}")));
	assert_true(content_material(buf_get0(&out), got));
	assert_memory_equal(got, want, sizeof(want));
	assert_true(content_material(SPAN(
	    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"), got));
	buf_free(&out);
}

/*
 * Made by hand: printf 'msgsec letter-seal fingerprint 1\n' and 32 zero
 * octets, sha256sum, each pair of octets as a number.
 */
static void
fingerprints(void **state)
{
	static const char want[] = 
	    "60723 32236 44784 42606 31510 33558 35152 04409 "
	    "05993 01505 21532 00847 43222 09304 00035 07570";
	static const unsigned char zero[X25519_SIZE];
	char got[FINGERPRINT_SIZE] = "", tight[FINGERPRINT_SIZE];
	struct buf b = BUF(256);

	(void)state;
	assert_string_equal(fingerprint(zero, got), want);
	assert_int_equal(strlen(got), FINGERPRINT_SIZE - 1);
	assert_true(fingerprint_same(got, span_str(got)));
	for (size_t i = 0; i < strlen(got); i++)
		if (got[i] != ' ')
			buf_byte(&b, (unsigned char)got[i]);
	assert_true(fingerprint_same(got, buf_get0(&b)));
	assert_false(fingerprint_same(got, span_first(buf_get0(&b), 79)));
	buf_str(&b, "0");
	assert_false(fingerprint_same(got, buf_get0(&b)));
	memcpy(tight, got, sizeof(got));
	tight[90] = tight[90] == '1' ? '2' : '1';
	assert_false(fingerprint_same(got, span_str(tight)));
	assert_false(fingerprint_same(got, SPAN("")));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(of_others),
		cmocka_unit_test(material),
		cmocka_unit_test(fingerprints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
