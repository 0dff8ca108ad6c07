/*
 * Version 4: Kyber and first messages of the current libsignal, two of our
 * own, and the limits of the post-quantum ratchet.
 */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "../support/vectors.h"
#include "ratchet/pb.h"
#include "ratchet/pq_record.h"
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
	struct pq_place at;
	struct pq p;

	(void)state;
	pq_start(secret, true, &p);
	for (size_t i = 0; i < ROWS(rows); i++)
		if (pq_find(&p, rows[i].in, &at, key) != rows[i].want)
			fail_msg("%s", rows[i].name);
	pq_free(&p);
}

/* Keys are the same on both sides, kept while missing, gone when used. */
static void
test_ratchet(void **state)
{
	unsigned char secret[PQ_KEY] = { 1 }, want[4][PQ_KEY], key[PQ_KEY];
	struct buf h = BUF(64);
	struct pq_place at;
	struct pq a, b;

	(void)state;
	pq_start(secret, true, &a);
	pq_start(secret, false, &b);
	for (int i = 0; i < 4; i++) {
		buf_reset(&h);
		pq_send(&a, want[i], &h);
	}
	assert_int_equal(pq_find(&b, buf_get0(&h), &at, key), PQ_OK);
	assert_memory_equal(key, want[3], PQ_KEY);
	pq_use(&b, &at, 5);
	assert_int_equal(b.missing.n, 3);
	assert_int_equal(pq_find(&b, buf_get0(&h), &at, key), PQ_USED);
	header(&h, "\1\1\2\0", 4);
	assert_int_equal(pq_find(&b, buf_get0(&h), &at, key), PQ_OK);
	assert_memory_equal(key, want[1], PQ_KEY);
	pq_use(&b, &at, 6);
	assert_int_equal(pq_find(&b, buf_get0(&h), &at, key), PQ_USED);
	assert_int_equal(b.missing.n, 2);
	pq_expire(&b, 5);
	assert_int_equal(b.missing.n, 2);
	pq_expire(&b, 6);
	assert_int_equal(b.missing.n, 0);
	pq_free(&a);
	pq_free(&b);
	buf_free(&h);
}

/* The V1State of a session in that epoch, as far as it is looked into. */
static struct span
braid_of(uint32_t epoch, struct buf *out)
{
	struct buf inner = BUF(64), part = BUF(64);

	buf_reset(out);
	pb_put_uint(&inner, 1, epoch);
	pb_put_inner(&part, 1, &inner);
	pb_put_inner(out, 11, &part);
	return buf_get0(out);
}

/* A session that another implementation has taken to its fifth epoch. */
static void
later(struct pq *p)
{
	unsigned char secret[PQ_KEY] = { 3 };
	struct pq_missing m = { .at = { 4, 7 }, .since = 5, .key = { 9 } };

	pq_start(secret, false, p);
	p->first = 4;
	p->epoch = 5;
	p->n_links = 3;
	for (unsigned char i = 0; i < 3; i++) {
		memset(p->links[i].recv.next, 16 + i, PQ_KEY);
		p->links[i].recv.n = 10;
		memset(p->links[i].send.next, i > 0 ? 32 + i : 0, PQ_KEY);
	}
	braid_of(5, &p->braid);
	pq_keep(p, &m);
	m.at.epoch = 6;
	pq_keep(p, &m);
}

static void
test_record(void **state)
{
	struct buf one = BUF(MAX), again = BUF(MAX), h = BUF(64);
	unsigned char key[PQ_KEY];
	struct pq_place at;
	struct pq p;

	(void)state;
	later(&p);
	pq_record_write(&p, &one);
	pq_free(&p);
	assert_true(pq_record_read(buf_get0(&one), &p));
	assert_false(p.initiator);
	assert_int_equal(p.missing.n, 2);
	assert_int_equal(p.missing.v[0].since, 5);
	pq_record_write(&p, &again);
	assert_true(span_eq(buf_get0(&one), buf_get0(&again)));
	pq_send(&p, key, &h);
	assert_true(span_eq(buf_get0(&h), SPAN("\1\5\1\0")));
	assert_int_equal(pq_find(&p, SPAN("\1\6\13\0"), &at, key), PQ_OK);
	assert_int_equal(pq_find(&p, SPAN("\1\4\7\0"), &at, key), PQ_OK);
	assert_int_equal(key[0], 9);
	pq_use(&p, &at, 0);
	assert_int_equal(p.missing.n, 1);
	assert_int_equal(pq_find(&p, SPAN("\1\4\7\0"), &at, key), PQ_USED);
	assert_int_equal(pq_find(&p, SPAN("\1\5\7\0"), &at, key), PQ_USED);
	assert_int_equal(pq_find(&p, SPAN("\1\3\13\0"), &at, key),
	    PQ_MALFORMED);
	assert_int_equal(pq_find(&p, SPAN("\1\7\13\0"), &at, key),
	    PQ_MALFORMED);
	pq_free(&p);
	/* what is cut is none, what is changed is none or is written again */
	for (size_t n = 0; n < one.n; n++) {
		if (pq_record_read(span_of(one.p, n), &p))
			pq_free(&p);
		one.p[n] ^= 1;
		if (pq_record_read(buf_get0(&one), &p)) {
			pq_record_write(&p, &again);
			pq_free(&p);
		}
		one.p[n] ^= 1;
	}
	buf_free(&one);
	buf_free(&again);
	buf_free(&h);
}

/* As libsignal has it before the first message. */
static void
test_record_beginning(void **state)
{
	unsigned char secret[PQ_KEY] = { 1 }, want[PQ_KEY], got[PQ_KEY];
	struct buf b = BUF(64), one = BUF(MAX), h = BUF(64);
	struct pq p, q;

	(void)state;
	pq_start(secret, false, &p);
	pb_put_bytes(&b, 1, span_of(secret, PQ_KEY));
	pb_put_uint(&b, 2, 1);
	pb_put_inner(&one, 1, &b);
	pb_put_bytes(&one, 3, buf_get0(&p.braid));
	assert_true(pq_record_read(buf_get0(&one), &q));
	assert_false(q.initiator);
	pq_send(&p, want, &h);
	pq_send(&q, got, &h);
	assert_memory_equal(want, got, PQ_KEY);
	pq_free(&p);
	pq_free(&q);
	/* a secret of another length; none */
	buf_reset(&one);
	pb_put_bytes(&b, 1, SPAN("short"));
	pb_put_inner(&one, 1, &b);
	pb_put_bytes(&one, 3, braid_of(1, &h));
	assert_false(pq_record_read(buf_get0(&one), &q));
	assert_false(pq_record_read(SPAN(""), &q));
	buf_free(&one);
	buf_free(&h);
}

/* Each of these is a state that nothing could be sent or read with. */
static void
test_record_refused(void **state)
{
	static const struct {
		const char *name;
		uint32_t first, epoch, braid;
		size_t n_links;
	} rows[] = {
		{ "sending behind the links", 4, 7, 7, 3 },
		{ "sending before them", 4, 3, 3, 3 },
		{ "in no epoch", 4, 5, 0, 3 },
		{ "in an epoch that was left", 4, 5, 4, 3 },
		{ "before the first one", 0, 1, 1, 2 },
		{ "no link", 4, 4, 4, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf one = BUF(MAX);
		struct pq p, q;

		later(&p);
		p.first = rows[i].first;
		p.epoch = rows[i].epoch;
		p.n_links = rows[i].n_links;
		braid_of(rows[i].braid, &p.braid);
		pq_record_write(&p, &one);
		if (pq_record_read(buf_get0(&one), &q))
			fail_msg("%s", rows[i].name);
		pq_free(&p);
		buf_free(&one);
	}
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
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_record_beginning),
		cmocka_unit_test(test_record_refused),
	};

	env_system(&env);
	curve_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
