/*
 * Sessions: a transcript of two other implementations with all the keys of
 * one side, and two of our own against each other.
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/vectors.h"
#include "ratchet/record.h"
#include "ratchet/x3dh.h"

enum { NOW = 1790000000, PLAIN_MAX = 65536 };

/* The randomness: what a vector says that its side drew, else a counter's. */
static unsigned char drawn[32];
static bool draw_vector;
static uint64_t counter;
static int64_t now = NOW;

static void
draw(void *arg, void *p, size_t n)
{
	unsigned char *to = p;

	(void)arg;
	if (draw_vector && n == sizeof(drawn)) {
		memcpy(p, drawn, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		counter = counter * 6364136223846793005u + 1442695040888963407u;
		to[i] = (unsigned char)(counter >> 56);
	}
}

static int64_t
clock_now(void *arg)
{
	(void)arg;
	return now;
}

static const struct env env = { .now = clock_now, .random = draw };

/* Through its stored form and back, so that this is tested throughout. */
static void
store(struct ratchet *s)
{
	struct buf b = BUF(RECORD_SESSION_MAX), again = BUF(RECORD_SESSION_MAX);

	record_session_write(s, &b);
	assert_false(b.over);
	ratchet_free(s);
	assert_true(record_session_read(buf_get0(&b), s));
	assert_true(record_session_sound(s));
	record_session_write(s, &again);
	assert_true(span_eq(buf_get0(&b), buf_get0(&again)));
	buf_free(&b);
	buf_free(&again);
}

static void
is_as(const struct ratchet *s, const json_t *want)
{
	unsigned char pub[33], priv[32], root[32], chain[32];

	vectors_get(want, "ratchet_pub", pub, sizeof(pub));
	vectors_get(want, "ratchet_priv", priv, sizeof(priv));
	vectors_get(want, "root", root, sizeof(root));
	vectors_get(want, "send_chain", chain, sizeof(chain));
	assert_memory_equal(s->ratchet.pub, pub, sizeof(pub));
	assert_memory_equal(s->ratchet.priv, priv, sizeof(priv));
	assert_memory_equal(s->root, root, sizeof(root));
	assert_memory_equal(s->send_key, chain, sizeof(chain));
	assert_int_equal(s->send_next, json_integer_value(
	    json_object_get(want, "send_index")));
	assert_int_equal(s->previous, json_integer_value(
	    json_object_get(want, "previous_counter")));
}

static void
bob_reads(const json_t *step, const struct identity *bob,
    const struct curve_pair *spk, const struct curve_pair *opk,
    struct ratchet *s, bool *started)
{
	struct buf keep = BUF(PLAIN_MAX), got = BUF(PLAIN_MAX);
	struct span in = vectors_hex(step, "body", &keep);
	struct wire_prekey p = { 0 };
	struct wire_message m = { 0 };
	struct session_info info;
	enum session_result r = SESSION_OK;
	bool good = strcmp(json_string_value(json_object_get(step, "expect")),
	    "ok") == 0;

	if (json_integer_value(json_object_get(step, "type")) == 3) {
		assert_int_equal(wire_prekey_read(in, &p), WIRE_OK);
		m = p.message;
	} else {
		assert_int_equal(wire_message_read(in, &m), WIRE_OK);
	}
	if (!*started)
		assert_true(x3dh_answer(bob, spk, opk, NULL, &p, s));
	*started = true;
	r = ratchet_decrypt(s, &env, &m, &got, &info);
	assert_true((r == SESSION_OK) == good);
	if (good)
		assert_true(span_eq(buf_get0(&got),
		    vectors_hex(step, "plaintext", &keep)));
	else
		assert_int_equal(got.n, 0);
	buf_free(&keep);
	buf_free(&got);
}

/* The other library signs itself 0x34: the fields are the same. */
static void
bob_writes(const json_t *step, struct ratchet *s)
{
	struct buf keep = BUF(PLAIN_MAX), out = BUF(PLAIN_MAX);
	struct span want = vectors_hex(step, "body", &keep);
	struct wire_message a, b;

	assert_int_equal(ratchet_encrypt(s, &env,
	    vectors_hex(step, "plaintext", &keep), &out), SESSION_OK);
	assert_int_equal(wire_message_read(want, &a), WIRE_OK);
	assert_int_equal(wire_message_read(buf_get0(&out), &b), WIRE_OK);
	assert_true(span_eq(span_from(a.authentic, 1),
	    span_from(b.authentic, 1)));
	buf_free(&keep);
	buf_free(&out);
}

/*
 * Section 5 item 20: salts, IVs, 33 octets of a key, the counter before: all
 * as in the transcript of another library.
 */
static void
test_transcript(void **state)
{
	json_t *file = vectors_load(
	    "tests/vectors/signal/v3-transcript-signal-c-0x33.json");
	json_t *keys = json_object_get(file, "bob"), *step = NULL;
	unsigned char priv[32];
	struct identity bob = { .registration_id = 15612 };
	struct curve_pair spk, opk;
	struct ratchet s;
	bool started = false;
	size_t i = 0;

	(void)state;
	vectors_get(keys, "identity_priv", priv, sizeof(priv));
	curve_pair_of(priv, &bob.keys);
	vectors_get(keys, "spk_priv", priv, sizeof(priv));
	curve_pair_of(priv, &spk);
	vectors_get(keys, "opk_priv", priv, sizeof(priv));
	curve_pair_of(priv, &opk);
	draw_vector = true;
	json_array_foreach(json_object_get(file, "steps"), i, step) {
		json_t *after = json_object_get(step, "bob_after");

		vectors_get(after, "ratchet_priv", drawn, sizeof(drawn));
		if (json_object_get(step, "expect") != NULL)
			bob_reads(step, &bob, &spk, &opk, &s, &started);
		else
			bob_writes(step, &s);
		/* the other library turns at once */
		store(&s);
		assert_true(ratchet_ready(&s, &env));
		is_as(&s, after);
		store(&s);
	}
	draw_vector = false;
	assert_true(i >= 16);
	ratchet_free(&s);
	json_decref(file);
}

/* Two of our own. */
struct two {
	struct identity alice, bob;
	struct curve_pair spk, opk;
	struct ratchet a, b;
	bool b_started;
};

static void
two_start(struct two *t, bool with_prekey)
{
	struct x3dh_offer o = { .registration_id = 7, .signed_id = 1,
	    .has_prekey = with_prekey, .prekey_id = 0 };

	memset(t, 0, sizeof(*t));
	curve_pair_new(&env, &t->alice.keys);
	curve_pair_new(&env, &t->bob.keys);
	curve_pair_new(&env, &t->spk);
	curve_pair_new(&env, &t->opk);
	memcpy(o.identity, t->bob.keys.pub, CURVE_PUBLIC);
	memcpy(o.signed_key, t->spk.pub, CURVE_PUBLIC);
	memcpy(o.prekey, t->opk.pub, CURVE_PUBLIC);
	curve_sign(&env, t->bob.keys.priv, span_of(t->spk.pub, CURVE_PUBLIC),
	    o.signature);
	assert_true(x3dh_start(&env, &t->alice, &o, NULL, &t->a));
	o.signature[3] ^= 1;
	assert_false(x3dh_start(&env, &t->alice, &o, NULL, &t->b));
}

static void
two_end(struct two *t)
{
	ratchet_free(&t->a);
	ratchet_free(&t->b);
}

static void
write_to(struct ratchet *s, const char *text, struct buf *out)
{
	assert_int_equal(ratchet_encrypt(s, &env, span_str(text), out),
	    SESSION_OK);
}

/* Read a message of either kind; Bob's session begins where it must. */
static enum session_result
read_by(struct two *t, bool bob, struct span in, struct buf *plain,
    struct session_info *info)
{
	struct ratchet *s = bob ? &t->b : &t->a;
	struct wire_prekey p;
	struct wire_message m;

	if (wire_prekey_read(in, &p) == WIRE_OK) {
		m = p.message;
		if (bob && !t->b_started)
			assert_true(x3dh_answer(&t->bob, &t->spk,
			    p.has_prekey ? &t->opk : NULL, NULL, &p,
			    s));
		t->b_started = true;
	} else {
		assert_int_equal(wire_message_read(in, &m), WIRE_OK);
	}
	return ratchet_decrypt(s, &env, &m, plain, info);
}

static void
reads(struct two *t, bool bob, struct span in, const char *want)
{
	struct buf plain = BUF(PLAIN_MAX);
	struct session_info info;

	assert_int_equal(read_by(t, bob, in, &plain, &info), SESSION_OK);
	assert_true(span_eq(buf_get0(&plain), span_str(want)));
	buf_free(&plain);
}

static void
test_ping_pong(void **state)
{
	struct two t;

	(void)state;
	for (int with = 0; with < 2; with++) {
		two_start(&t, with);
		for (int i = 0; i < 20; i++) {
			struct buf m = BUF(PLAIN_MAX);
			char text[32];

			snprintf(text, sizeof(text), "message %d", i);
			write_to(i % 2 ? &t.b : &t.a, text, &m);
			assert_int_equal(m.p[0], 0x33);
			reads(&t, i % 2 == 0, buf_get0(&m), text);
			store(&t.a);
			store(&t.b);
			buf_free(&m);
		}
		assert_false(t.a.first.is);
		two_end(&t);
	}
}

/* Any order, some lost, some twice, both directions: each is read once. */
static void
test_disorder(void **state)
{
	enum { N = 400, WINDOW = 30 };
	struct { struct buf m; bool bob; char text[16]; bool read; } v[N];
	struct two t;
	struct buf first = BUF(PLAIN_MAX);
	struct buf plain = BUF(PLAIN_MAX);
	struct session_info info;
	size_t sent = 0, duplicates = 0;

	(void)state;
	two_start(&t, true);
	write_to(&t.a, "first", &first);
	reads(&t, true, buf_get0(&first), "first");
	memset(v, 0, sizeof(v));
	for (size_t i = 0; i < 4 * N; i++) {
		uint64_t r = 0;
		size_t at = 0;

		draw(NULL, &r, sizeof(r));
		if (sent < N && i % 3 != 2) {
			v[sent].m = BUF(PLAIN_MAX);
			v[sent].bob = r & 1;
			snprintf(v[sent].text, sizeof(v[sent].text), "%zu",
			    sent);
			write_to(r & 1 ? &t.a : &t.b, v[sent].text,
			    &v[sent].m);
			sent++;
			continue;
		}
		at = sent - 1 - (size_t)(r >> 8) % (sent < WINDOW ? sent :
		    WINDOW);
		buf_reset(&plain);
		if (v[at].read) {
			assert_int_equal(read_by(&t, v[at].bob,
			    buf_get0(&v[at].m), &plain, &info),
			    SESSION_DUPLICATE);
			assert_int_equal(plain.n, 0);
			duplicates++;
		} else {
			enum session_result got = read_by(&t, v[at].bob,
			    buf_get0(&v[at].m), &plain, &info);

			/* more than five chains back its keys are gone */
			if (got != SESSION_OK)
				continue;
			assert_true(span_eq(buf_get0(&plain),
			    span_str(v[at].text)));
			v[at].read = true;
		}
		if (i % 16 == 0) {
			store(&t.a);
			store(&t.b);
		}
	}
	assert_true(duplicates > 50);
	for (size_t i = 0; i < sent; i++)
		buf_free(&v[i].m);
	buf_free(&first);
	buf_free(&plain);
	two_end(&t);
}

/* Section 5 item 3: a jump of 2,000 is read, one of 2,001 is not. */
static void
test_forward_jump(void **state)
{
	struct two t;
	struct buf m = BUF(PLAIN_MAX), plain = BUF(64);
	struct session_info info;

	(void)state;
	two_start(&t, false);
	write_to(&t.a, "0", &m);
	reads(&t, true, buf_get0(&m), "0");
	for (int i = 1; i <= SESSION_JUMP + 1; i++) {
		buf_reset(&m);
		write_to(&t.a, "x", &m);
	}
	assert_int_equal(read_by(&t, true, buf_get0(&m), &plain, &info),
	    SESSION_OK);
	assert_int_equal(info.passed_over, SESSION_JUMP);
	assert_int_equal(ratchet_missing(&t.b), SESSION_KEPT);
	store(&t.b);
	for (int i = 0; i <= SESSION_JUMP + 1; i++) {
		buf_reset(&m);
		write_to(&t.a, "x", &m);
	}
	assert_int_equal(read_by(&t, true, buf_get0(&m), &plain, &info),
	    SESSION_TOO_FAR);
	assert_int_equal(ratchet_missing(&t.b), SESSION_KEPT);
	buf_free(&m);
	buf_free(&plain);
	two_end(&t);
}

/* The keys of missing messages: oldest first out, and out by age. */
static void
test_missing_keys(void **state)
{
	struct two t;
	struct buf first = BUF(PLAIN_MAX), second = BUF(PLAIN_MAX),
	    m = BUF(PLAIN_MAX), plain = BUF(64);
	struct session_info info;

	(void)state;
	two_start(&t, false);
	write_to(&t.a, "0", &first);
	write_to(&t.a, "1", &second);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < (round == 0 ? SESSION_JUMP : 1); i++) {
			buf_reset(&m);
			write_to(&t.a, "x", &m);
		}
		buf_reset(&plain);
		assert_int_equal(read_by(&t, true, buf_get0(&m), &plain,
		    &info), round == 0 ? SESSION_TOO_FAR : SESSION_OK);
		/* too far from nothing: let it begin at the second */
		if (round == 0)
			reads(&t, true, buf_get0(&second), "1");
	}
	/* 0 was passed over first, and forgotten for the 2,001st */
	assert_int_equal(read_by(&t, true, buf_get0(&first), &plain, &info),
	    SESSION_DUPLICATE);
	ratchet_expire(&t.b, now);
	assert_int_equal(ratchet_missing(&t.b), SESSION_KEPT);
	ratchet_expire(&t.b, now + 1);
	assert_int_equal(ratchet_missing(&t.b), 0);
	buf_free(&first);
	buf_free(&second);
	buf_free(&m);
	buf_free(&plain);
	two_end(&t);
}

/* A chain that the peer left is closed: what it never sent is not read. */
static void
test_left_chain(void **state)
{
	struct two t;
	struct buf m[4], back = BUF(PLAIN_MAX);

	(void)state;
	two_start(&t, true);
	for (size_t i = 0; i < ROWS(m); i++) {
		m[i] = BUF(PLAIN_MAX);
		if (i < 3)
			write_to(&t.a, "x", &m[i]);
	}
	reads(&t, true, buf_get0(&m[0]), "x");
	write_to(&t.b, "y", &back);
	reads(&t, false, buf_get0(&back), "y");
	write_to(&t.a, "z", &m[3]);
	assert_false(t.b.chains[0].closed);
	reads(&t, true, buf_get0(&m[3]), "z");
	assert_true(t.b.chains[0].closed);
	assert_int_equal(t.b.chains[0].missing.n, 2);
	store(&t.b);
	reads(&t, true, buf_get0(&m[2]), "x");
	reads(&t, true, buf_get0(&m[1]), "x");
	assert_int_equal(ratchet_missing(&t.b), 0);
	for (size_t i = 0; i < ROWS(m); i++)
		buf_free(&m[i]);
	buf_free(&back);
	two_end(&t);
}

static void
stored(const struct ratchet *s, struct buf *out)
{
	buf_reset(out);
	record_session_write(s, out);
}

/* Each bit of a message counts, and a refused one changes nothing. */
static void
test_forged(void **state)
{
	struct two t;
	struct buf m = BUF(PLAIN_MAX), before = BUF(RECORD_SESSION_MAX),
	    after = BUF(RECORD_SESSION_MAX), plain = BUF(64);
	struct session_info info;
	struct wire_message w;
	size_t refused = 0;

	(void)state;
	two_start(&t, true);
	write_to(&t.a, "0", &m);
	reads(&t, true, buf_get0(&m), "0");
	buf_reset(&m);
	write_to(&t.b, "1", &m);
	stored(&t.a, &before);
	for (size_t bit = 0; bit < m.n * 8; bit++) {
		m.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
		if (wire_message_read(buf_get0(&m), &w) == WIRE_OK) {
			enum session_result r = ratchet_decrypt(&t.a, &env,
			    &w, &plain, &info);

			assert_true(r == SESSION_FORGED ||
			    r == SESSION_TOO_FAR || r == SESSION_DUPLICATE);
			refused++;
		}
		stored(&t.a, &after);
		assert_true(span_eq(buf_get0(&before), buf_get0(&after)));
		m.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	assert_true(refused > 300);
	assert_int_equal(plain.n, 0);
	reads(&t, false, buf_get0(&m), "1");
	buf_free(&m);
	buf_free(&before);
	buf_free(&after);
	buf_free(&plain);
	two_end(&t);
}

/* The code covers both identities: nobody passes a message on as his own. */
static void
test_identities_bound(void **state)
{
	struct two t;
	struct buf m = BUF(PLAIN_MAX), plain = BUF(64);
	struct session_info info;
	struct ratchet other;

	(void)state;
	two_start(&t, true);
	write_to(&t.a, "0", &m);
	reads(&t, true, buf_get0(&m), "0");
	buf_reset(&m);
	write_to(&t.a, "1", &m);
	other = t.b;
	memcpy(other.theirs, t.spk.pub, CURVE_PUBLIC);
	t.b = other;
	assert_int_equal(read_by(&t, true, buf_get0(&m), &plain, &info),
	    SESSION_FORGED);
	memcpy(t.b.theirs, t.alice.keys.pub, CURVE_PUBLIC);
	reads(&t, true, buf_get0(&m), "1");
	buf_free(&m);
	buf_free(&plain);
	two_end(&t);
}

static void
test_send_limits(void **state)
{
	struct two t;
	struct buf m = BUF(PLAIN_MAX), none = BUF(100);
	static unsigned char big[SESSION_PLAIN_MAX + 1];
	uint32_t at = 0;

	(void)state;
	two_start(&t, false);
	now = NOW + SESSION_UNANSWERED;
	write_to(&t.a, "still", &m);
	now++;
	assert_int_equal(ratchet_encrypt(&t.a, &env, SPAN("x"), &m),
	    SESSION_STALE);
	now = NOW;
	at = t.a.send_next;
	assert_int_equal(ratchet_encrypt(&t.a, &env, span_of(big, sizeof(big)),
	    &m), SESSION_FULL);
	assert_int_equal(ratchet_encrypt(&t.a, &env, SPAN("x"), &none),
	    SESSION_FULL);
	assert_int_equal(none.n, 0);
	assert_int_equal(t.a.send_next, at);
	t.a.send_next = UINT32_MAX;
	assert_int_equal(ratchet_encrypt(&t.a, &env, SPAN("x"), &m),
	    SESSION_FULL);
	buf_free(&m);
	buf_free(&none);
	two_end(&t);
}

/* What is no record is refused: every prefix, and each octet changed. */
static void
test_records(void **state)
{
	struct two t;
	struct buf m = BUF(PLAIN_MAX), r = BUF(RECORD_SESSION_MAX),
	    joined = BUF(RECORD_SESSION_MAX), wide = BUF(RECORD_SESSION_MAX);
	struct span parts[3];
	struct ratchet s;
	bool current = false;

	(void)state;
	two_start(&t, true);
	write_to(&t.a, "0", &m);
	reads(&t, true, buf_get0(&m), "0");
	stored(&t.a, &r);
	for (size_t n = 0; n < r.n; n++)
		if (record_session_read(span_of(r.p, n), &s)) {
			/* only what may be absent was cut off */
			assert_memory_equal(s.root, t.a.root, KDF_KEY);
			ratchet_free(&s);
		}
	for (size_t i = 0; i < r.n; i++) {
		r.p[i] ^= 0x41;
		if (record_session_read(buf_get0(&r), &s))
			ratchet_free(&s);
		r.p[i] ^= 0x41;
	}
	/* version 259 is not version 3 */
	buf_str(&wide, "\x08\x83\x02");
	buf_span(&wide, span_from(buf_get0(&r), 2));
	assert_false(record_session_read(buf_get0(&wide), &s));
	buf_free_wipe(&wide);
	assert_true(record_session_read(buf_get0(&r), &s));
	s.ratchet.pub[4] ^= 1;
	assert_false(record_session_sound(&s));
	ratchet_free(&s);
	record_join(&joined, SPAN("old"), false);
	assert_int_equal(record_split(buf_get0(&joined), parts, 3, &current),
	    1);
	assert_false(current);
	record_join(&joined, buf_get0(&r), true);
	record_join(&joined, SPAN("older"), false);
	assert_int_equal(record_split(buf_get0(&joined), parts, 3, &current),
	    3);
	assert_true(current && span_eq(parts[0], buf_get0(&r)) &&
	    span_eq(parts[2], SPAN("older")));
	assert_int_equal(record_split(buf_get0(&joined), parts, 2, &current),
	    2);
	assert_int_equal(record_split(SPAN("\x0a\x05"), parts, 2, &current),
	    0);
	assert_int_equal(record_split(SPAN(""), parts, 2, &current), 0);
	buf_free(&m);
	buf_free(&r);
	buf_free(&joined);
	two_end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transcript),
		cmocka_unit_test(test_ping_pong),
		cmocka_unit_test(test_disorder),
		cmocka_unit_test(test_forward_jump),
		cmocka_unit_test(test_missing_keys),
		cmocka_unit_test(test_left_chain),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_identities_bound),
		cmocka_unit_test(test_send_limits),
		cmocka_unit_test(test_records),
	};
	struct env system;

	curve_start();
	env_system(&system);
	counter = env_seed(&system);
	print_message("# seed %llu\n", (unsigned long long)counter);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
