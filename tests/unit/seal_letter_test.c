/*
 * The vectors of tests/vectors/line, in both directions; and for each octet
 * of each message and envelope, whether it is authenticated.
 */
#include "unit.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../support/hex.h"
#include "base/b64.h"
#include "crypto/aes.h"
#include "crypto/digest.h"
#include "seal/letter.h"
#include "seal/media.h"

static json_t *vectors;

static int
load(void **state)
{
	(void)state;
	vectors = json_load_file("tests/vectors/line/letter-sealing.json", 0,
	    NULL);
	return vectors == NULL;
}

static int
unload(void **state)
{
	(void)state;
	json_decref(vectors);
	return 0;
}

static const char *
text(const json_t *v, const char *name)
{
	const char *s = json_string_value(json_object_get(v, name));

	assert_non_null(s);
	return s;
}

static struct buf
octets(const json_t *v, const char *name)
{
	return unhex(text(v, name));
}

static struct letter_pair *
pair(const json_t *v, const char *private, const char *public)
{
	struct buf own = octets(v, private), other = octets(v, public);
	struct x25519 *k = x25519_of(own.p);
	struct letter_pair *p = letter_pair_new(k, other.p);

	assert_non_null(p);
	x25519_free(k);
	buf_free(&own);
	buf_free(&other);
	return p;
}

/* A vector as a letter; the three buffers are what it points to. */
struct vector {
	struct letter l;
	struct buf salt, body, tail, plain;
};

static struct vector
vector(const json_t *v)
{
	bool two = json_integer_value(json_object_get(v, "version")) == 2;
	struct vector x = {
		.l.version = two ? 2 : 1,
		.l.from = span_str(text(v, "from")),
		.l.to = span_str(text(v, "to")),
		.salt = octets(v, "salt"),
		.body = octets(v, two ? "ciphertext_tag" : "ciphertext"),
		.tail = octets(v, two ? "nonce" : "mac"),
		.plain = BUF(65536),
	};

	x.l.content_type = (uint32_t)json_integer_value(json_object_get(v,
	    "content_type"));
	x.l.sender_key = (uint32_t)json_integer_value(json_object_get(v,
	    "sender_key_id"));
	x.l.receiver_key = (uint32_t)json_integer_value(json_object_get(v,
	    "receiver_key_id"));
	x.l.salt = buf_get0(&x.salt);
	x.l.body = buf_get0(&x.body);
	x.l.tail = buf_get0(&x.tail);
	buf_str(&x.plain, text(v, "plaintext"));
	return x;
}

static void
vector_free(struct vector *x)
{
	buf_free(&x->salt);
	buf_free(&x->body);
	buf_free(&x->tail);
	buf_free(&x->plain);
}

static bool
opens(struct letter_pair *p, const struct letter *l, struct span want)
{
	struct buf plain = BUF(65536);
	bool ok = letter_open(p, l, &plain);

	if (ok)
		assert_true(span_eq(buf_get0(&plain), want));
	else
		assert_int_equal(plain.n, 0);
	buf_free(&plain);
	return ok;
}

/* Both sides open it, and sealing with its salt and nonce gives its octets. */
static void
one_vector(const json_t *v)
{
	struct letter_pair *alice = pair(v, "alice_priv", "bob_pub");
	struct letter_pair *bob = pair(v, "bob_priv", "alice_pub");
	struct vector x = vector(v);
	struct letter again = x.l;
	struct letter_fresh fresh = { { 0 }, { 0 }, 0 };
	struct buf out = BUF(65536);

	assert_null(letter_flaw(&x.l));
	assert_true(opens(alice, &x.l, buf_get0(&x.plain)));
	assert_true(opens(bob, &x.l, buf_get0(&x.plain)));
	memcpy(fresh.salt, x.salt.p, x.salt.n);
	if (x.l.version == 2) {
		fresh.counter = letter_counter(&x.l);
		memcpy(fresh.nonce_end, x.tail.p + 8, 4);
	}
	assert_true(letter_seal(alice, &again, &fresh, buf_get0(&x.plain),
	    &out));
	assert_true(span_eq(again.salt, x.l.salt));
	assert_true(span_eq(again.body, x.l.body));
	assert_true(span_eq(again.tail, x.l.tail));
	buf_free(&out);
	vector_free(&x);
	letter_pair_free(alice);
	letter_pair_free(bob);
}

static void
all_vectors(void **state)
{
	static const char *const versions[] = { "v1", "v2" };
	json_t *v = NULL;
	size_t i = 0, n = 0;

	(void)state;
	for (size_t k = 0; k < ROWS(versions); k++)
		json_array_foreach(json_object_get(vectors, versions[k]), i,
		    v) {
			one_vector(v);
			n++;
		}
	assert_int_equal(n, 32);
}

/* A bit of the octets of *part, which the letter points to, changed. */
static void
each_bit(struct letter_pair *p, const struct vector *x, struct buf *part)
{
	for (size_t at = 0; at < part->n; at++)
		for (int bit = 0; bit < 8; bit++) {
			part->p[at] ^= (unsigned char)(1 << bit);
			assert_false(opens(p, &x->l, buf_get0(&x->plain)));
			part->p[at] ^= (unsigned char)(1 << bit);
		}
}

/* What each version says of the envelope: nothing, and all of it. */
static void
each_label(struct letter_pair *p, const struct vector *x, bool counts)
{
	const struct span plain = buf_get0(&x->plain);
	struct letter l = x->l;

	l.from = x->l.to;
	l.to = x->l.from;
	assert_int_equal(opens(p, &l, plain), !counts);
	l = x->l;
	l.to = SPAN("c00000000000000000000000000000000");
	assert_int_equal(opens(p, &l, plain), !counts);
	l = x->l;
	l.content_type ^= 1;
	assert_int_equal(opens(p, &l, plain), !counts);
	l = x->l;
	l.sender_key ^= 0x80000000;
	assert_int_equal(opens(p, &l, plain), !counts);
	l = x->l;
	l.receiver_key ^= 1;
	assert_int_equal(opens(p, &l, plain), !counts);
	l = x->l;
	l.version = 3 - l.version;
	assert_false(opens(p, &l, plain));
}

static void
what_is_authenticated(void **state)
{
	static const char *const versions[] = { "v1", "v2" };

	(void)state;
	for (size_t k = 0; k < ROWS(versions); k++) {
		json_t *v = json_array_get(json_object_get(vectors,
		    versions[k]), 0);
		struct letter_pair *p = pair(v, "bob_priv", "alice_pub");
		struct vector x = vector(v);

		each_bit(p, &x, &x.salt);
		each_bit(p, &x, &x.body);
		each_bit(p, &x, &x.tail);
		each_label(p, &x, k == 1);
		vector_free(&x);
		letter_pair_free(p);
	}
}

/*
 * One who knows the key makes a MAC over a ciphertext whose padding is wrong:
 * the answer is the one that a wrong MAC gets.
 */
static void
wrong_padding_is_no_other_answer(void **state)
{
	json_t *v = json_array_get(json_object_get(vectors, "v1"), 1);
	struct letter_pair *p = pair(v, "bob_priv", "alice_pub");
	struct vector x = vector(v);
	struct buf key = octets(v, "key");
	unsigned char hash[SHA256_SIZE], block[16], mac[LETTER_MAC_SIZE];
	struct aes *a = aes_new();

	(void)state;
	x.l.body = span_first(x.l.body, 16);
	digest_of(DIGEST_SHA256, x.l.body, hash);
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = hash[i] ^ hash[16 + i];
	aes_block(a, key.p, block, mac);
	x.l.tail = span_of(mac, sizeof(mac));
	assert_false(opens(p, &x.l, buf_get0(&x.plain)));
	/* the same MAC over the whole ciphertext: it was made the right way */
	x.l.body = buf_get0(&x.body);
	digest_of(DIGEST_SHA256, x.l.body, hash);
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = hash[i] ^ hash[16 + i];
	aes_block(a, key.p, block, mac);
	assert_true(opens(p, &x.l, buf_get0(&x.plain)));
	aes_free(a);
	buf_free(&key);
	vector_free(&x);
	letter_pair_free(p);
}

/* Another's key opens nothing. */
static void
other_keys(void **state)
{
	json_t *list = NULL;
	static const char *const versions[] = { "v1", "v2" };

	(void)state;
	for (size_t k = 0; k < ROWS(versions); k++) {
		struct letter_pair *p = NULL;
		struct vector x;

		list = json_object_get(vectors, versions[k]);
		p = pair(json_array_get(list, 1), "bob_priv", "alice_pub");
		x = vector(json_array_get(list, 0));
		assert_false(opens(p, &x.l, buf_get0(&x.plain)));
		vector_free(&x);
		letter_pair_free(p);
	}
}

static const struct {
	const char *name;
	bool ok;
	uint32_t version;
	const char *from, *to;
	size_t salt, body, tail;
} flaws[] = {
#define U "u00000000000000000000000000000001"
	{ "version 1", true, 1, U, U, 8, 16, 16 },
	{ "version 1, empty", false, 1, U, U, 8, 0, 16 },
	{ "version 1, half a block", false, 1, U, U, 8, 24, 16 },
	{ "version 1, the salt of 2", false, 1, U, U, 16, 16, 16 },
	{ "version 1, a MAC cut short", false, 1, U, U, 8, 16, 15 },
	{ "version 1, no MAC", false, 1, U, U, 8, 16, 0 },
	{ "version 2", true, 2, U, U, 16, 17, 12 },
	{ "version 2, empty", true, 2, U, U, 16, 16, 12 },
	{ "version 2, a tag cut short", false, 2, U, U, 16, 15, 12 },
	{ "version 2, the salt of 1", false, 2, U, U, 8, 17, 12 },
	{ "version 2, a nonce of 16", true, 2, U, U, 16, 17, 16 },
	{ "version 2, a nonce of 11", false, 2, U, U, 16, 17, 11 },
	{ "version 2, no nonce", false, 2, U, U, 16, 17, 0 },
	{ "version 0", false, 0, U, U, 16, 17, 12 },
	{ "version 3", false, 3, U, U, 16, 17, 12 },
	{ "to a group", true, 2, U, "c00000000000000000000000000000001", 16,
	    17, 12 },
	{ "to a room", true, 2, U, "r00000000000000000000000000000001", 16,
	    17, 12 },
	{ "from a group", false, 2, "c00000000000000000000000000000001", U,
	    16, 17, 12 },
	{ "a MID in capitals", false, 2, U,
	    "u0000000000000000000000000000000A", 16, 17, 12 },
	{ "a MID of 32", false, 2, U, "u0000000000000000000000000000001", 16,
	    17, 12 },
	{ "a MID of 34", false, 2, U, "u000000000000000000000000000000001",
	    16, 17, 12 },
	{ "no MID", false, 2, U, "", 16, 17, 12 },
	{ "too long", false, 2, U, U, 16, LETTER_PLAIN_MAX + 17, 12 },
#undef U
};

static void
forms(void **state)
{
	unsigned char *room = calloc(1, LETTER_PLAIN_MAX + 32);

	(void)state;
	for (size_t i = 0; i < ROWS(flaws); i++) {
		struct letter l = {
			.version = flaws[i].version,
			.from = span_str(flaws[i].from),
			.to = span_str(flaws[i].to),
			.salt = span_of(room, flaws[i].salt),
			.body = span_of(room, flaws[i].body),
			.tail = span_of(room, flaws[i].tail),
		};

		if ((letter_flaw(&l) == NULL) != flaws[i].ok)
			fail_msg("%s", flaws[i].name);
	}
	free(room);
}

static void
group_keys(void **state)
{
	json_t *v = NULL;
	size_t i = 0;

	(void)state;
	json_array_foreach(json_object_get(vectors, "group_key_wrap"), i, v) {
		struct letter_pair *maker = pair(v, "creator_priv",
		    "member_pub");
		struct letter_pair *member = pair(v, "member_priv",
		    "creator_pub");
		struct buf group = octets(v, "group_priv"), out = BUF(64);
		struct buf want = octets(v, "encrypted_shared_key");
		unsigned char got[X25519_SIZE];

		letter_wrap(maker, group.p, &out);
		assert_true(span_eq(buf_get0(&out), buf_get0(&want)));
		assert_true(letter_unwrap(member, buf_get0(&want), got));
		assert_memory_equal(got, group.p, X25519_SIZE);
		/* the last block is all padding: a change there is seen */
		want.p[40] ^= 1;
		assert_false(letter_unwrap(member, buf_get0(&want), got));
		assert_false(letter_unwrap(member, span_first(buf_get0(&want),
		    32), got));
		assert_memory_equal(got, group.p, X25519_SIZE);
		buf_free(&group);
		buf_free(&want);
		buf_free(&out);
		letter_pair_free(maker);
		letter_pair_free(member);
	}
	assert_int_equal(i, 3);
}

static void
one_media(const json_t *v)
{
	struct buf material = BUF(64), out = BUF(65536), back = BUF(65536);
	struct buf plain = octets(v, "plaintext"), want = octets(v,
	    "encrypted");
	struct span sealed = span_first(buf_get0(&want),
	    want.n - MEDIA_MAC_SIZE);
	unsigned char mac[MEDIA_MAC_SIZE];
	struct media *m = NULL;

	assert_true(b64_decode(&material, span_str(text(v, "key_material"))));
	m = media_new(material.p);
	media_seal(m, span_first(buf_get0(&plain), 5), &out);
	media_seal(m, span_from(buf_get0(&plain), 5), &out);
	media_seal_end(m, mac);
	buf_add(&out, mac, sizeof(mac));
	assert_true(span_eq(buf_get0(&out), buf_get0(&want)));
	media_free(m);
	m = media_new(material.p);
	media_check(m, sealed);
	assert_true(media_authentic(m, want.p + sealed.n));
	media_open(m, sealed, &back);
	assert_true(span_eq(buf_get0(&back), buf_get0(&plain)));
	media_free(m);
	m = media_new(material.p);
	want.p[0] ^= 1;
	media_check(m, sealed);
	assert_false(media_authentic(m, want.p + sealed.n));
	media_free(m);
	buf_free(&material);
	buf_free(&plain);
	buf_free(&want);
	buf_free(&out);
	buf_free(&back);
}

static void
media(void **state)
{
	json_t *v = NULL;
	size_t i = 0;

	(void)state;
	json_array_foreach(json_object_get(vectors, "media"), i, v)
		one_media(v);
	assert_int_equal(i, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_vectors),
		cmocka_unit_test(what_is_authenticated),
		cmocka_unit_test(wrong_padding_is_no_other_answer),
		cmocka_unit_test(other_keys),
		cmocka_unit_test(forms),
		cmocka_unit_test(group_keys),
		cmocka_unit_test(media),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
