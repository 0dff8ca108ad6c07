/*
 * TLSA records found as RFC 7672 says, and held against chains with OpenSSL's
 * own DANE as the oracle.
 */
#include "unit.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "crypto/lib.h"
#include "tls/dane.h"
#include "../support/mint.h"

enum { NOW = MINT_FROM + 100 * 86400 };

/*
 * What OpenSSL's client says of a server that sends these certificates: two
 * ends in one process, joined by memory.
 */
static bool
oracle(struct mint *const *sent, size_t n, const struct dane_set *d,
    const char *name)
{
	SSL_CTX *sctx = SSL_CTX_new(TLS_server_method());
	SSL_CTX *cctx = SSL_CTX_new(TLS_client_method());
	BIO *left = NULL, *right = NULL;
	SSL *server = NULL, *client = NULL;
	bool match = false;

	assert_int_equal(SSL_CTX_use_certificate(sctx, sent[0]->x509), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(sctx, sent[0]->key), 1);
	for (size_t i = 1; i < n; i++)
		assert_int_equal(SSL_CTX_add1_chain_cert(sctx,
		    sent[i]->x509), 1);
	assert_int_equal(SSL_CTX_dane_enable(cctx), 1);
	server = SSL_new(sctx);
	client = SSL_new(cctx);
	assert_int_equal(SSL_dane_enable(client, name), 1);
	SSL_dane_set_flags(client, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	SSL_set_hostflags(client, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	X509_VERIFY_PARAM_set_time(SSL_get0_param(client), NOW);
	for (size_t i = 0; i < d->n; i++)
		SSL_dane_tlsa_add(client, d->v[i].usage, d->v[i].selector,
		    d->v[i].matching, d->v[i].data.p, d->v[i].data.n);
	assert_int_equal(BIO_new_bio_pair(&left, 0, &right, 0), 1);
	SSL_set_bio(server, left, left);
	SSL_set_bio(client, right, right);
	SSL_set_accept_state(server);
	SSL_set_connect_state(client);
	for (int i = 0; i < 10; i++) {
		SSL_do_handshake(client);
		SSL_do_handshake(server);
	}
	assert_true(SSL_is_init_finished(client));
	match = SSL_get_verify_result(client) == X509_V_OK &&
	    SSL_get0_dane_authority(client, NULL, NULL) >= 0;
	SSL_free(server);
	SSL_free(client);
	SSL_CTX_free(sctx);
	SSL_CTX_free(cctx);
	return match;
}

static void
add_record(struct dane_set *d, unsigned usage, unsigned selector,
    unsigned matching, const struct mint *of)
{
	struct span data = selector == 0 ? of->der : of->spki;
	unsigned char rdata[8192] = {
		(unsigned char)usage, (unsigned char)selector,
		(unsigned char)matching
	};
	unsigned n = (unsigned)data.n;

	if (matching == 0)
		memcpy(rdata + 3, data.p, data.n);
	else
		EVP_Digest(data.p, data.n, rdata + 3, &n, matching == 1 ?
		    EVP_sha256() : EVP_sha512(), NULL);
	dane_add(d, span_of(rdata, n + 3));
}

static struct mint *root, *inter, *stranger;

enum { LEAVES = 7 };

static const struct mint_want leaf_wants[LEAVES] = {
	{ .names = "DNS:mx.a.test", .cn = "good" },
	{ .names = "DNS:mx.a.test", .cn = "late", .to = NOW - 1 },
	{ .names = "DNS:other.test", .cn = "mx.a.test" },
	{ .cn = "mx.a.test" },
	{ .names = "DNS:*.a.test", .cn = "star" },
	{ .names = "DNS:*.test", .cn = "wide" },
	{ .names = "DNS:mx.a.test", .cn = "client", .use = "clientAuth" },
};

static const char *
subject(const struct mint *m)
{
	static char text[256];

	return X509_NAME_oneline(X509_get_subject_name(m->x509), text,
	    sizeof(text));
}

/* Hold a chain that is sent against the records, as OpenSSL does. */
static void
judge_both(struct mint *const *sent, size_t n, const struct dane_set *d,
    const char *what, struct dane_verdict *v)
{
	struct cert_chain chain = { .n = 0 };
	struct span name = SPAN("mx.a.test");
	bool want = oracle(sent, n, d, "mx.a.test");

	for (size_t i = 0; i < n; i++)
		assert_true(cert_chain_add(&chain, sent[i]->der));
	dane_judge(d, &chain, &name, 1, NOW, v);
	if ((v->status == DANE_MATCH) != want)
		fail_msg("%u %u %u of %s, %zu sent, first %s: %s, reason %d",
		    d->v[0].usage, d->v[0].selector, d->v[0].matching, what,
		    n, chain.v[0].subject, dane_status_name(v->status),
		    v->reason);
	cert_chain_free(&chain);
}

static void
add_code(struct dane_set *d, unsigned code, const struct mint *of)
{
	add_record(d, 2 + code / 6, code / 3 % 2, code % 3, of);
}

/* One row of the whole table: a record, and a chain. */
static void
compare(struct mint *const *sent, size_t n, const struct mint *of,
    unsigned code)
{
	struct dane_set d = { .status = DANE_PRESENT };
	struct dane_verdict v;

	add_code(&d, code, of);
	assert_int_equal(d.v[0].use, DANE_USABLE);
	judge_both(sent, n, &d, subject(of), &v);
	if (v.status == DANE_MATCH)
		assert_int_equal(v.matched, 1);
	dane_free(&d);
}

/* RFC 7671 section 9: the right record beside one of another's, all kinds. */
static void
two_records_as_openssl_sees_them(void **state)
{
	struct mint *leaf = mint(&leaf_wants[0], inter);
	struct mint *all[] = { leaf, inter };
	size_t weaker = 0;

	(void)state;
	for (unsigned code = 0; code < 12 * 12 * 2; code++) {
		unsigned right = code / 2 % 12, other = code / 24;
		struct dane_set d = { .status = DANE_PRESENT };
		struct dane_verdict v;

		if (code % 2 == 0)
			add_code(&d, other, stranger);
		add_code(&d, right, right < 6 ? inter : leaf);
		if (code % 2 == 1)
			add_code(&d, other, stranger);
		judge_both(all, 2, &d, "two", &v);
		assert_int_equal(v.matched, 1 << (code % 2 == 0));
		assert_int_equal(v.status == DANE_MISMATCH,
		    v.reason == DANE_WEAKER);
		weaker += v.reason == DANE_WEAKER;
		dane_free(&d);
	}
	/* 2 0, 2 1, 3 0 and 3 1, in either order */
	assert_int_equal(weaker, 8);
	mint_free(leaf);
}

static void
every_record_as_openssl_sees_it(void **state)
{
	struct mint *leaves[LEAVES] = { NULL };

	(void)state;
	for (size_t i = 0; i < LEAVES; i++)
		leaves[i] = mint(&leaf_wants[i], inter);
	for (size_t i = 0; i < LEAVES; i++) {
		struct mint *all[] = { leaves[i], inter, root };
		struct mint *gap[] = { leaves[i], root };
		const struct mint *of[] = {
			leaves[i], inter, root, stranger
		};

		for (size_t k = 0; k < ROWS(of); k++)
			for (unsigned code = 0; code < 12; code++) {
				for (size_t n = 1; n <= 3; n++)
					compare(all, n, of[k], code);
				compare(gap, 2, of[k], code);
			}
	}
	for (size_t i = 0; i < LEAVES; i++)
		mint_free(leaves[i]);
}

/* Sent a second time it is no authority either. */
static void
sent_twice_as_openssl_sees_it(void **state)
{
	struct mint *leaf = mint(&leaf_wants[0], inter);
	struct mint *twice[] = { leaf, leaf, inter };

	(void)state;
	for (unsigned code = 0; code < 12; code++)
		for (size_t n = 2; n <= 3; n++)
			compare(twice, n, leaf, code);
	mint_free(leaf);
}

/* The record that would match may be one that was left out. */
static void
too_many_records_are_no_mismatch(void **state)
{
	struct mint *leaf = mint(&leaf_wants[0], inter);
	struct span name = SPAN("mx.a.test");
	struct dane_set d = { .status = DANE_PRESENT };
	struct cert_chain chain = { .n = 0 };
	struct dane_verdict v;

	(void)state;
	cert_chain_add(&chain, leaf->der);
	for (size_t i = 0; i < DANE_RECORDS_MAX; i++)
		add_record(&d, 3, 1, 1, stranger);
	dane_judge(&d, &chain, &name, 1, NOW, &v);
	assert_int_equal(v.status, DANE_MISMATCH);
	add_record(&d, 3, 1, 1, leaf);
	assert_int_equal(d.left_out, 1);
	dane_judge(&d, &chain, &name, 1, NOW, &v);
	assert_int_equal(v.status, DANE_UNKNOWN);
	dane_free(&d);
	cert_chain_free(&chain);
	mint_free(leaf);
}

/* The authority may be a certificate that was left out; a key may not. */
static void
too_many_certificates_are_no_mismatch(void **state)
{
	struct mint *leaf = mint(&leaf_wants[0], inter);
	struct span name = SPAN("mx.a.test");
	struct dane_set d = { .status = DANE_PRESENT };
	struct cert_chain chain = { .n = 0 };
	struct dane_verdict v;

	(void)state;
	cert_chain_add(&chain, leaf->der);
	while (chain.n < CERT_CHAIN_MAX)
		cert_chain_add(&chain, stranger->der);
	cert_chain_add(&chain, inter->der);
	add_record(&d, 3, 1, 1, stranger);
	dane_judge(&d, &chain, &name, 1, NOW, &v);
	assert_int_equal(v.status, DANE_MISMATCH);
	add_record(&d, 2, 1, 1, inter);
	dane_judge(&d, &chain, &name, 1, NOW, &v);
	assert_int_equal(v.status, DANE_UNKNOWN);
	add_record(&d, 3, 1, 1, leaf);
	dane_judge(&d, &chain, &name, 1, NOW, &v);
	assert_int_equal(v.status, DANE_MATCH);
	dane_free(&d);
	cert_chain_free(&chain);
	mint_free(leaf);
}

/* A certificate that signed itself, under each kind of record. */
static void
self_signed_as_openssl_sees_it(void **state)
{
	struct mint *m[] = {
		mint(&(struct mint_want){ .names = "DNS:mx.a.test" }, NULL),
		mint(&(struct mint_want){ .names = "DNS:mx.a.test", .ca = true,
		    .cn = "mx.a.test" }, NULL),
	};

	(void)state;
	for (size_t i = 0; i < ROWS(m); i++) {
		for (unsigned code = 0; code < 12; code++)
			compare(&m[i], 1, m[i], code);
		mint_free(m[i]);
	}
}

static void
reasons_are_told(void **state)
{
	static const struct {
		const char *what;
		struct mint_want want;
		bool of_inter, send_inter;
		enum dane_reason reason;
		uint64_t matched;
	} rows[] = {
		{ "another's", { .names = "DNS:mx.a.test" }, false, true,
		    DANE_NO_RECORD, 0 },
		{ "not sent", { .names = "DNS:mx.a.test" }, true, false,
		    DANE_NO_RECORD, 0 },
		{ "expired", { .names = "DNS:mx.a.test", .to = NOW - 1 }, true,
		    true, DANE_TA_DATES, 1 },
		{ "another name", { .names = "DNS:b.test" }, true, true,
		    DANE_TA_NAME, 1 },
		{ "not for servers", { .names = "DNS:mx.a.test",
		    .use = "clientAuth" }, true, true, DANE_TA_CHAIN, 1 },
	};
	struct span name = SPAN("mx.a.test");

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct mint *m = mint(&rows[i].want, inter);
		struct dane_set d = { .status = DANE_PRESENT };
		struct cert_chain chain = { .n = 0 };
		struct dane_verdict v;

		add_record(&d, 2, 1, 1, rows[i].of_inter ? inter : stranger);
		cert_chain_add(&chain, m->der);
		if (rows[i].send_inter)
			cert_chain_add(&chain, inter->der);
		dane_judge(&d, &chain, &name, 1, NOW, &v);
		if (v.status != DANE_MISMATCH || v.reason != rows[i].reason ||
		    v.matched != rows[i].matched)
			fail_msg("%s: %s, %d", rows[i].what,
			    dane_status_name(v.status), v.reason);
		dane_free(&d);
		cert_chain_free(&chain);
		mint_free(m);
	}
}

/* "NAME NAME ..." of the host that the first MX of "d" is, by a zone. */
static void
names_text(const char *zone, bool is_mx, struct buf *out)
{
	char *why = NULL;
	struct dns *dns = dns_zone_read(span_str(zone), "z", &why);
	struct mx_set mx = { 0 };
	struct host host = { 0 };
	struct dane_set d = { 0 };
	struct dane_names names;

	assert_non_null(dns);
	mx_find(dns, SPAN("d"), &mx);
	assert_int_equal(mx.n, 1);
	host_find(dns, &mx.v[0].name, &host);
	dane_find(dns, &host, 25, &d);
	if (is_mx)
		dane_names_of_mx(&d, &mx, &names);
	else
		dane_names_of_host(&d, span_str(mx.v[0].text), SPAN("d"),
		    &names);
	for (size_t i = 0; i < names.n; i++)
		buf_printf(out, "%s%.*s", i > 0 ? " " : "",
		    (int)names.v[i].n, (const char *)names.v[i].p);
	dane_names_free(&names);
	dane_free(&d);
	host_free(&host);
	mx_free(&mx);
	dns_free(dns);
}

#define TLSA(host) "_25._tcp." host " TLSA 2 1 1 " \
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

/* RFC 7672 section 3.2.2. */
static void
reference_names_are_chosen(void **state)
{
	static const struct {
		const char *what, *zone, *mx, *host;
	} rows[] = {
		{ "plain", ";! secure .\nd. MX 1 m.t.\nm.t. A 192.0.2.1\n"
		    TLSA("m.t."), "m.t d", "m.t d" },
		{ "the domain is an alias", ";! secure .\nd. CNAME e.\n"
		    "e. MX 1 m.t.\nm.t. A 192.0.2.1\n" TLSA("m.t."),
		    "m.t d e", "m.t d" },
		{ "the host is an alias, the base is not",
		    ";! secure .\nd. MX 1 m.t.\nm.t. CNAME c.t.\n"
		    "c.t. A 192.0.2.1\n" TLSA("c.t."), "c.t d",
		    "c.t m.t d" },
		{ "the host is an alias, and the base",
		    ";! secure .\nd. MX 1 m.t.\nm.t. CNAME c.t.\n"
		    "c.t. A 192.0.2.1\n" TLSA("m.t."), "m.t d", "m.t d" },
		{ "an insecure MX", ";! secure .\n;! insecure d\n"
		    "d. MX 1 m.t.\nm.t. A 192.0.2.1\n" TLSA("m.t."),
		    "m.t", "m.t d" },
		{ "no MX", ";! secure .\nd. A 192.0.2.1\n" TLSA("d."), "d",
		    "d" },
		{ "no MX, and an alias", ";! secure .\nd. CNAME e.\n"
		    "e. A 192.0.2.1\n" TLSA("e."), "e d", "e d" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf mx = BUF(1024), host = BUF(1024);

		names_text(rows[i].zone, true, &mx);
		names_text(rows[i].zone, false, &host);
		if (!span_eq(buf_get0(&mx), span_str(rows[i].mx)) ||
		    !span_eq(buf_get0(&host), span_str(rows[i].host)))
			fail_msg("%s: \"%.*s\", \"%.*s\"", rows[i].what,
			    (int)mx.n, mx.p, (int)host.n, host.p);
		buf_free(&mx);
		buf_free(&host);
	}
}

/* The next hop's name does as well. */
static void
any_reference_name_will_do(void **state)
{
	struct span names[] = { SPAN("mx.a.test"), SPAN("domain.test") };
	struct mint *m = mint(&(struct mint_want){
	    .names = "DNS:domain.test" }, inter);
	struct dane_set d = { .status = DANE_PRESENT };
	struct cert_chain chain = { .n = 0 };
	struct dane_verdict v;

	(void)state;
	add_record(&d, 3, 1, 1, stranger);
	add_record(&d, 2, 0, 1, inter);
	cert_chain_add(&chain, m->der);
	cert_chain_add(&chain, inter->der);
	dane_judge(&d, &chain, names, 1, NOW, &v);
	assert_int_equal(v.status, DANE_MISMATCH);
	dane_judge(&d, &chain, names, 2, NOW, &v);
	assert_int_equal(v.status, DANE_MATCH);
	assert_int_equal(v.record, 1);
	assert_int_equal(v.depth, 1);
	assert_int_equal(v.matched, 2);
	/* nothing that was sent, nothing that matches */
	cert_chain_free(&chain);
	dane_judge(&d, &chain, names, 2, NOW, &v);
	assert_int_equal(v.status, DANE_MISMATCH);
	assert_int_equal(v.reason, DANE_NO_CHAIN);
	dane_free(&d);
	mint_free(m);
}

#define HASH "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static void
uses_are_told(void **state)
{
	static const struct {
		const char *what;
		struct span rdata;
		enum dane_use use;
	} rows[] = {
		{ "EE", SPAN("\3\1\1" "0123456789abcdef0123456789abcdef"),
		    DANE_USABLE },
		{ "TA", SPAN("\2\0\1" "0123456789abcdef0123456789abcdef"),
		    DANE_USABLE },
		{ "SHA-512", SPAN("\3\1\2" HASH), DANE_USABLE },
		{ "PKIX-TA", SPAN("\0\0\1" "0123456789abcdef0123456789abcdef"),
		    DANE_PKIX },
		{ "PKIX-EE", SPAN("\1\0\1" "0123456789abcdef0123456789abcdef"),
		    DANE_PKIX },
		{ "usage 4", SPAN("\4\0\1" "0123456789abcdef0123456789abcdef"),
		    DANE_USAGE },
		{ "private", SPAN("\377\0\1" "x"), DANE_USAGE },
		{ "selector 2", SPAN("\3\2\1" "0123456789abcdef0123456789abcde"
		    "f"), DANE_SELECTOR },
		{ "matching 3", SPAN("\3\1\3" "0123456789abcdef0123456789abcde"
		    "f"), DANE_MATCHING },
		{ "an octet short", SPAN("\3\1\1" "0123456789abcdef0123456789ab"
		    "cde"), DANE_LENGTH },
		{ "SHA-256 as SHA-512", SPAN("\3\1\2" "0123456789abcdef01234567"
		    "89abcdef"), DANE_LENGTH },
		{ "hexadecimal text", SPAN("\3\1\1" HASH), DANE_LENGTH },
		{ "no certificate", SPAN("\3\0\0" "x"), DANE_DATA },
		{ "no key", SPAN("\3\1\0\x30\0"), DANE_DATA },
		{ "nothing", SPAN("\3\1\1"), DANE_MALFORMED },
		{ "empty", SPAN(""), DANE_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dane_set d = { .n = 0 };

		dane_add(&d, rows[i].rdata);
		if (d.v[0].use != rows[i].use)
			fail_msg("%s: %s", rows[i].what,
			    dane_use_name(d.v[0].use));
		dane_free(&d);
	}
}

#define EE "TLSA 3 1 1 " HASH "\n"

static const struct {
	const char *what, *zone, *status, *base;
	size_t n;
} find_rows[] = {
	{ "signed", ";! secure .\nh. A 192.0.2.1\n_25._tcp.h. " EE,
	    "present", "h", 1 },
	{ "several", ";! secure .\nh. A 192.0.2.1\n_25._tcp.h. " EE
	    "_25._tcp.h. TLSA 0 1 1 " HASH "\n", "present", "h", 2 },
	{ "none", ";! secure .\nh. A 192.0.2.1\n", "none", "h", 0 },
	{ "another port's", ";! secure .\nh. A 192.0.2.1\n_26._tcp.h. " EE,
	    "none", "h", 0 },
	{ "unusable", ";! secure .\nh. A 192.0.2.1\n"
	    "_25._tcp.h. TLSA 0 1 1 " HASH "\n", "unusable", "h", 1 },
	{ "not signed", ";! insecure .\nh. A 192.0.2.1\n_25._tcp.h. " EE,
	    "insecure", "h", 1 },
	{ "not signed, none", ";! insecure .\nh. A 192.0.2.1\n", "none", "h",
	    0 },
	{ "not signed, and a server that is silent of TLSA",
	    ";! insecure .\nh. A 192.0.2.1\n;! servfail _25._tcp.h\n", "none",
	    "h", 0 },
	{ "nobody validated", "h. A 192.0.2.1\n_25._tcp.h. " EE, "insecure",
	    "h", 1 },
	{ "insecure records below a secure host", ";! secure .\n"
	    ";! insecure _tcp.h\nh. A 192.0.2.1\n_25._tcp.h. " EE,
	    "insecure", "h", 1 },
	{ "bogus records", ";! secure .\nh. A 192.0.2.1\n"
	    ";! bogus _25._tcp.h\n", "bogus", "h", 0 },
	{ "bogus address", ";! secure .\n;! bogus h A\nh. AAAA ::1\n"
	    "_25._tcp.h. " EE, "bogus", "h", 0 },
	{ "silence", ";! secure .\nh. A 192.0.2.1\n"
	    ";! timeout _25._tcp.h\n", "unknown", "h", 0 },
	{ "no address to be had", ";! secure .\n;! servfail h\n"
	    "_25._tcp.h. " EE, "unknown", "h", 0 },
	{ "one family to be had", ";! secure .\nh. A 192.0.2.1\n"
	    ";! timeout h AAAA\n_25._tcp.h. " EE, "present", "h", 1 },
	{ "alias, records behind it", ";! secure .\nh. CNAME i.\n"
	    "i. A 192.0.2.1\n_25._tcp.i. " EE "_25._tcp.h. " EE
	    "_25._tcp.h. TLSA 2 1 1 " HASH "\n", "present", "i", 1 },
	{ "alias, records before it", ";! secure .\nh. CNAME i.\n"
	    "i. A 192.0.2.1\n_25._tcp.h. " EE, "present", "h", 1 },
	{ "alias, failure behind it", ";! secure .\nh. CNAME i.\n"
	    "i. A 192.0.2.1\n;! servfail _25._tcp.i\n_25._tcp.h. " EE,
	    "unknown", "i", 0 },
	{ "alias, insecure records behind it", ";! secure .\n"
	    ";! insecure _tcp.i\nh. CNAME i.\ni. A 192.0.2.1\n"
	    "_25._tcp.i. " EE "_25._tcp.h. " EE, "present", "h", 1 },
	{ "alias, only insecure records", ";! secure .\n"
	    ";! insecure _tcp.i\nh. CNAME i.\ni. A 192.0.2.1\n"
	    "_25._tcp.i. " EE, "insecure", "i", 1 },
	{ "secure alias into the unsigned", ";! secure .\n;! insecure i\n"
	    "h. CNAME i.\ni. A 192.0.2.1\n_25._tcp.h. " EE
	    "_25._tcp.i. " EE, "present", "h", 1 },
	{ "unsigned alias into the signed", ";! secure .\n;! insecure h\n"
	    "h. CNAME i.\ni. A 192.0.2.1\n_25._tcp.i. " EE, "none", "h", 0 },
	{ "records by an alias", ";! secure .\nh. A 192.0.2.1\n"
	    "_25._tcp.h. CNAME t.\nt. " EE, "present", "h", 1 },
	{ "records by an alias into the unsigned", ";! secure .\n"
	    ";! insecure t\nh. A 192.0.2.1\n_25._tcp.h. CNAME t.\nt. " EE,
	    "insecure", "h", 1 },
};

static void
find_in(const char *zone, enum dns_trust trust, struct dane_set *d)
{
	char *why = NULL;
	struct dns *dns = dns_zone_read(span_str(zone), "z", &why);
	struct dns_name name = { 3, { 1, 'h' } };
	struct host h;

	if (dns == NULL)
		fail_msg("%s", why);
	dns->trust = trust;
	host_find(dns, &name, &h);
	dane_find(dns, &h, 25, d);
	host_free(&h);
	dns_free(dns);
}

static void
records_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(find_rows); i++) {
		struct dane_set d = { .n = 0 };
		char *base = NULL;

		find_in(find_rows[i].zone, DNS_UNCHECKED, &d);
		base = dns_name_str(&d.base);
		if (strcmp(dane_status_name(d.status),
		    find_rows[i].status) != 0 || d.n != find_rows[i].n ||
		    strcmp(base, find_rows[i].base) != 0)
			fail_msg("%s: %s, %s, %zu", find_rows[i].what,
			    dane_status_name(d.status), base, d.n);
		free(base);
		dane_free(&d);
	}
}

/* Who cannot validate does not know whether there are records. */
static void
no_anchor_is_unknown(void **state)
{
	static const enum dns_trust trusts[] = {
		DNS_NO_ANCHOR, DNS_STRIPPED
	};

	(void)state;
	for (size_t i = 0; i < ROWS(trusts); i++) {
		struct dane_set d = { .n = 0 };

		find_in("h. A 192.0.2.1\n", trusts[i], &d);
		assert_int_equal(d.status, DANE_UNKNOWN);
		dane_free(&d);
	}
}

/* Two certificate kinds and three records: what covers what. */
static void
rollover_is_judged(void **state)
{
	struct mint *rsa = mint(&(struct mint_want){ .names = "DNS:mx.a.test",
	    .key = "RSA:2048" }, inter);
	struct mint *ec = mint(&(struct mint_want){
	    .names = "DNS:mx.a.test" }, inter);
	struct span name = SPAN("mx.a.test");
	struct mint *leaves[] = { rsa, ec };
	static const struct {
		const char *what;
		bool rsa, ec, inter, next;
		uint64_t idle;
		size_t uncovered;
	} rows[] = {
		{ "both kinds", true, true, false, false, 0, 0 },
		{ "one kind forgotten", true, false, false, false, 0, 1 },
		{ "the next key waits", true, true, false, true, 4, 0 },
		{ "the issuer too", true, true, true, false, 0, 0 },
		{ "the issuer alone", false, false, true, false, 0, 0 },
		{ "nothing fits", false, false, false, true, 1, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dane_set d = { .status = DANE_PRESENT };
		uint64_t matched = 0, idle = 0;
		size_t uncovered = 0;

		if (rows[i].rsa)
			add_record(&d, 3, 1, 1, rsa);
		if (rows[i].ec)
			add_record(&d, 3, 1, 1, ec);
		if (rows[i].inter)
			add_record(&d, 2, 1, 1, inter);
		if (rows[i].next)
			add_record(&d, 3, 1, 1, stranger);
		for (size_t k = 0; k < 2; k++) {
			struct cert_chain chain = { .n = 0 };
			struct dane_verdict v;

			cert_chain_add(&chain, leaves[k]->der);
			cert_chain_add(&chain, inter->der);
			dane_judge(&d, &chain, &name, 1, NOW, &v);
			matched |= v.matched;
			uncovered += v.status == DANE_MISMATCH;
			cert_chain_free(&chain);
		}
		idle = dane_idle(&d, matched);
		if (idle != rows[i].idle || uncovered != rows[i].uncovered)
			fail_msg("%s: idle %llx, %zu uncovered",
			    rows[i].what, (unsigned long long)idle,
			    uncovered);
		dane_free(&d);
	}
	mint_free(rsa);
	mint_free(ec);
}

static int
set_up(void **state)
{
	(void)state;
	crypto_start_x509();
	root = mint(&(struct mint_want){ .cn = "root", .ca = true }, NULL);
	inter = mint(&(struct mint_want){ .cn = "inter", .ca = true }, root);
	stranger = mint(&(struct mint_want){ .cn = "stranger", .ca = true },
	    NULL);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	mint_free(root);
	mint_free(inter);
	mint_free(stranger);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_record_as_openssl_sees_it),
		cmocka_unit_test(two_records_as_openssl_sees_them),
		cmocka_unit_test(sent_twice_as_openssl_sees_it),
		cmocka_unit_test(too_many_records_are_no_mismatch),
		cmocka_unit_test(too_many_certificates_are_no_mismatch),
		cmocka_unit_test(self_signed_as_openssl_sees_it),
		cmocka_unit_test(reasons_are_told),
		cmocka_unit_test(reference_names_are_chosen),
		cmocka_unit_test(any_reference_name_will_do),
		cmocka_unit_test(uses_are_told),
		cmocka_unit_test(records_are_found),
		cmocka_unit_test(no_anchor_is_unknown),
		cmocka_unit_test(rollover_is_judged),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
