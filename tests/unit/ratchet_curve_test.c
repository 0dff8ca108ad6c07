/* X25519 and XEdDSA against vectors of libsignal; keys that are none. */
#include "unit.h"

#include <string.h>

#include "../support/vectors.h"
#include "ratchet/curve.h"

static struct env env;

static void
test_signatures(void **state)
{
	json_t *file = vectors_load("tests/vectors/signal/xeddsa.json");
	json_t *row = NULL;
	size_t i = 0, valid = 0, invalid = 0;

	(void)state;
	json_array_foreach(json_object_get(file, "vectors"), i, row) {
		struct buf keep = BUF(65536);
		struct span pub = vectors_hex(row, "pub", &keep);
		struct span msg = vectors_hex(row, "msg", &keep);
		struct span sig = vectors_hex(row, "sig", &keep);
		bool want = json_is_true(json_object_get(row, "valid"));

		if (curve_verify(pub, msg, sig) != want)
			fail_msg("vector %zu", i);
		valid += want;
		invalid += !want;
		buf_free(&keep);
	}
	assert_true(valid >= 30 && invalid >= 10);
	json_decref(file);
}

/* The keys of the vectors sign what verifies, both signs of the point. */
static void
test_sign(void **state)
{
	json_t *file = vectors_load("tests/vectors/signal/xeddsa.json");
	json_t *row = NULL;
	size_t i = 0, signs[2] = { 0 };

	(void)state;
	json_array_foreach(json_object_get(file, "vectors"), i, row) {
		struct buf keep = BUF(65536);
		struct curve_pair pair;
		unsigned char priv[32], sig[CURVE_SIGNATURE];
		struct span msg = vectors_hex(row, "msg", &keep);
		struct span pub = vectors_hex(row, "pub", &keep);

		if (json_object_get(row, "priv") == NULL) {
			buf_free(&keep);
			continue;
		}
		vectors_get(row, "priv", priv, sizeof(priv));
		curve_pair_of(priv, &pair);
		assert_true(span_eq(pub, span_of(pair.pub, CURVE_PUBLIC)));
		curve_sign(&env, pair.priv, msg, sig);
		signs[sig[63] >> 7]++;
		assert_true(curve_verify(pub, msg, span_of(sig, 64)));
		sig[5] ^= 1;
		assert_false(curve_verify(pub, msg, span_of(sig, 64)));
		sig[5] ^= 1;
		sig[63] ^= 0x80;
		assert_false(curve_verify(pub, msg, span_of(sig, 64)));
		assert_false(curve_verify(pub, msg, span_of(sig, 63)));
		buf_free(&keep);
	}
	assert_true(signs[0] > 0 && signs[1] > 0);
	json_decref(file);
}

/* RFC 7748 section 6.1. */
static void
test_dh(void **state)
{
	static const unsigned char alice[] = {
		0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16,
		0xc1, 0x72, 0x51, 0xb2, 0x66, 0x45, 0xdf, 0x4c, 0x2f, 0x87,
		0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9,
		0x2c, 0x2a,
	}, bob[] = {
		0x5d, 0xab, 0x08, 0x7e, 0x62, 0x4a, 0x8a, 0x4b, 0x79, 0xe1,
		0x7f, 0x8b, 0x83, 0x80, 0x0e, 0xe6, 0x6f, 0x3b, 0xb1, 0x29,
		0x26, 0x18, 0xb6, 0xfd, 0x1c, 0x2f, 0x8b, 0x27, 0xff, 0x88,
		0xe0, 0xeb,
	}, shared[] = {
		0x4a, 0x5d, 0x9d, 0x5b, 0xa4, 0xce, 0x2d, 0xe1, 0x72, 0x8e,
		0x3b, 0xf4, 0x80, 0x35, 0x0f, 0x25, 0xe0, 0x7e, 0x21, 0xc9,
		0x47, 0xd1, 0x9e, 0x33, 0x76, 0xf0, 0x9b, 0x3c, 0x1e, 0x16,
		0x17, 0x42,
	};
	struct curve_pair a, b;
	unsigned char got[32], zero[CURVE_PUBLIC] = { 5 };

	(void)state;
	curve_pair_of(alice, &a);
	curve_pair_of(bob, &b);
	assert_true(curve_dh(a.priv, b.pub, got));
	assert_memory_equal(got, shared, 32);
	assert_true(curve_dh(b.priv, a.pub, got));
	assert_memory_equal(got, shared, 32);
	assert_false(curve_dh(a.priv, zero, got));
}

static void
test_keys(void **state)
{
	/* p - 1, p, p + 1, 2^255 - 1, with the type before them */
	unsigned char pub[CURVE_PUBLIC + 1];
	struct curve_pair pair;
	static const struct {
		const char *name;
		unsigned char type, low, high;
		size_t n;
		bool ok;
	} rows[] = {
		{ "u = p - 1", 5, 0xec, 0x7f, 33, true },
		{ "u = p", 5, 0xed, 0x7f, 33, false },
		{ "u = p + 1", 5, 0xee, 0x7f, 33, false },
		{ "u = 2^255 - 1", 5, 0xff, 0x7f, 33, false },
		{ "the high bit", 5, 0x01, 0xff, 33, false },
		{ "another type", 6, 0xec, 0x7f, 33, false },
		{ "too short", 5, 0xec, 0x7f, 32, false },
		{ "too long", 5, 0xec, 0x7f, 34, false },
		{ "empty", 5, 0xec, 0x7f, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		memset(pub, 0xff, sizeof(pub));
		pub[0] = rows[i].type;
		pub[1] = rows[i].low;
		pub[32] = rows[i].high;
		if (curve_key_ok(span_of(pub, rows[i].n)) != rows[i].ok)
			fail_msg("%s", rows[i].name);
	}
	/* points: one of ours; u = 0 and 1 (small order); a torsioned one */
	curve_pair_new(&env, &pair);
	assert_true(curve_point_ok(span_of(pair.pub, CURVE_PUBLIC)));
	memset(pub, 0, sizeof(pub));
	pub[0] = 5;
	assert_false(curve_point_ok(span_of(pub, CURVE_PUBLIC)));
	pub[1] = 1;
	assert_false(curve_point_ok(span_of(pub, CURVE_PUBLIC)));
	pub[1] = 0xec;
	memset(pub + 2, 0xff, 30);
	pub[32] = 0x7f;
	assert_false(curve_point_ok(span_of(pub, CURVE_PUBLIC)));
}

/*
 * Section 5 item 14: B plus the point of order two, (0, -1): its u is 1 / 9.
 */
static void
test_torsioned(void **state)
{
	/* 1 / 9 mod 2^255 - 19, the lowest octet first */
	unsigned char pub[CURVE_PUBLIC] = { 5,
		0x12, 0xc7, 0x71, 0x1c, 0xc7, 0x71, 0x1c, 0xc7, 0x71, 0x1c,
		0xc7, 0x71, 0x1c, 0xc7, 0x71, 0x1c, 0xc7, 0x71, 0x1c, 0xc7,
		0x71, 0x1c, 0xc7, 0x71, 0x1c, 0xc7, 0x71, 0x1c, 0xc7, 0x71,
		0x1c, 0x47 };
	unsigned char priv[32] = { 8 }, shared[32], plain[32];

	(void)state;
	priv[31] = 0x40;
	assert_true(curve_key_ok(span_of(pub, CURVE_PUBLIC)));
	assert_false(curve_point_ok(span_of(pub, CURVE_PUBLIC)));
	/* a clamped scalar gives what B itself gives: that is the harm */
	assert_true(curve_dh(priv, pub, shared));
	memset(pub + 1, 0, 32);
	pub[1] = 9;
	assert_true(curve_point_ok(span_of(pub, CURVE_PUBLIC)));
	assert_true(curve_dh(priv, pub, plain));
	assert_memory_equal(shared, plain, sizeof(plain));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_sign),
		cmocka_unit_test(test_dh),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_torsioned),
	};

	env_system(&env);
	curve_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
