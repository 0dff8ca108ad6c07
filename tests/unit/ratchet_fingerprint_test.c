/* Safety numbers and their scannable form against those of libsignal. */
#include "unit.h"

#include <string.h>

#include "../support/vectors.h"
#include "ratchet/fingerprint.h"

static void
side(const json_t *row, const char *key_name, const char *id_name,
    struct fingerprint *out)
{
	unsigned char key[CURVE_PUBLIC];
	struct buf id = BUF(65536);

	vectors_get(row, key_name, key, sizeof(key));
	fingerprint_of(key, vectors_hex(row, id_name, &id), out);
	buf_free(&id);
}

static void
test_vectors(void **state)
{
	json_t *file = vectors_load("tests/vectors/signal/fingerprint.json");
	json_t *row = NULL;
	size_t i = 0;

	(void)state;
	json_array_foreach(json_object_get(file, "vectors"), i, row) {
		struct fingerprint ours, theirs;
		struct buf keep = BUF(65536), code = BUF(256);
		char digits[FINGERPRINT_DIGITS + 1], back[sizeof(digits)];

		if (json_integer_value(json_object_get(row, "iterations")) !=
		    5200)
			continue;
		side(row, "localKey", "localId", &ours);
		side(row, "remoteKey", "remoteId", &theirs);
		fingerprint_join(&ours, &theirs, digits);
		fingerprint_join(&theirs, &ours, back);
		assert_string_equal(digits, json_string_value(
		    json_object_get(row, "display")));
		assert_string_equal(digits, back);
		fingerprint_scannable(&ours, &theirs, (unsigned)
		    json_integer_value(json_object_get(row, "version")),
		    &code);
		assert_true(span_eq(buf_get0(&code),
		    vectors_hex(row, "scannable", &keep)));
		buf_free(&keep);
		buf_free(&code);
	}
	assert_true(i >= 10);
	json_decref(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
	};

	curve_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
