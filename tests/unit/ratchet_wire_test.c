/* The messages on the wire: what is read, what is refused, byte for byte. */
#include "unit.h"

#include <string.h>

#include "../support/vectors.h"
#include "ratchet/wire.h"
#include "ratchet/curve.h"

#define KEY "\x21\x05\x09\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" \
	"\0\0\0\0"
#define KEY_OF(octet) "\x21\x05" octet "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define CODE "12345678"
#define ROW(name, octets, want) { name, SPAN(octets), want }

/* Section 5 item 15: what is malformed, twice, missing, too much. */
static void
test_message(void **state)
{
	static const struct {
		const char *name;
		struct span in;
		enum wire_result want;
	} rows[] = {
		ROW("whole", "\x33\x0a" KEY "\x10\0\x18\0\x22\x02" "ab" CODE,
		    WIRE_OK),
		ROW("without previous counter", "\x33\x0a" KEY "\x10\0\x22\x02"
		    "ab" CODE, WIRE_OK),
		ROW("low nibble 4", "\x34\x0a" KEY "\x10\0\x22\0" CODE,
		    WIRE_OK),
		ROW("version 4", "\x44\x0a" KEY "\x10\0\x22\0" CODE, WIRE_OK),
		ROW("version 2", "\x23\x0a" KEY "\x10\0\x22\0" CODE, WIRE_OLD),
		ROW("version 5", "\x55\x0a" KEY "\x10\0\x22\0" CODE, WIRE_NEW),
		ROW("another order", "\x33\x22\0\x10\0\x0a" KEY CODE, WIRE_OK),
		ROW("an unknown field", "\x33\x0a" KEY "\x10\0\x22\0\x78\1"
		    CODE, WIRE_OK),
		ROW("an unknown field of 8 octets", "\x33\x0a" KEY
		    "\x10\0\x22\0\x79" "12345678" CODE, WIRE_OK),
		ROW("a group", "\x33\x0a" KEY "\x10\0\x22\0\x7b" CODE,
		    WIRE_MALFORMED),
		ROW("field 0", "\x33\x0a" KEY "\x10\0\x22\0\0\0" CODE,
		    WIRE_MALFORMED),
		ROW("counter twice", "\x33\x0a" KEY "\x10\0\x10\0\x22\0" CODE,
		    WIRE_MALFORMED),
		ROW("no key", "\x33\x10\0\x22\0" CODE, WIRE_MALFORMED),
		ROW("no counter", "\x33\x0a" KEY "\x22\0" CODE,
		    WIRE_MALFORMED),
		ROW("no ciphertext", "\x33\x0a" KEY "\x10\0" CODE,
		    WIRE_MALFORMED),
		ROW("counter of 32 bits", "\x33\x0a" KEY
		    "\x10\xff\xff\xff\xff\x0f\x22\0" CODE, WIRE_OK),
		ROW("counter of 33 bits", "\x33\x0a" KEY
		    "\x10\xff\xff\xff\xff\x1f\x22\0" CODE, WIRE_MALFORMED),
		ROW("counter without end", "\x33\x0a" KEY
		    "\x22\0\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
		    CODE, WIRE_MALFORMED),
		ROW("counter as octets", "\x33\x0a" KEY "\x12\1\1\x22\0" CODE,
		    WIRE_MALFORMED),
		ROW("a length past the end", "\x33\x0a" KEY "\x10\0\x22\x03"
		    "ab" CODE, WIRE_MALFORMED),
		ROW("a key of 32 octets", "\x33\x0a\x20\x05\x09\0\0\0\0\0\0\0"
		    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0\x22\0"
		    CODE, WIRE_MALFORMED),
		ROW("a key of another type", "\x33\x0a\x21\x08\x09\0\0\0\0\0\0"
		    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0"
		    "\x22\0" CODE, WIRE_MALFORMED),
		ROW("addresses too short", "\x33\x0a" KEY "\x10\0\x22\0\x32\1x"
		    CODE, WIRE_MALFORMED),
		ROW("only a version", "\x33" CODE, WIRE_MALFORMED),
		ROW("too short for a code", "\x33" "1234567", WIRE_MALFORMED),
		ROW("nothing", "", WIRE_MALFORMED),
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct wire_message m;

		if (wire_message_read(rows[i].in, &m) != rows[i].want)
			fail_msg("%s", rows[i].name);
	}
}

#define INNER "\x22\x30\x33\x0a" KEY "\x10\0\x22\0" CODE
#define INNER4 "\x22\x30\x44\x0a" KEY "\x10\0\x22\0" CODE

static void
test_prekey(void **state)
{
	static const struct {
		const char *name;
		struct span in;
		enum wire_result want;
	} rows[] = {
		ROW("whole", "\x33\x28\1\x08\0\x12" KEY_OF("\1") "\x1a" KEY
		    INNER "\x30\1", WIRE_OK),
		ROW("without one-time prekey", "\x33\x12" KEY "\x1a" KEY INNER
		    "\x30\1", WIRE_OK),
		ROW("no signed prekey", "\x33\x12" KEY "\x1a" KEY INNER,
		    WIRE_MALFORMED),
		ROW("no base key", "\x33\x1a" KEY INNER "\x30\1",
		    WIRE_MALFORMED),
		ROW("no identity", "\x33\x12" KEY INNER "\x30\1",
		    WIRE_MALFORMED),
		ROW("no message", "\x33\x12" KEY "\x1a" KEY "\x30\1",
		    WIRE_MALFORMED),
		ROW("two identities", "\x33\x12" KEY "\x1a" KEY "\x1a" KEY
		    INNER "\x30\1", WIRE_MALFORMED),
		ROW("versions differ", "\x33\x12" KEY "\x1a" KEY INNER4
		    "\x30\1", WIRE_MALFORMED),
		ROW("version 4 without Kyber", "\x44\x12" KEY "\x1a" KEY INNER4
		    "\x30\1", WIRE_MALFORMED),
		ROW("Kyber's id alone", "\x33\x12" KEY "\x1a" KEY INNER
		    "\x30\1\x38\1", WIRE_MALFORMED),
		ROW("an octet behind", "\x33\x12" KEY "\x1a" KEY INNER
		    "\x30\1\x30", WIRE_MALFORMED),
		ROW("version 2", "\x22\x12" KEY, WIRE_OLD),
		ROW("version 5", "\x50\x12" KEY, WIRE_NEW),
		ROW("nothing", "", WIRE_MALFORMED),
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct wire_prekey p;

		if (wire_prekey_read(rows[i].in, &p) != rows[i].want)
			fail_msg("%s", rows[i].name);
	}
}

/* Real messages come out of our writer as they went into our reader. */
static void
test_again(void **state)
{
	json_t *file = vectors_load(
	    "tests/vectors/signal/v3-transcript-signal-c-0x33.json");
	json_t *row = NULL;
	size_t i = 0, kinds[2] = { 0 };

	(void)state;
	json_array_foreach(json_object_get(file, "steps"), i, row) {
		struct buf keep = BUF(65536), again = BUF(65536);
		struct wire_prekey p = { 0 };
		struct wire_message m = { 0 };
		struct span in = vectors_hex(row, "body", &keep), inner = in;
		bool first = json_integer_value(
		    json_object_get(row, "type")) == 3;

		/* what the other library writes has its own low nibble */
		if (in.p[0] != 0x33)
			goto next;
		kinds[first]++;
		if (first) {
			assert_int_equal(wire_prekey_read(in, &p), WIRE_OK);
			m = p.message;
			inner = span_of(m.authentic.p, m.authentic.n + 8);
		} else {
			assert_int_equal(wire_message_read(in, &m), WIRE_OK);
		}
		wire_message_write(&again, &m);
		buf_span(&again, m.mac);
		assert_true(span_eq(buf_get0(&again), inner));
		if (!first)
			goto next;
		buf_reset(&again);
		/* Signal's C library writes field 5 first */
		wire_prekey_write(&again, &p, inner);
		assert_int_equal(again.n, in.n);
		assert_int_equal(wire_prekey_read(buf_get0(&again), &p),
		    WIRE_OK);
	next:
		buf_free(&keep);
		buf_free(&again);
	}
	assert_true(kinds[0] > 0 && kinds[1] > 0);
	json_decref(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_prekey),
		cmocka_unit_test(test_again),
	};

	curve_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
