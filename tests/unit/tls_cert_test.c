/* Certificates read, with libcrypto for an oracle; names matched. */
#include "unit.h"

#include <openssl/x509v3.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "tls/cert.h"
#include "tls/cert_name.h"
#include "../support/mint.h"

static const struct {
	const char *what;
	struct mint_want want;
	enum tls_key key;
	unsigned bits;
	const char *curve, *sigalg;
	enum tls_hash hash;
} key_rows[] = {
	{ "P-256", { .cn = "a" }, TLS_KEY_EC, 256, "secp256r1",
	    "ecdsa-with-SHA256", TLS_HASH_SHA256 },
	{ "P-384", { .cn = "a", .key = "EC:P-384", .hash = "SHA384" },
	    TLS_KEY_EC, 384, "secp384r1", "ecdsa-with-SHA384",
	    TLS_HASH_SHA384 },
	{ "P-521", { .cn = "a", .key = "EC:P-521", .hash = "SHA512" },
	    TLS_KEY_EC, 521, "secp521r1", "ecdsa-with-SHA512",
	    TLS_HASH_SHA512 },
	{ "P-224", { .cn = "a", .key = "EC:P-224", .hash = "SHA224" },
	    TLS_KEY_EC, 224, "secp224r1", "ecdsa-with-SHA224",
	    TLS_HASH_SHA224 },
	{ "brainpool", { .cn = "a", .key = "EC:brainpoolP256r1" },
	    TLS_KEY_EC, 256, "brainpoolP256r1", "ecdsa-with-SHA256",
	    TLS_HASH_SHA256 },
	{ "a curve that TLS has no name for", { .cn = "a", .key =
	    "EC:brainpoolP320r1" }, TLS_KEY_EC, 320, NULL,
	    "ecdsa-with-SHA256", TLS_HASH_SHA256 },
	{ "RSA 2048", { .cn = "a", .key = "RSA:2048" }, TLS_KEY_RSA, 2048,
	    NULL, "sha256WithRSAEncryption", TLS_HASH_SHA256 },
	{ "RSA 1023", { .cn = "a", .key = "RSA:1023", .hash = "SHA1" },
	    TLS_KEY_RSA, 1023, NULL, "sha1WithRSAEncryption",
	    TLS_HASH_SHA1 },
	{ "RSA MD5", { .cn = "a", .key = "RSA:1024", .hash = "MD5" },
	    TLS_KEY_RSA, 1024, NULL, "md5WithRSAEncryption",
	    TLS_HASH_MD5 },
	{ "Ed25519", { .cn = "a", .key = "ED25519" }, TLS_KEY_ED25519, 256,
	    NULL, "ED25519", TLS_HASH_NONE },
	{ "Ed448", { .cn = "a", .key = "ED448" }, TLS_KEY_ED448, 456, NULL,
	    "ED448", TLS_HASH_NONE },
};

static void
keys_and_signatures_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(key_rows); i++) {
		struct mint *m = mint(&key_rows[i].want, NULL);
		unsigned char sha[SHA256_SIZE];
		struct cert c;

		if (!cert_read(m->der, &c))
			fail_msg("%s: not read", key_rows[i].what);
		if (c.key != key_rows[i].key ||
		    c.key_bits != key_rows[i].bits ||
		    strcmp(c.sigalg, key_rows[i].sigalg) != 0 ||
		    c.hash != key_rows[i].hash)
			fail_msg("%s: %s %u %s, hash %d", key_rows[i].what,
			    tls_key_name(c.key), c.key_bits, c.sigalg,
			    c.hash);
		if (key_rows[i].curve == NULL)
			assert_null(c.curve);
		else
			assert_string_equal(c.curve, key_rows[i].curve);
		assert_true(span_eq(c.der, m->der));
		assert_true(span_eq(c.spki, m->spki));
		digest_of(DIGEST_SHA256, m->spki, sha);
		assert_memory_equal(sha, c.spki_sha256, sizeof(sha));
		digest_of(DIGEST_SHA256, m->der, sha);
		assert_memory_equal(sha, c.sha256, sizeof(sha));
		assert_true(c.self_issued);
		cert_free(&c);
		mint_free(m);
	}
}

static void
extensions_are_read(void **state)
{
	struct mint_want ca_want = { .cn = "ca", .ca = true };
	struct mint_want want = {
		.names = "DNS:A.test,IP:192.0.2.1,DNS:*.b.test,email:x@y",
		.features = "status_request", .from = -86400, .to = 4102444800,
	};
	struct mint *ca = mint(&ca_want, NULL), *m = mint(&want, ca);
	struct cert c;

	(void)state;
	assert_true(cert_read(m->der, &c));
	assert_int_equal(c.names_n, 2);
	assert_string_equal(c.names[0], "a.test");
	assert_string_equal(c.names[1], "*.b.test");
	assert_int_equal(c.names_left_out, 0);
	assert_true(c.must_staple && !c.is_ca && !c.self_issued);
	assert_string_equal(c.subject, "");
	assert_string_equal(c.issuer, "CN=ca");
	assert_null(c.common_name);
	assert_true(c.not_before == -86400 && c.not_after == 4102444800);
	cert_free(&c);
	assert_true(cert_read(ca->der, &c));
	assert_true(c.is_ca && c.self_issued && !c.must_staple);
	assert_string_equal(c.common_name, "ca");
	cert_free(&c);
	mint_free(m);
	mint_free(ca);
}

/* Subjects as libcrypto writes them for RFC 2253, but for quoting of UTF-8. */
static void
distinguished_names_are_text(void **state)
{
	static const char *const cns[] = {
		"plain.test", " blanks ", "#1", "a,b+c\"d\\e<f>g;h",
		("Gr\xc3\xbc\xc3\x9f" "e"), "tab\there",
		"\xf0\x9f\x93\xac",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(cns); i++) {
		struct mint_want want = { .cn = cns[i] };
		struct mint *m = mint(&want, NULL);
		BIO *bio = BIO_new(BIO_s_mem());
		struct cert c;
		char *p = NULL;
		long n = 0;

		X509_NAME_print_ex(bio, X509_get_subject_name(m->x509), 0,
		    (XN_FLAG_RFC2253 | ASN1_STRFLGS_UTF8_CONVERT) &
		    ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
		n = BIO_get_mem_data(bio, &p);
		assert_true(cert_read(m->der, &c));
		if (!span_eq(span_of(p, (size_t)n), span_str(c.subject)))
			fail_msg("%s, want %.*s", c.subject, (int)n, p);
		assert_string_equal(c.common_name, cns[i]);
		cert_free(&c);
		BIO_free(bio);
		mint_free(m);
	}
}

static void
several_attributes_stand_in_order(void **state)
{
	static const struct { const char *type, *value; int set; } rows[] = {
		{ "C", "DE", 0 }, { "O", "Mail", 0 }, { "OU", "One", 0 },
		{ "L", "Two", -1 }, { "CN", "first", 0 },
		{ "emailAddress", "a@b", 0 }, { "CN", "last", 0 },
		{ "title", "x", 0 },
	};
	struct mint_want want = { .cn = NULL };
	struct mint *m = mint(&want, NULL);
	unsigned char *der = NULL;
	struct cert c;
	int n = 0;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		X509_NAME_add_entry_by_txt(X509_get_subject_name(m->x509),
		    rows[i].type, MBSTRING_ASC,
		    (const unsigned char *)rows[i].value, -1, -1,
		    rows[i].set);
	X509_sign(m->x509, m->key, EVP_sha256());
	n = i2d_X509(m->x509, &der);
	assert_true(cert_read(span_of(der, (size_t)n), &c));
	assert_string_equal(c.subject, "2.5.4.12=#0C0178,CN=last,"
	    "emailAddress=a@b,CN=first,L=Two+OU=One,O=Mail,C=DE");
	assert_string_equal(c.common_name, "last");
	cert_free(&c);
	OPENSSL_free(der);
	mint_free(m);
}

/* X.667: a UUID as an arc, of up to 128 bits; libcrypto is the oracle. */
static void
an_arc_may_be_of_any_length(void **state)
{
	static const char *const oids[] = {
		"2.25.329800735698586629295641978511506172918",
		"2.25.340282366920938463463374607431768211455",
		"1.3.18446744073709551616", "1.3.18446744073709551615",
		"2.999.1",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(oids); i++) {
		struct mint *m = mint(&(struct mint_want){ .cn = "a" }, NULL);
		unsigned char *der = NULL;
		char want[128];
		struct cert c;
		int n = 0;

		assert_int_equal(X509_NAME_add_entry_by_txt(
		    X509_get_subject_name(m->x509), oids[i], MBSTRING_ASC,
		    (const unsigned char *)"x", -1, -1, 0), 1);
		X509_sign(m->x509, m->key, EVP_sha256());
		n = i2d_X509(m->x509, &der);
		if (!cert_read(span_of(der, (size_t)n), &c))
			fail_msg("%s: not read", oids[i]);
		snprintf(want, sizeof(want), "%s=#0C0178,CN=a", oids[i]);
		assert_string_equal(c.subject, want);
		cert_free(&c);
		OPENSSL_free(der);
		mint_free(m);
	}
}

/* The text ends with a character, not in the middle of one. */
static void
long_text_is_cut_between_characters(void **state)
{
	char street[CERT_TEXT_MAX + 1] = "", text[CERT_TEXT_MAX + 2];

	(void)state;
	for (size_t i = 0; i + 1 < CERT_TEXT_MAX - 6; i += 2)
		memcpy(street + i, "\xc3\xbc", 3);
	for (int shift = 0; shift < 2; shift++) {
		struct mint *m = mint(&(struct mint_want){ .cn = NULL }, NULL);
		unsigned char *der = NULL;
		struct cert c;
		int n = 0;

		/* with a letter in front the last character lies across */
		snprintf(text, sizeof(text), "%s%s", shift ? "a" : "", street);
		assert_int_equal(X509_NAME_add_entry_by_NID(
		    X509_get_subject_name(m->x509), NID_streetAddress,
		    MBSTRING_UTF8, (unsigned char *)text, -1, -1, 0), 1);
		X509_sign(m->x509, m->key, EVP_sha256());
		n = i2d_X509(m->x509, &der);
		assert_true(cert_read(span_of(der, (size_t)n), &c));
		if (!utf8_valid(span_str(c.subject)))
			fail_msg("%d: no UTF-8", shift);
		cert_free(&c);
		OPENSSL_free(der);
		mint_free(m);
	}
}

/* A name is not another's because it stands far behind. */
static void
no_name_is_left_out_for_their_number(void **state)
{
	enum { NAMES = 2000 };
	struct buf names = BUF(1 << 16);
	struct mint *m = NULL;
	struct cert c;

	(void)state;
	for (int i = 0; i < NAMES; i++)
		buf_printf(&names, "%sDNS:n%d.test", i > 0 ? "," : "", i);
	buf_byte(&names, '\0');
	m = mint(&(struct mint_want){ .names = (char *)names.p }, NULL);
	assert_true(cert_read(m->der, &c));
	assert_int_equal(c.names_n, NAMES);
	assert_int_equal(c.names_left_out, 0);
	assert_non_null(cert_name_of0(&c, SPAN("n1999.test"), NAME_DNS_ID));
	assert_null(cert_name_of0(&c, SPAN("n2000.test"), NAME_DNS_ID));
	cert_free(&c);
	buf_free(&names);
	mint_free(m);
}

/* CN=good.test<NUL>.evil must not become good.test. */
static void
a_nul_hides_nothing(void **state)
{
	struct mint_want want = { .names = "DNS:good.test0.evil",
		.cn = "good.test0.evil" };
	struct mint *m = mint(&want, NULL);
	unsigned char *der = xmalloc(m->der.n);
	struct cert c;

	(void)state;
	memcpy(der, m->der.p, m->der.n);
	for (size_t i = 0; i + 14 < m->der.n; i++)
		if (memcmp(der + i, "good.test0", 10) == 0)
			der[i + 9] = '\0';
	assert_true(cert_read(span_of(der, m->der.n), &c));
	assert_int_equal(c.names_n, 0);
	assert_int_equal(c.names_left_out, 1);
	assert_null(c.common_name);
	assert_string_equal(c.subject, "CN=good.test\\00.evil");
	cert_free(&c);
	free(der);
	mint_free(m);
}

/* No octet less, none more, and no length that reaches out. */
static void
what_is_cut_is_no_certificate(void **state)
{
	struct mint_want want = { .cn = "a", .names = "DNS:a.test" };
	struct mint *m = mint(&want, NULL);
	unsigned char *der = xcalloc(m->der.n + 1, 1);
	struct cert c;

	(void)state;
	memcpy(der, m->der.p, m->der.n);
	for (size_t n = 0; n < m->der.n; n++)
		assert_false(cert_read(span_of(der, n), &c));
	assert_true(cert_read(span_of(der, m->der.n), &c));
	cert_free(&c);
	assert_false(cert_read(span_of(der, m->der.n + 1), &c));
	free(der);
	mint_free(m);
}

static void
chains_travel(void **state)
{
	struct mint_want want = { .cn = "a" };
	struct mint *m = mint(&want, NULL), *other = mint(&want, NULL);
	struct cert_chain chain = { .n = 0 }, back = { .n = 0 };
	struct buf out = BUF(1 << 20);
	struct cur c;

	(void)state;
	assert_true(cert_chain_add(&chain, m->der));
	assert_false(cert_chain_add(&chain, SPAN("nonsense")));
	assert_true(cert_chain_add(&chain, other->der));
	cert_chain_pack(&chain, &out);
	c = cur_of(buf_get0(&out));
	assert_true(cert_chain_unpack(&c, &back));
	assert_true(cur_done(&c));
	assert_int_equal(back.n, 2);
	assert_int_equal(back.left_out, 1);
	assert_true(span_eq(back.v[1].der, other->der));
	cert_chain_free(&back);
	for (size_t n = 0; n < out.n; n++) {
		c = cur_of(span_of(out.p, n));
		assert_false(cert_chain_unpack(&c, &back));
	}
	cert_chain_free(&chain);
	/* what follows an unreadable first one is not the server's own */
	assert_false(cert_chain_add(&chain, SPAN("nonsense")));
	assert_false(cert_chain_add(&chain, m->der));
	assert_int_equal(chain.n, 0);
	assert_int_equal(chain.left_out, 2);
	for (size_t i = 0; i < CERT_CHAIN_MAX + 3; i++)
		cert_chain_add(&back, m->der);
	assert_int_equal(back.n, CERT_CHAIN_MAX);
	assert_int_equal(back.left_out, 3);
	cert_chain_free(&back);
	buf_free(&out);
	mint_free(m);
	mint_free(other);
}

static void
names_match(void **state)
{
	static const struct {
		const char *presented, *host;
		bool match;
	} rows[] = {
		{ "a.test", "a.test", true },
		{ "A.TEST", "a.test", true },
		{ "a.test", "a.test.", true },
		{ "a.test.", "a.test", false },
		{ "a.test", "b.test", false },
		{ "a.test", "x.a.test", false },
		{ "x.a.test", "a.test", false },
		{ "*.a.test", "x.a.test", true },
		{ "*.a.test", "X.A.test.", true },
		{ "*.a.test", "a.test", false },
		{ "*.a.test", ".a.test", false },
		{ "*.a.test", "x.y.a.test", false },
		{ "*.a.test", "xa.test", false },
		{ "*.a.test", "x.a.test.evil", false },
		{ "*.*.test", "x.y.test", false },
		{ "x*.a.test", "xy.a.test", false },
		{ "*x.a.test", "yx.a.test", false },
		{ "x.*.test", "x.y.test", false },
		{ "*", "a", false },
		{ "*.", "a.", false },
		{ "*.test", "a.test", false },
		{ "*.a.test", "xn--bcher-kva.a.test", true },
		{ "*.a.test", "x_y.a.test", false },
		{ "*.a_b.test", "x.a_b.test", false },
		{ "x_y.a.test", "x_y.a.test", true },
		{ "", "", false },
		{ "", ".", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (name_matches(span_str(rows[i].presented),
		    span_str(rows[i].host)) != rows[i].match)
			fail_msg("%s, %s", rows[i].presented, rows[i].host);
}

static void
the_cn_counts_only_alone_and_for_dane(void **state)
{
	static const struct {
		const char *cn, *names, *dns_id, *or_cn;
	} rows[] = {
		{ "x.a.test", NULL, NULL, "x.a.test" },
		{ "*.a.test", NULL, NULL, "*.a.test" },
		{ "x.a.test", "DNS:b.test", NULL, NULL },
		{ "x.a.test", "IP:192.0.2.1", NULL, "x.a.test" },
		{ "b.test", "DNS:b.test,DNS:x.a.test", "x.a.test",
		    "x.a.test" },
		{ "b.test", "DNS:*.a.test,DNS:x.a.test", "*.a.test",
		    "*.a.test" },
		{ NULL, NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct mint_want want = {
			.cn = rows[i].cn, .names = rows[i].names
		};
		struct mint *m = mint(&want, NULL);
		const char *got[2] = { NULL, NULL };
		struct cert c;

		assert_true(cert_read(m->der, &c));
		got[0] = cert_name_of0(&c, SPAN("x.a.test"), NAME_DNS_ID);
		got[1] = cert_name_of0(&c, SPAN("x.a.test"),
		    NAME_DNS_ID_OR_CN);
		if (!span_eq(span_str(got[0]), span_str(rows[i].dns_id)) ||
		    !span_eq(span_str(got[1]), span_str(rows[i].or_cn)))
			fail_msg("row %zu: %s, %s", i, got[0], got[1]);
		cert_free(&c);
		mint_free(m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_and_signatures_are_told),
		cmocka_unit_test(extensions_are_read),
		cmocka_unit_test(distinguished_names_are_text),
		cmocka_unit_test(several_attributes_stand_in_order),
		cmocka_unit_test(an_arc_may_be_of_any_length),
		cmocka_unit_test(long_text_is_cut_between_characters),
		cmocka_unit_test(no_name_is_left_out_for_their_number),
		cmocka_unit_test(a_nul_hides_nothing),
		cmocka_unit_test(what_is_cut_is_no_certificate),
		cmocka_unit_test(chains_travel),
		cmocka_unit_test(names_match),
		cmocka_unit_test(the_cn_counts_only_alone_and_for_dane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
