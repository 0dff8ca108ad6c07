/*
 * Messages there and back, with keys made here; and changed in single bits
 * and cut, of which nothing comes out: a changed text never verifies, and
 * never comes out of AES-GCM. tests/mutate/smime does that to whole mails, ten
 * thousand times each; SEED is another seed.
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cms/cert.h"
#include "cms/decrypt.h"
#include "cms/make.h"
#include "cms/verify.h"
#include "cms/writer.h"

enum { NOW = 1800000000, DAY = 86400, CHANGES = 300 };

#define TEXT SPAN("Content-Type: text/plain\r\n\r\nThe plan holds.\r\n")

static struct cms_ident anna, rosa;
static uint64_t seed = 20261127;

static uint32_t
below(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static void
make(struct cms_ident *id, enum cms_key_kind kind, const char *addr)
{
	struct cms_wish w = { .kind = kind, .bits = 2048, .addrs = &addr,
	    .n = 1, .from = NOW - DAY, .to = NOW + DAY };
	struct buf key = BUF(1 << 16), cert = BUF(1 << 16);
	const char *why = NULL;

	assert_true(cms_wish_ok(&w, &why));
	assert_true(cms_make(&w, false, &key, &cert));
	buf_span(&key, buf_get0(&cert));
	assert_null(cms_ident_read(buf_get0(&key), NULL, SPAN(""), id));
	buf_free(&key);
	buf_free(&cert);
}

static int
set_up(void **state)
{
	const char *s = getenv("SEED");

	(void)state;
	if (s != NULL)
		seed = strtoull(s, NULL, 10);
	printf("# SEED=%llu\n", (unsigned long long)seed);
	make(&anna, CMS_KEY_P256, "anna@example.org");
	make(&rosa, CMS_KEY_RSA, "rosa@example.org");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	cms_ident_free(&anna);
	cms_ident_free(&rosa);
	return 0;
}

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static void
sign(const struct cms_ident *id, struct buf *out)
{
	struct cms_writer *w = cms_sign_open(id, 1, CMS_SIGN_OPAQUE, NOW,
	    gather, out);

	assert_non_null(w);
	cms_write(w, TEXT);
	assert_true(cms_close(w));
}

static void
encrypt(const struct cms_ident *id, bool authenticated, struct buf *out)
{
	STACK_OF(X509) *to = sk_X509_new_null();
	struct cms_writer *w = NULL;

	assert_true(sk_X509_push(to, id->cert) > 0);
	w = cms_encrypt_open(to, authenticated, gather, out);
	assert_non_null(w);
	cms_write(w, TEXT);
	assert_true(cms_close(w));
	sk_X509_free(to);
}

struct feed {
	struct cms_verifier *v;
	struct buf text;
};

static void
feed(void *arg, struct span s)
{
	struct feed *f = arg;

	cms_verify_add(f->v, s);
	buf_span(&f->text, s);
}

/* Whether every signature holds; the content that it is said to hold for. */
static bool
verifies(struct span der, struct buf *text)
{
	struct cms_judges nobody = { NULL, NULL, NULL };
	struct cms_parts p = { .type = CMS_SIGNED };
	struct cms_signatures sigs = { .n = 0 };
	struct feed f = { NULL, BUF(1 << 20) };
	bool ok = false;

	if (cms_split(der, &p) == CMS_SPLIT_OK && p.type == CMS_SIGNED)
		f.v = cms_verify_open(&p, NULL);
	if (f.v != NULL) {
		cms_content_each(&p, feed, &f);
		cms_verify_end(f.v, &nobody, NOW, &sigs);
	}
	ok = sigs.n > 0;
	for (size_t i = 0; i < sigs.n; i++) {
		ok &= sigs.v[i].result == CMS_SIG_GOOD;
		assert_true(sigs.v[i].trust != CMS_TRUSTED ||
		    sigs.v[i].result != CMS_SIG_GOOD);
	}
	buf_span(text, buf_get0(&f.text));
	cms_signatures_free(&sigs);
	buf_free(&f.text);
	cms_parts_free(&p);
	return ok;
}

static bool
decrypts(struct span der, const struct cms_ident *id, struct buf *text,
    enum cms_type *type)
{
	struct cms_parts p = { .type = CMS_SIGNED };
	bool ok = cms_split(der, &p) == CMS_SPLIT_OK &&
	    p.type != CMS_SIGNED &&
	    cms_decrypt(&p, id, 1, gather, text) == CMS_DECRYPTED;

	*type = p.type;
	cms_parts_free(&p);
	return ok;
}

static void
there_and_back(void **state)
{
	const struct cms_ident *ids[] = { &anna, &rosa };
	enum cms_type type = CMS_SIGNED;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct buf der = BUF(1 << 20), text = BUF(1 << 20);

		sign(ids[i / 2], &der);
		assert_true(verifies(buf_get0(&der), &text));
		assert_true(span_eq(buf_get0(&text), TEXT));
		buf_reset(&der);
		buf_reset(&text);
		encrypt(ids[i / 2], i % 2, &der);
		assert_true(decrypts(buf_get0(&der), ids[i / 2], &text,
		    &type));
		assert_true(span_eq(buf_get0(&text), TEXT));
		assert_int_equal(type, i % 2 ? CMS_AUTH_ENVELOPED :
		    CMS_ENVELOPED);
		buf_reset(&text);
		assert_false(decrypts(buf_get0(&der), ids[1 - i / 2], &text,
		    &type));
		assert_int_equal(text.n, 0);
		buf_free(&der);
		buf_free(&text);
	}
}

/* One bit, or the end. */
static struct span
change(struct buf *der)
{
	uint32_t at = below((uint32_t)der->n);

	if (below(8) == 0)
		return span_first(buf_get0(der), at);
	der->p[at] ^= (unsigned char)(1 << below(8));
	return buf_get0(der);
}

static void
nothing_of_what_was_signed(void **state)
{
	(void)state;
	for (int k = 0; k < 2; k++) {
		struct buf der = BUF(1 << 20), one = BUF(1 << 20);
		struct buf text = BUF(1 << 20);

		sign(k == 0 ? &anna : &rosa, &der);
		for (size_t i = 0; i < CHANGES; i++) {
			buf_reset(&one);
			buf_reset(&text);
			buf_span(&one, buf_get0(&der));
			if (verifies(change(&one), &text))
				assert_true(span_eq(buf_get0(&text), TEXT));
		}
		buf_free(&der);
		buf_free(&one);
		buf_free(&text);
	}
}

static void
nothing_of_what_was_encrypted(void **state)
{
	enum cms_type type = CMS_SIGNED;

	(void)state;
	for (int k = 0; k < 4; k++) {
		const struct cms_ident *id = k < 2 ? &anna : &rosa;
		struct buf der = BUF(1 << 20), one = BUF(1 << 20);
		struct buf text = BUF(1 << 20);

		encrypt(id, k % 2 == 0, &der);
		for (size_t i = 0; i < CHANGES; i++) {
			buf_reset(&one);
			buf_reset(&text);
			buf_span(&one, buf_get0(&der));
			/* CBC has nothing that would notice */
			if (decrypts(change(&one), id, &text, &type) &&
			    type == CMS_AUTH_ENVELOPED)
				assert_true(span_eq(buf_get0(&text), TEXT));
		}
		buf_free(&der);
		buf_free(&one);
		buf_free(&text);
	}
}

/* Nobody signs it, and libcrypto takes any for ECDSA. */
static void
another_signature_algorithm_is_refused(void **state)
{
	/* ecdsa-with-SHA256, whose last octet is 2 */
	static const unsigned char oid[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d,
	    0x04, 0x03, 0x02 };
	struct buf der = BUF(1 << 20), text = BUF(1 << 20);
	unsigned char *last = NULL;

	(void)state;
	sign(&anna, &der);
	assert_true(verifies(buf_get0(&der), &text));
	/* the certificate's, twice, is in front of the signer's */
	for (unsigned char *p = der.p; (p = memmem(p, der.n - (size_t)(p -
	    der.p), oid, sizeof(oid))) != NULL; p += sizeof(oid))
		last = p + sizeof(oid) - 1;
	assert_non_null(last);
	for (unsigned other = 1; other < 5; other++) {
		*last = (unsigned char)other;
		assert_int_equal(verifies(buf_get0(&der), &text),
		    other == 2);
	}
	buf_free(&der);
	buf_free(&text);
}

/* The same text never gives the same octets: a new key, a new nonce. */
static void
no_key_twice(void **state)
{
	struct buf a = BUF(1 << 20), b = BUF(1 << 20);
	struct cms_parts p = { .type = CMS_SIGNED }, q = p;

	(void)state;
	encrypt(&anna, true, &a);
	encrypt(&anna, true, &b);
	assert_int_equal(cms_split(buf_get0(&a), &p), CMS_SPLIT_OK);
	assert_int_equal(cms_split(buf_get0(&b), &q), CMS_SPLIT_OK);
	assert_false(span_eq(p.content, q.content));
	assert_false(span_eq(p.mac, q.mac));
	cms_parts_free(&p);
	cms_parts_free(&q);
	buf_free(&a);
	buf_free(&b);
}

/* A tag that is cut is a weaker one (RFC 5084 section 3.2). */
static void
short_tags_are_refused(void **state)
{
	struct buf der = BUF(1 << 20), text = BUF(1 << 20);
	struct cms_parts p = { .type = CMS_SIGNED };

	(void)state;
	encrypt(&anna, true, &der);
	for (size_t n = 0; n < 12; n++) {
		assert_int_equal(cms_split(buf_get0(&der), &p), CMS_SPLIT_OK);
		p.mac.n = n;
		assert_int_equal(cms_decrypt(&p, &anna, 1, gather, &text),
		    CMS_NOT_READ);
		cms_parts_free(&p);
	}
	assert_int_equal(text.n, 0);
	buf_free(&der);
	buf_free(&text);
}

/* libcrypto does not survive every padded key wrap (RFC 5649). */
static void
padded_key_wrap_is_refused(void **state)
{
	static const unsigned char aes256_wrap[] = { 0x60, 0x86, 0x48, 0x01,
	    0x65, 0x03, 0x04, 0x01, 0x2d };
	struct buf der = BUF(1 << 20), text = BUF(1 << 20);
	struct cms_parts p = { .type = CMS_SIGNED };
	unsigned char *oid = NULL;

	(void)state;
	encrypt(&anna, true, &der);
	oid = memmem(der.p, der.n, aes256_wrap, sizeof(aes256_wrap));
	assert_non_null(oid);
	oid[sizeof(aes256_wrap) - 1] = 0x30;
	assert_int_equal(cms_split(buf_get0(&der), &p), CMS_SPLIT_OK);
	assert_int_equal(cms_decrypt(&p, &anna, 1, gather, &text),
	    CMS_NOT_READ);
	assert_int_equal(text.n, 0);
	cms_parts_free(&p);
	buf_free(&der);
	buf_free(&text);
}

static void
certificates_say_what_they_are_for(void **state)
{
	(void)state;
	assert_null(cms_cert_problem(anna.cert, CMS_USE_SIGN, NOW));
	assert_null(cms_cert_problem(rosa.cert, CMS_USE_ENCRYPT, NOW));
	assert_non_null(cms_cert_problem(anna.cert, CMS_USE_SIGN,
	    NOW + 2 * DAY));
	assert_non_null(cms_cert_problem(anna.cert, CMS_USE_ENCRYPT,
	    NOW - 2 * DAY));
	assert_true(cms_cert_is_capable(anna.cert, CMS_OID_AES256_GCM));
	assert_false(cms_cert_is_capable(anna.cert, SPAN("\x2a\x03")));
	assert_int_equal(cms_cert_has_addr(anna.cert, SPAN("anna"),
	    SPAN("EXAMPLE.org")), CMS_ADDR_SAME);
	assert_int_equal(cms_cert_has_addr(anna.cert, SPAN("Anna"),
	    SPAN("example.org")), CMS_ADDR_CASE);
	assert_int_equal(cms_cert_has_addr(anna.cert, SPAN("anna"),
	    SPAN("example.com")), CMS_ADDR_ABSENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(nothing_of_what_was_signed),
		cmocka_unit_test(nothing_of_what_was_encrypted),
		cmocka_unit_test(another_signature_algorithm_is_refused),
		cmocka_unit_test(no_key_twice),
		cmocka_unit_test(short_tags_are_refused),
		cmocka_unit_test(padded_key_wrap_is_refused),
		cmocka_unit_test(certificates_say_what_they_are_for),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
