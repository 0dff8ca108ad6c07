/*
 * Version 4: Kyber and first messages of the current libsignal, two of our
 * own, and the limits of the post-quantum ratchet.
 */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "../support/vectors.h"
#include "ratchet/record.h"
#include "ratchet/x3dh.h"

enum { MAX = 65536 };

static struct env env;

/* An older libcrypto has none, and then all of it says so. */
static bool
is_refused(void)
{
	unsigned char seed[KYBER_SEED] = { 1 }, pub[KYBER_PUBLIC] = { 8 },
	    ct[KYBER_CIPHERTEXT], secret[KYBER_SECRET];
	struct x3dh_kyber offer = { .id = 1 };
	struct x3dh_offer o = { .signed_id = 1 };
	struct identity us;
	struct ratchet s;

	if (kyber_available())
		return false;
	curve_pair_new(&env, &us.keys);
	memcpy(o.identity, us.keys.pub, CURVE_PUBLIC);
	memcpy(o.signed_key, us.keys.pub, CURVE_PUBLIC);
	memcpy(offer.key, pub, sizeof(pub));
	curve_sign(&env, us.keys.priv, span_of(o.signed_key, CURVE_PUBLIC),
	    o.signature);
	curve_sign(&env, us.keys.priv, span_of(pub, sizeof(pub)),
	    offer.signature);
	assert_false(x3dh_start(&env, &us, &o, &offer, &s));
	assert_null(kyber_of_seed(seed));
	assert_false(kyber_seal(&env, pub, ct, secret));
	return true;
}

static void
test_kyber_vectors(void **state)
{
	json_t *file = NULL, *row = NULL;
	size_t i = 0;

	(void)state;
	if (is_refused())
		return;
	file = vectors_load(
	    "tests/vectors/signal/kyber1024r3-from-mlkem1024.json");
	json_array_foreach(json_object_get(file, "vectors"), i, row) {
		struct buf keep = BUF(MAX);
		unsigned char ct[KYBER_CIPHERTEXT] = { 8 }, got[32],
		    pub[KYBER_PUBLIC];
		struct kyber_key *k = kyber_of_private(vectors_hex(row, "dk",
		    &keep));

		assert_non_null(k);
		assert_true(kyber_public(k, pub));
		assert_true(span_eq(span_of(pub + 1, KYBER_PUBLIC - 1),
		    vectors_hex(row, "ek", &keep)));
		vectors_get(row, "ct", ct + 1, sizeof(ct) - 1);
		assert_true(kyber_open(k, span_of(ct, sizeof(ct)), got));
		assert_true(span_eq(span_of(got, 32), vectors_hex(row,
		    "kyber_r3_ss", &keep)));
		/* another type, a wrong length */
		ct[0] = 7;
		assert_false(kyber_open(k, span_of(ct, sizeof(ct)), got));
		ct[0] = 8;
		assert_false(kyber_open(k, span_of(ct, 1568), got));
		kyber_free(k);
		buf_free(&keep);
	}
	assert_true(i >= 3);
	json_decref(file);
}

static void
test_kyber_both_ways(void **state)
{
	unsigned char seed[KYBER_SEED] = { 1 }, pub[KYBER_PUBLIC],
	    ct[KYBER_CIPHERTEXT], a[32], b[32];
	struct kyber_key *k = NULL;

	(void)state;
	if (is_refused())
		return;
	k = kyber_of_seed(seed);
	assert_true(kyber_public(k, pub));
	assert_true(kyber_seal(&env, pub, ct, a));
	assert_true(kyber_open(k, span_of(ct, sizeof(ct)), b));
	assert_memory_equal(a, b, sizeof(a));
	ct[100] ^= 1;
	assert_true(kyber_open(k, span_of(ct, sizeof(ct)), b));
	assert_memory_not_equal(a, b, sizeof(a));
	memset(pub + 1, 0xff, sizeof(pub) - 1);
	assert_false(kyber_seal(&env, pub, ct, a));
	kyber_free(k);
}

/* Each message of libsignal 0.103.0, the last one first. */
static void
test_first_messages(void **state)
{
	json_t *file = NULL, *keys = NULL, *messages = NULL;
	struct identity bob = { .registration_id = 9 };
	struct curve_pair spk, opk;
	struct kyber_key *kyber = NULL;
	unsigned char priv[32];
	struct buf keep = BUF(1 << 20);
	struct ratchet s;

	(void)state;
	if (is_refused())
		return;
	buf_room(&keep, 1 << 20);
	file = vectors_load("tests/vectors/signal/v4-prekey-0.103.0.json");
	keys = json_object_get(file, "bob");
	messages = json_object_get(file, "messages");
	vectors_get(keys, "identity_priv", priv, sizeof(priv));
	curve_pair_of(priv, &bob.keys);
	vectors_get(keys, "spk_priv", priv, sizeof(priv));
	curve_pair_of(priv, &spk);
	vectors_get(keys, "opk_priv", priv, sizeof(priv));
	curve_pair_of(priv, &opk);
	kyber = kyber_of_private(vectors_hex(keys, "kyber_dk", &keep));
	for (size_t i = json_array_size(messages); i-- > 0;) {
		json_t *m = json_array_get(messages, i);
		struct buf one = BUF(MAX), plain = BUF(MAX);
		struct session_info info;
		struct wire_prekey p;

		assert_int_equal(wire_prekey_read(vectors_hex(m, "body",
		    &one), &p), WIRE_OK);
		if (i == json_array_size(messages) - 1)
			assert_true(x3dh_answer(&bob, &spk, &opk, kyber, &p,
			    &s));
		assert_int_equal(ratchet_decrypt(&s, &env, &p.message, &plain,
		    &info), SESSION_OK);
		assert_true(span_eq(buf_get0(&plain), vectors_hex(m,
		    "plaintext", &one)));
		assert_int_equal(ratchet_decrypt(&s, &env, &p.message, &plain,
		    &info), SESSION_DUPLICATE);
		buf_free(&one);
		buf_free(&plain);
	}
	ratchet_free(&s);
	kyber_free(kyber);
	buf_free(&keep);
	json_decref(file);
}

static void
store(struct ratchet *s)
{
	struct buf b = BUF(RECORD_SESSION_MAX), again = BUF(RECORD_SESSION_MAX);

	record_session_write(s, &b);
	ratchet_free(s);
	assert_true(record_session_read(buf_get0(&b), s));
	record_session_write(s, &again);
	assert_true(span_eq(buf_get0(&b), buf_get0(&again)));
	buf_free(&b);
	buf_free(&again);
}

static enum session_result
read_message(struct ratchet *s, struct span in, const char *want)
{
	struct buf plain = BUF(MAX);
	struct session_info info;
	struct wire_prekey p;
	struct wire_message m;
	enum session_result r = SESSION_OK;

	if (wire_prekey_read(in, &p) == WIRE_OK)
		m = p.message;
	else
		assert_int_equal(wire_message_read(in, &m), WIRE_OK);
	r = ratchet_decrypt(s, &env, &m, &plain, &info);
	if (r == SESSION_OK)
		assert_true(span_eq(buf_get0(&plain), span_str(want)));
	buf_free(&plain);
	return r;
}

/* Two of our own, messages late and twice, each side stored each time. */
static void
test_conversation(void **state)
{
	struct identity alice = { .registration_id = 1 },
	    bob = { .registration_id = 2 };
	struct x3dh_offer o = { .registration_id = 2, .signed_id = 1 };
	struct x3dh_kyber offer = { .id = 3 };
	unsigned char seed[KYBER_SEED] = { 7 };
	struct curve_pair spk;
	struct kyber_key *k = NULL;
	struct buf m[40];
	struct wire_prekey p;
	struct ratchet s[2];
	char text[16];

	(void)state;
	if (is_refused())
		return;
	curve_pair_new(&env, &alice.keys);
	curve_pair_new(&env, &bob.keys);
	curve_pair_new(&env, &spk);
	k = kyber_of_seed(seed);
	assert_true(kyber_public(k, offer.key));
	memcpy(o.identity, bob.keys.pub, CURVE_PUBLIC);
	memcpy(o.signed_key, spk.pub, CURVE_PUBLIC);
	curve_sign(&env, bob.keys.priv, span_of(spk.pub, CURVE_PUBLIC),
	    o.signature);
	/* a Kyber prekey that nobody signed */
	assert_false(x3dh_start(&env, &alice, &o, &offer, &s[0]));
	curve_sign(&env, bob.keys.priv, span_of(offer.key, KYBER_PUBLIC),
	    offer.signature);
	assert_true(x3dh_start(&env, &alice, &o, &offer, &s[0]));
	for (size_t i = 0; i < ROWS(m); i++) {
		bool from_bob = i >= 4 && i / 4 % 2 == 1;

		m[i] = BUF(MAX);
		snprintf(text, sizeof(text), "%zu", i);
		assert_int_equal(ratchet_encrypt(&s[from_bob], &env,
		    span_str(text), &m[i]), SESSION_OK);
		assert_int_equal(m[i].p[0], 0x44);
		if (i == 0) {
			assert_int_equal(wire_prekey_read(buf_get0(&m[0]), &p),
			    WIRE_OK);
			assert_false(x3dh_answer(&bob, &spk, NULL, NULL, &p,
			    &s[1]));
			assert_true(x3dh_answer(&bob, &spk, NULL, k, &p,
			    &s[1]));
		}
		/* the second of each four comes at the end */
		if (i % 4 != 1)
			assert_int_equal(read_message(&s[!from_bob],
			    buf_get0(&m[i]), text), SESSION_OK);
		store(&s[0]);
		if (i > 0)
			store(&s[1]);
		if (i % 4 == 3)
			assert_int_equal(read_message(&s[!from_bob],
			    buf_get0(&m[i - 1]), ""), SESSION_DUPLICATE);
	}
	for (size_t i = 25; i < ROWS(m); i += 4) {
		snprintf(text, sizeof(text), "%zu", i);
		assert_int_equal(read_message(&s[i / 4 % 2 == 0],
		    buf_get0(&m[i]), text), SESSION_OK);
	}
	for (size_t i = 0; i < ROWS(m); i++)
		buf_free(&m[i]);
	ratchet_free(&s[0]);
	ratchet_free(&s[1]);
	kyber_free(k);
}

static void
header(struct buf *out, const char *octets, size_t n)
{
	buf_reset(out);
	buf_add(out, octets, n);
}

static void
test_headers(void **state)
{
	static const struct {
		const char *name;
		struct span in;
		enum pq_result want;
	} rows[] = {
		{ "ours", SPAN("\1\1\1\0"), PQ_OK },
		{ "with a chunk", SPAN("\1\1\1\1\5" "0123456789abcdef"
		    "0123456789abcdef"), PQ_OK },
		{ "another version", SPAN("\2\1\1\0"), PQ_MALFORMED },
		{ "another epoch", SPAN("\1\2\1\0"), PQ_MALFORMED },
		{ "index 0", SPAN("\1\1\0\0"), PQ_MALFORMED },
		{ "another type", SPAN("\1\1\1\7"), PQ_MALFORMED },
		{ "cut", SPAN("\1\1\1"), PQ_MALFORMED },
		{ "empty", SPAN(""), PQ_MALFORMED },
		{ "2,000 ahead", SPAN("\1\1\xd0\x0f\0"), PQ_OK },
		{ "2,001 ahead", SPAN("\1\1\xd1\x0f\0"), PQ_TOO_FAR },
	};
	unsigned char secret[PQ_KEY] = { 1 }, key[PQ_KEY];
	uint32_t index = 0;
	struct pq p;

	(void)state;
	pq_start(secret, true, &p);
	for (size_t i = 0; i < ROWS(rows); i++)
		if (pq_find(&p, rows[i].in, &index, key) != rows[i].want)
			fail_msg("%s", rows[i].name);
	pq_free(&p);
}

/* Keys are the same on both sides, kept while missing, gone when used. */
static void
test_ratchet(void **state)
{
	unsigned char secret[PQ_KEY] = { 1 }, want[4][PQ_KEY], key[PQ_KEY];
	struct buf h = BUF(64);
	uint32_t index = 0;
	struct pq a, b;

	(void)state;
	pq_start(secret, true, &a);
	pq_start(secret, false, &b);
	for (int i = 0; i < 4; i++) {
		buf_reset(&h);
		pq_send(&a, want[i], &h);
	}
	assert_int_equal(pq_find(&b, buf_get0(&h), &index, key), PQ_OK);
	assert_memory_equal(key, want[3], PQ_KEY);
	pq_use(&b, index, 5);
	assert_int_equal(b.missing.n, 3);
	assert_int_equal(pq_find(&b, buf_get0(&h), &index, key), PQ_USED);
	header(&h, "\1\1\2\0", 4);
	assert_int_equal(pq_find(&b, buf_get0(&h), &index, key), PQ_OK);
	assert_memory_equal(key, want[1], PQ_KEY);
	pq_use(&b, index, 6);
	assert_int_equal(pq_find(&b, buf_get0(&h), &index, key), PQ_USED);
	assert_int_equal(b.missing.n, 2);
	pq_expire(&b, 5);
	assert_int_equal(b.missing.n, 2);
	pq_expire(&b, 6);
	assert_int_equal(b.missing.n, 0);
	pq_free(&a);
	pq_free(&b);
	buf_free(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kyber_vectors),
		cmocka_unit_test(test_kyber_both_ways),
		cmocka_unit_test(test_first_messages),
		cmocka_unit_test(test_conversation),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_ratchet),
	};

	env_system(&env);
	curve_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
