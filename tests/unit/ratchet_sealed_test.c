/* Sealed sender and its certificates, against libsignal's and our own. */
#include "unit.h"

#include <string.h>

#include "../support/vectors.h"
#include "ratchet/cert.h"
#include "ratchet/sealed.h"
#include "ratchet/sealed2.h"

enum { MAX = 65536, NOW = 1790000000 };

static struct env env;

static void
pair_of(const json_t *object, struct curve_pair *out)
{
	unsigned char priv[CURVE_PRIVATE];

	vectors_get(object, "priv", priv, sizeof(priv));
	curve_pair_of(priv, out);
}

static void
test_vectors(void **state)
{
	json_t *file = vectors_load(
	    "tests/vectors/signal/sealed-sender-v1-v3.json"), *row = NULL;
	unsigned char root[CURVE_PUBLIC], sender[CURVE_PUBLIC],
	    want[CURVE_PUBLIC];
	struct curve_pair us;
	size_t i = 0;

	(void)state;
	vectors_get(json_object_get(file, "trustRoot"), "pub", root,
	    sizeof(root));
	vectors_get(json_object_get(file, "sender"), "pub", want,
	    sizeof(want));
	pair_of(json_object_get(file, "recipient"), &us);
	json_array_foreach(json_object_get(file, "messages"), i, row) {
		struct buf keep = BUF(MAX), inside = BUF(MAX);
		struct sealed s;
		struct scert c;

		assert_true(sealed_open(&us, vectors_hex(row, "ciphertext",
		    &keep), sender, &inside, &s));
		assert_memory_equal(sender, want, sizeof(sender));
		assert_true(span_eq(buf_get0(&inside), vectors_hex(row, "usmc",
		    &keep)));
		assert_true(span_eq(s.content, vectors_hex(row, "inner",
		    &keep)));
		assert_int_equal(scert_check(s.certificate, root, NOW, &c),
		    CERT_OK);
		assert_true(span_eq(c.name, span_str(json_string_value(
		    json_object_get(file, "senderUuid")))));
		assert_true(span_eq(c.key, span_of(want, sizeof(want))));
		assert_int_equal(c.device, 1);
		assert_int_equal(scert_check(s.certificate, root, 1893456001,
		    &c), CERT_EXPIRED);
		assert_int_equal(scert_check(s.certificate, want, NOW, &c),
		    CERT_FORGED);
		buf_free(&keep);
		buf_free(&inside);
	}
	assert_true(i >= 4);
	json_decref(file);
}

struct authority {
	struct curve_pair root, server, sender;
	struct buf server_cert, cert;
};

static void
authority_make(struct authority *a, uint32_t id)
{
	struct scert what = { .name = SPAN("alice"), .device = 1,
	    .expires = (uint64_t)NOW * 1000 };

	curve_pair_new(&env, &a->root);
	curve_pair_new(&env, &a->server);
	curve_pair_new(&env, &a->sender);
	a->server_cert = BUF(CERT_MAX);
	a->cert = BUF(CERT_MAX);
	scert_server_make(&env, &a->root, id, a->server.pub, &a->server_cert);
	what.key = span_of(a->sender.pub, CURVE_PUBLIC);
	scert_make(&env, &a->server, buf_get0(&a->server_cert), &what,
	    &a->cert);
}

static void
authority_free(struct authority *a)
{
	buf_free(&a->server_cert);
	buf_free(&a->cert);
}

static void
test_certificates(void **state)
{
	struct authority a;
	struct scert c;

	(void)state;
	authority_make(&a, 1);
	assert_int_equal(scert_check(buf_get0(&a.cert), a.root.pub, NOW, &c),
	    CERT_OK);
	assert_true(span_eq(c.name, SPAN("alice")));
	assert_int_equal(scert_check(buf_get0(&a.cert), a.root.pub, NOW + 1,
	    &c), CERT_EXPIRED);
	for (size_t bit = 0; bit < a.cert.n * 8; bit++) {
		a.cert.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
		if (scert_check(buf_get0(&a.cert), a.root.pub, NOW, &c) ==
		    CERT_OK)
			fail_msg("bit %zu does not count", bit);
		a.cert.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	authority_free(&a);
	authority_make(&a, CERT_SERVER_REVOKED);
	assert_int_equal(scert_check(buf_get0(&a.cert), a.root.pub, NOW, &c),
	    CERT_FORGED);
	authority_free(&a);
}

/* Section 5 item 17: only for whom it is, and every bit of it counts. */
static void
test_both_ways(void **state)
{
	struct authority a;
	struct curve_pair to, other;
	struct buf m = BUF(MAX), inside = BUF(MAX);
	unsigned char sender[CURVE_PUBLIC];
	struct sealed s = { .type = SEALED_MESSAGE, .content = SPAN("text") };

	(void)state;
	authority_make(&a, 1);
	curve_pair_new(&env, &to);
	curve_pair_new(&env, &other);
	s.certificate = buf_get0(&a.cert);
	assert_true(sealed_write(&env, &a.sender, to.pub, &s, &m));
	assert_true(sealed_is(buf_get0(&m)));
	assert_null(memmem(m.p, m.n, "alice", 5));
	assert_null(memmem(m.p, m.n, a.sender.pub + 1, 32));
	assert_true(sealed_open(&to, buf_get0(&m), sender, &inside, &s));
	assert_memory_equal(sender, a.sender.pub, sizeof(sender));
	assert_true(span_eq(s.content, SPAN("text")));
	assert_true(span_eq(s.certificate, buf_get0(&a.cert)));
	buf_reset(&inside);
	assert_false(sealed_open(&other, buf_get0(&m), sender, &inside, &s));
	for (size_t bit = 0; bit < m.n * 8; bit += 5) {
		m.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
		buf_reset(&inside);
		if (sealed_open(&to, buf_get0(&m), sender, &inside, &s))
			fail_msg("bit %zu does not count", bit);
		m.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	assert_false(sealed_open(&to, span_of(m.p, m.n - 1), sender, &inside,
	    &s));
	assert_false(sealed_is(SPAN("")));
	assert_false(sealed_is(SPAN("\x33")));
	assert_true(sealed_is(SPAN("\x22")));
	buf_free(&m);
	buf_free(&inside);
	authority_free(&a);
}

/* Version 2, where libcrypto has AES-GCM-SIV; else it is refused. */
static void
test_version_2(void **state)
{
	json_t *file = vectors_load(
	    "tests/vectors/signal/sealed-sender-v2.json"), *row = NULL;
	unsigned char sender[CURVE_PUBLIC], want[CURVE_PUBLIC],
	    root[CURVE_PUBLIC];
	struct curve_pair us;
	size_t i = 0;

	(void)state;
	pair_of(json_object_get(file, "recipient"), &us);
	vectors_get(json_object_get(file, "sender"), "pub", want,
	    sizeof(want));
	vectors_get(json_object_get(file, "trustRoot"), "pub", root,
	    sizeof(root));
	json_array_foreach(json_object_get(file, "messages"), i, row) {
		struct buf keep = BUF(MAX), inside = BUF(MAX);
		struct span in = vectors_hex(row, "ciphertext", &keep);
		unsigned char octets[MAX];
		struct sealed s;
		struct scert c;

		assert_int_equal(sealed_open(&us, in, sender, &inside, &s),
		    sealed2_available());
		if (!sealed2_available()) {
			buf_free(&keep);
			buf_free(&inside);
			continue;
		}
		assert_memory_equal(sender, want, sizeof(sender));
		assert_true(span_eq(buf_get0(&inside), vectors_hex(row, "usmc",
		    &keep)));
		assert_int_equal(scert_check(s.certificate, root, NOW, &c),
		    CERT_OK);
		memcpy(octets, in.p, in.n);
		for (size_t k = 0; k < in.n; k += 3) {
			octets[k] ^= 0x10;
			buf_reset(&inside);
			if (sealed_open(&us, span_of(octets, in.n), sender,
			    &inside, &s))
				fail_msg("octet %zu does not count", k);
			octets[k] ^= 0x10;
		}
		buf_free(&keep);
		buf_free(&inside);
	}
	assert_true(i == 3);
	json_decref(file);
}

/* What we write in version 2 we read, and nobody else does. */
static void
test_version_2_both_ways(void **state)
{
	struct sealed what = { .type = SEALED_MESSAGE,
	    .content = SPAN("content") }, got;
	struct buf m = BUF(MAX), inside = BUF(MAX), cert = BUF(CERT_MAX),
	    server = BUF(CERT_MAX);
	struct curve_pair from, to, root, key;
	struct scert c = { .name = SPAN("anna"), .device = 1,
	    .expires = (uint64_t)NOW * 1000 };
	unsigned char sender[CURVE_PUBLIC];

	(void)state;
	curve_pair_new(&env, &from);
	curve_pair_new(&env, &to);
	curve_pair_new(&env, &root);
	curve_pair_new(&env, &key);
	scert_server_make(&env, &root, 1, key.pub, &server);
	c.key = span_of(from.pub, CURVE_PUBLIC);
	scert_make(&env, &key, buf_get0(&server), &c, &cert);
	what.certificate = buf_get0(&cert);
	assert_int_equal(sealed_write2(&env, &from, to.pub, &what, &m),
	    sealed2_available());
	if (sealed2_available()) {
		assert_true(sealed2_is(buf_get0(&m)));
		assert_true(sealed_open(&to, buf_get0(&m), sender, &inside,
		    &got));
		assert_memory_equal(sender, from.pub, CURVE_PUBLIC);
		assert_true(span_eq(got.content, what.content));
		assert_false(sealed_open(&from, buf_get0(&m), sender, &inside,
		    &got));
		/* a certificate of somebody else's does not make it his */
		buf_reset(&m);
		assert_true(sealed_write2(&env, &key, to.pub, &what, &m));
		assert_false(sealed_open(&to, buf_get0(&m), sender, &inside,
		    &got));
	} else {
		assert_int_equal(m.n, 0);
	}
	buf_free(&m);
	buf_free(&inside);
	buf_free(&cert);
	buf_free(&server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_2_both_ways),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_certificates),
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_version_2),
	};

	env_system(&env);
	curve_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
