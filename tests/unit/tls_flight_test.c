/*
 * A server's flight: what is read out of it, in whole or octet by octet, and
 * what is refused.
 */
#include "unit.h"

#include <openssl/ssl.h>
#include <stdlib.h>

#include "../support/hex.h"
#include "../support/mint.h"
#include "tls/flight.h"
#include "tls/names.h"

#define RANDOM "0102030405060708090a0b0c0d0e0f10" \
	"1112131415161718191a1b1c1d1e1f20"
#define RETRY "cf21ad74e59a6111be1d8c021e65b891" \
	"c2a211167abb8c5e079e09e2c8a8339c"
/* ServerHello, TLS 1.2, 0xc02f or 0x0033, no extensions: 42 octets */
#define HELLO_ECDHE "02000026 0303" RANDOM "00 c02f 00"
#define HELLO_DHE "02000026 0303" RANDOM "00 0033 00"
#define CERTIFICATE "0b000007 000004 000001 30"
#define KEX_ECDHE "0c00000c 03 001d 0104 0401 0003 010203"
#define KEX_DHE "0c000011 0002 00fb 0001 02 0001 05 0401 0003 010203"
#define DONE "0e000000"

static const struct {
	const char *name;
	uint16_t offered;
	const char *hex;
	enum flight_state want;
	uint16_t group;
	unsigned ext;
	uint8_t alert;
} rows[] = {
	{ "nothing", TLS_1_2, "", FLIGHT_MORE, 0, 0, 0 },
	{ "an alert", TLS_1_2, "15 0301 0002 02 28", FLIGHT_ALERT, 0, 0, 40 },
	{ "an alert, cut", TLS_1_2, "15 0301 0002 02", FLIGHT_MORE, 0, 0, 0 },
	{ "an alert of one octet", TLS_1_2, "15 0301 0001 02", FLIGHT_BAD,
	    0, 0, 0 },
	{ "two alerts in one", TLS_1_2, "15 0301 0004 0228 0228", FLIGHT_BAD,
	    0, 0, 0 },
	{ "an empty alert", TLS_1_2, "15 0301 0000", FLIGHT_BAD, 0, 0, 0 },
	{ "a warning, and a hello", TLS_1_2, "15 0301 0002 0170"
	    "16 0303 0032" HELLO_ECDHE DONE "0e00", FLIGHT_MORE, 0, 0, 112 },
	{ "close_notify", TLS_1_2, "15 0301 0002 0100", FLIGHT_ALERT, 0, 0,
	    0 },
	{ "whole", TLS_1_2, "16 0303 0049" HELLO_ECDHE CERTIFICATE KEX_ECDHE
	    DONE, FLIGHT_DONE, 0x001d, 0, 0 },
	{ "whole, with more behind", TLS_1_2, "16 0303 0049" HELLO_ECDHE
	    CERTIFICATE KEX_ECDHE DONE "ffff", FLIGHT_DONE, 0x001d, 0, 0 },
	{ "in a record a message", TLS_1_2, "16 0303 002a" HELLO_ECDHE
	    "16 0303 000b" CERTIFICATE "16 0303 0010" KEX_ECDHE
	    "16 0303 0004" DONE, FLIGHT_DONE, 0x001d, 0, 0 },
	{ "a message in two records", TLS_1_2, "16 0303 0002 0200"
	    "16 0303 0047 0026 0303" RANDOM "00 c02f 00" CERTIFICATE KEX_ECDHE
	    DONE, FLIGHT_DONE, 0x001d, 0, 0 },
	{ "with an empty record between", TLS_1_2, "16 0303 0002 0200"
	    "16 0303 0000"
	    "16 0303 0047 0026 0303" RANDOM "00 c02f 00" CERTIFICATE KEX_ECDHE
	    DONE, FLIGHT_DONE, 0x001d, 0, 0 },
	{ "HelloRequest before", TLS_1_2, "16 0303 004d 00000000" HELLO_ECDHE
	    CERTIFICATE KEX_ECDHE DONE, FLIGHT_DONE, 0x001d, 0, 0 },
	{ "DHE", TLS_1_2, "16 0303 004e" HELLO_DHE CERTIFICATE KEX_DHE DONE,
	    FLIGHT_DONE, 0, 0, 0 },
	{ "explicit prime", TLS_1_2, "16 0303 0051" HELLO_ECDHE CERTIFICATE
	    "0c000014 01 0107 0101 0102 0104 0103 0101 0104 0401 0001 aa"
	    DONE, FLIGHT_DONE, 0, 0, 0 },
	{ "explicit binary, trinomial", TLS_1_2, "16 0303 0054" HELLO_ECDHE
	    CERTIFICATE "0c000017 02 00a3 01 0107 0101 0102 0104 0103 0101"
	    "0104 0401 0001 aa" DONE, FLIGHT_DONE, 0, 0, 0 },
	{ "explicit binary, pentanomial", TLS_1_2, "16 0303 0058" HELLO_ECDHE
	    CERTIFICATE "0c00001b 02 00a3 02 0107 0106 0105 0101 0102 0104"
	    "0103 0101 0104 0401 0001 aa" DONE, FLIGHT_DONE, 0, 0, 0 },
	{ "a basis that is none", TLS_1_2, "16 0303 0050" HELLO_ECDHE
	    CERTIFICATE "0c000017 02 00a3 03 0107 0101 0102 0104 0103 0101"
	    "0104 0401 0001 aa", FLIGHT_BAD, 0, 0, 0 },
	{ "a curve type that is none", TLS_1_2, "16 0303 0045" HELLO_ECDHE
	    CERTIFICATE "0c00000c 04 001d 0104 0401 0003 010203", FLIGHT_BAD,
	    0, 0, 0 },
	{ "an octet left over in the key exchange", TLS_1_2, "16 0303 0046"
	    HELLO_ECDHE CERTIFICATE
	    "0c00000d 03 001d 0104 0401 0003 010203 00", FLIGHT_BAD, 0x001d,
	    0, 0 },
	{ "an octet too few", TLS_1_2, "16 0303 0044" HELLO_ECDHE CERTIFICATE
	    "0c00000b 03 001d 0104 0401 0003 0102", FLIGHT_BAD, 0x001d, 0,
	    0 },
	{ "a prime of nothing", TLS_1_2, "16 0303 003e" HELLO_DHE
	    "0c000010 0001 00 0001 02 0001 05 0401 0003 010203", FLIGHT_BAD,
	    0, 0, 0 },
	{ "no certificate in the list", TLS_1_2, "16 0303 0031" HELLO_ECDHE
	    "0b000003 000000", FLIGHT_BAD, 0, 0, 0 },
	{ "an empty certificate", TLS_1_2, "16 0303 0034" HELLO_ECDHE
	    "0b000006 000003 000000", FLIGHT_BAD, 0, 0, 0 },
	{ "a certificate too long for its list", TLS_1_2, "16 0303 0035"
	    HELLO_ECDHE "0b000007 000004 000002 30", FLIGHT_BAD, 0, 0, 0 },
	{ "a list too short for its message", TLS_1_2, "16 0303 0036"
	    HELLO_ECDHE "0b000008 000004 000001 30 00", FLIGHT_BAD, 0, 0,
	    0 },
	{ "two certificates messages", TLS_1_2, "16 0303 0040" HELLO_ECDHE
	    CERTIFICATE CERTIFICATE, FLIGHT_BAD, 0, 0, 0 },
	{ "a second hello", TLS_1_2, "16 0303 0054" HELLO_ECDHE HELLO_ECDHE,
	    FLIGHT_BAD, 0, 0, 0 },
	{ "Done with a body", TLS_1_2, "16 0303 002f" HELLO_ECDHE
	    "0e000001 00", FLIGHT_BAD, 0, 0, 0 },
	{ "Done before all", TLS_1_2, "16 0303 0004" DONE, FLIGHT_BAD, 0, 0,
	    0 },
	{ "Finished in clear", TLS_1_2, "16 0303 002f" HELLO_ECDHE
	    "14000001 00", FLIGHT_BAD, 0, 0, 0 },
	{ "a length of 16 MiB", TLS_1_2, "16 0303 0004 02ffffff", FLIGHT_BAD,
	    0, 0, 0 },
	{ "a record of 16 KiB and one", TLS_1_2, "16 0303 4001", FLIGHT_BAD,
	    0, 0, 0 },
	{ "ChangeCipherSpec", TLS_1_2, "14 0303 0001 01", FLIGHT_BAD, 0, 0,
	    0 },
	{ "application data", TLS_1_2, "17 0303 0001 00", FLIGHT_BAD, 0, 0,
	    0 },
	{ "SMTP", TLS_1_2, "353030 20", FLIGHT_BAD, 0, 0, 0 },
	{ "one octet that is no TLS", TLS_1_2, "34", FLIGHT_BAD, 0, 0, 0 },
	{ "major version 2", TLS_1_2, "16 0203 0004", FLIGHT_BAD, 0, 0, 0 },
	{ "a version above the offered", TLS_1_1, "16 0303 002a" HELLO_ECDHE,
	    FLIGHT_BAD, 0, 0, 0 },
	{ "a version that is none", TLS_1_2, "16 0303 002a 02000026 0205"
	    RANDOM "00 c02f 00", FLIGHT_BAD, 0, 0, 0 },
	{ "a session id of 33 octets", TLS_1_2, "16 0303 004b 02000047 0303"
	    RANDOM "21" RANDOM "00 c02f 00", FLIGHT_BAD, 0, 0, 0 },
	{ "extensions", TLS_1_2, "16 0303 003d 02000039 0303" RANDOM
	    "00 c02f 00 0011 ff01 0001 00 0017 0000 0023 0000 0016 0000",
	    FLIGHT_MORE, 0, FLIGHT_RENEGOTIATION_INFO |
	    FLIGHT_EXTENDED_MASTER | FLIGHT_TICKET | FLIGHT_ENCRYPT_THEN_MAC,
	    0 },
	{ "the same extension twice", TLS_1_2, "16 0303 0034 02000030 0303"
	    RANDOM "00 c02f 00 0008 0017 0000 0017 0000", FLIGHT_BAD, 0,
	    FLIGHT_EXTENDED_MASTER, 0 },
	{ "an unknown extension", TLS_1_2, "16 0303 0030 0200002c 0303"
	    RANDOM "00 c02f 00 0004 7777 0000", FLIGHT_MORE, 0, FLIGHT_OTHER,
	    0 },
	{ "an extension cut short", TLS_1_2, "16 0303 002f 0200002b 0303"
	    RANDOM "00 c02f 00 0003 0017 00", FLIGHT_BAD, 0, 0, 0 },
	{ "behind the extensions", TLS_1_2, "16 0303 0031 0200002d 0303"
	    RANDOM "00 c02f 00 0004 0017 0000 00", FLIGHT_BAD, 0, 0, 0 },
	{ "retry", TLS_1_3, "16 0303 0038 02000034 0303" RETRY
	    "00 1301 00 000c 002b 0002 0304 0033 0002 0018", FLIGHT_DONE,
	    0x0018, 0, 0 },
	{ "retry with a key", TLS_1_3, "16 0303 003b 02000037 0303" RETRY
	    "00 1301 00 000f 002b 0002 0304 0033 0005 0018 0001 00",
	    FLIGHT_BAD, 0x0018, 0, 0 },
	{ "retry in TLS 1.2", TLS_1_3, "16 0303 002a 02000026 0303" RETRY
	    "00 c02f 00", FLIGHT_BAD, 0, 0, 0 },
	{ "TLS 1.3, with a key", TLS_1_3, "16 0303 003b 02000037 0303" RANDOM
	    "00 1301 00 000f 002b 0002 0304 0033 0005 001d 0001 00",
	    FLIGHT_DONE, 0x001d, 0, 0 },
	{ "TLS 1.3 without the extension that chooses it", TLS_1_3,
	    "16 0303 002a 02000026 0304" RANDOM "00 1301 00", FLIGHT_BAD, 0,
	    0, 0 },
	{ "TLS 1.3 by both", TLS_1_3, "16 0303 0032 0200002e 0304" RANDOM
	    "00 1301 00 0006 002b 0002 0304", FLIGHT_BAD, 0, 0, 0 },
	{ "TLS 1.2 by the extension of TLS 1.3", TLS_1_3,
	    "16 0303 0032 0200002e 0303" RANDOM
	    "00 c02f 00 0006 002b 0002 0303", FLIGHT_BAD, 0, 0, 0 },
	{ "TLS 1.3 not offered", TLS_1_2, "16 0303 0032 0200002e 0303" RANDOM
	    "00 1301 00 0006 002b 0002 0304", FLIGHT_BAD, 0, 0, 0 },
	{ "SSLv2", TLS_SSL2, "8012 04 00 01 0002 0001 0006 0000 30"
	    "010080 0700c0", FLIGHT_DONE, 0, 0, 0 },
	{ "SSLv2, kinds cut", TLS_SSL2, "8011 04 00 01 0002 0001 0005 0000 30"
	    "010080 0700", FLIGHT_BAD, 0, 0, 0 },
	{ "SSLv2, an octet left", TLS_SSL2, "8013 04 00 01 0002 0001 0006"
	    "0000 30 010080 0700c0 00", FLIGHT_BAD, 0, 0, 0 },
	{ "SSLv2 error", TLS_SSL2, "8003 00 0001", FLIGHT_ALERT, 0, 0, 40 },
	{ "SSLv2 asked, a TLS alert", TLS_SSL2, "15 0300 0002 02 46",
	    FLIGHT_ALERT, 0, 0, 70 },
	{ "SSLv2 where TLS was asked", TLS_1_2, "8003 00 0001", FLIGHT_BAD,
	    0, 0, 0 },
};

static void
feed_in_pieces(struct tls_flight *f, uint16_t offered, struct span in,
    size_t piece)
{
	tls_flight_init(f, offered);
	do {
		tls_flight_feed(f, span_first(in, piece));
		in = span_from(in, piece);
	} while (in.n > 0);
}

static bool
same_flight(const struct tls_flight *a, const struct tls_flight *b)
{
	return a->state == b->state && a->why == b->why &&
	    a->alert == b->alert && a->hello == b->hello &&
	    a->version == b->version && a->suite == b->suite &&
	    a->ext == b->ext && a->group == b->group &&
	    a->scheme == b->scheme && a->curve == b->curve &&
	    a->dh.bits == b->dh.bits && a->ssl2.n == b->ssl2.n &&
	    span_eq(buf_get0(&a->chain), buf_get0(&b->chain));
}

static void
flights_are_read_in_any_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf in = unhex(rows[i].hex);
		struct tls_flight f, one;

		feed_in_pieces(&f, rows[i].offered, buf_get0(&in), in.n + 1);
		if (f.state != rows[i].want)
			fail_msg("row \"%s\": state %d (%s)", rows[i].name,
			    f.state, f.why != NULL ? f.why : "");
		if (f.group != rows[i].group || f.ext != rows[i].ext ||
		    f.alert != rows[i].alert)
			fail_msg("row \"%s\": group %x, ext %x, alert %d",
			    rows[i].name, f.group, f.ext, f.alert);
		for (size_t n = 1; n < 8; n++) {
			feed_in_pieces(&one, rows[i].offered, buf_get0(&in),
			    n);
			if (!same_flight(&f, &one))
				fail_msg("row \"%s\" in pieces of %zu",
				    rows[i].name, n);
			tls_flight_free(&one);
		}
		tls_flight_free(&f);
		buf_free(&in);
	}
}

static void
a_key_exchange_gives_its_numbers(void **state)
{
	struct buf in = unhex("16 0303 004e" HELLO_DHE CERTIFICATE KEX_DHE
	    DONE);
	struct tls_flight f;

	(void)state;
	feed_in_pieces(&f, TLS_1_2, buf_get0(&in), in.n);
	assert_int_equal(f.dh.bits, 8);		/* 00fb: zeroes do not count */
	assert_int_equal(f.dh.generator, 2);
	assert_int_equal(f.dh.public_bits, 3);
	assert_int_equal(f.dh.prime, -1);
	assert_int_equal(f.scheme, TLS_SCHEME_rsa_pkcs1_sha256);
	assert_int_equal(f.chain.n, 4);
	tls_flight_free(&f);
	buf_free(&in);
}

/* RFC 6066 section 8; RFC 5246 section 7.4.4. */
static void
what_comes_along_is_noted(void **state)
{
	static const struct {
		const char *name, *message;
		bool stapled, wants;
	} comes[] = {
		{ "nothing", "", false, false },
		{ "an OCSP answer", "16000005 01 000001 30", true, false },
		{ "an empty one", "16000004 01 000000", false, false },
		{ "of another kind", "16000005 02 000001 30", false, false },
		{ "a request", "0d000008 01 01 0002 0401 0000", false, true },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(comes); i++) {
		struct buf in = unhex("16 0303 002a" HELLO_ECDHE);
		struct buf more = unhex(comes[i].message);
		struct buf done = unhex(DONE);
		struct tls_flight f;

		buf_add(&in, "\x16\x03\x03\x00", 4);
		buf_byte(&in, (unsigned char)(more.n + done.n));
		buf_span(&in, buf_get0(&more));
		buf_span(&in, buf_get0(&done));
		feed_in_pieces(&f, TLS_1_2, buf_get0(&in), 5);
		if (f.state != FLIGHT_DONE || f.stapled != comes[i].stapled ||
		    f.wants_certificate != comes[i].wants)
			fail_msg("row %s: state %d", comes[i].name, f.state);
		tls_flight_free(&f);
		buf_free(&in);
		buf_free(&more);
		buf_free(&done);
	}
}

/* RFC 8446 section 5.1: 2^14 octets in a record, and not one more. */
static void
a_record_may_be_full(void **state)
{
	struct buf in = unhex("16 0303 4000 0b00ffff");
	struct tls_flight f;

	(void)state;
	tls_flight_init(&f, TLS_1_2);
	memset(buf_room(&in, 16384 - 4), 0, 16384 - 4);
	in.n += 16384 - 4;
	assert_int_equal(tls_flight_feed(&f, buf_get0(&in)), FLIGHT_MORE);
	tls_flight_free(&f);
	buf_free(&in);
}

static void
no_server_talks_for_ever(void **state)
{
	struct buf warning = unhex("15 0301 0002 0170");
	struct buf empty = unhex("16 0301 0000");
	struct tls_flight f;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct span again = buf_get0(i == 0 ? &warning : &empty);
		size_t n = 0;

		tls_flight_init(&f, TLS_1_2);
		while (tls_flight_feed(&f, again) == FLIGHT_MORE)
			n++;
		assert_int_equal(f.state, FLIGHT_BAD);
		assert_in_range(n, 1, FLIGHT_MAX / again.n);
		tls_flight_free(&f);
	}
	buf_free(&warning);
	buf_free(&empty);
}

/* OpenSSL's answer to a hello of ours, by way of memory. */
static struct buf
ask_openssl(SSL_CTX *ctx, const struct tls_hello *h)
{
	struct buf hello = BUF(TLS_HELLO_MAX), out = BUF(1 << 16);
	SSL *ssl = SSL_new(ctx);
	BIO *in = BIO_new(BIO_s_mem()), *back = BIO_new(BIO_s_mem());
	char octet[4096];
	int n = 0;

	tls_hello_write(&hello, h);
	assert_false(hello.over);
	SSL_set_bio(ssl, in, back);
	SSL_set_accept_state(ssl);
	BIO_write(in, hello.p, (int)hello.n);
	assert_int_equal(SSL_do_handshake(ssl), -1);
	while ((n = BIO_read(back, octet, sizeof(octet))) > 0)
		buf_add(&out, octet, (size_t)n);
	SSL_free(ssl);
	buf_free(&hello);
	return out;
}

static SSL_CTX *
openssl_server(const char *key)
{
	struct mint *m = mint(&(struct mint_want){ .cn = "a", .key = key },
	    NULL);
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	SSL_CTX_use_certificate(ctx, m->x509);
	SSL_CTX_use_PrivateKey(ctx, m->key);
	SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
	SSL_CTX_set_cipher_list(ctx, "ALL:COMPLEMENTOFALL:@SECLEVEL=0");
	SSL_CTX_set_dh_auto(ctx, 1);
	mint_free(m);
	return ctx;
}

static void
openssl_takes_our_hellos(void **state)
{
	static const struct {
		const char *name, *key;
		uint16_t version;
		uint32_t suite;
		uint16_t group, scheme;
		enum tls_share share;
	} asked[] = {
		{ "TLS 1.0", "RSA:2048", TLS_1_0,
		    TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_GROUP_X25519, 0,
		    TLS_SHARE_NONE },
		{ "TLS 1.1, RSA", "RSA:2048", TLS_1_1,
		    TLS_RSA_WITH_AES_128_CBC_SHA, 0, 0, TLS_SHARE_NONE },
		{ "TLS 1.2, DHE", "RSA:2048", TLS_1_2,
		    TLS_DHE_RSA_WITH_AES_256_GCM_SHA384, 0,
		    TLS_SCHEME_rsa_pss_rsae_sha256, TLS_SHARE_NONE },
		{ "TLS 1.2, EC", "EC:P-256", TLS_1_2,
		    TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		    TLS_GROUP_SECP256R1, TLS_SCHEME_ecdsa_secp256r1_sha256,
		    TLS_SHARE_NONE },
		{ "TLS 1.2, Ed25519", "ED25519", TLS_1_2,
		    TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		    TLS_GROUP_SECP256R1, TLS_SCHEME_ed25519,
		    TLS_SHARE_NONE },
		{ "TLS 1.3", "RSA:2048", TLS_1_3, TLS_AES_128_GCM_SHA256,
		    TLS_GROUP_SECP521R1, TLS_SCHEME_rsa_pss_rsae_sha256,
		    TLS_SHARE_NONE },
		{ "TLS 1.3, GREASE", "EC:P-256", TLS_1_3,
		    TLS_CHACHA20_POLY1305_SHA256, TLS_GROUP_X448,
		    TLS_SCHEME_ecdsa_secp256r1_sha256, TLS_SHARE_GREASE },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(asked); i++) {
		struct tls_codes suites = { 1, { asked[i].suite } };
		struct tls_codes groups = { 1, { asked[i].group } };
		struct tls_codes schemes = { 1, { asked[i].scheme } };
		const struct tls_hello h = {
			.version = asked[i].version, .suites = &suites,
			.groups = asked[i].group != 0 ? &groups : NULL,
			.schemes = asked[i].scheme != 0 ? &schemes : NULL,
			.sni = SPAN("mx.example.org"),
			.share = asked[i].share,
		};
		SSL_CTX *ctx = openssl_server(asked[i].key);
		struct buf answer = ask_openssl(ctx, &h);
		struct tls_flight f, one;
		bool old = asked[i].version < TLS_1_3;

		feed_in_pieces(&f, h.version, buf_get0(&answer), answer.n);
		feed_in_pieces(&one, h.version, buf_get0(&answer), 1);
		if (f.state != FLIGHT_DONE || !same_flight(&f, &one) ||
		    f.version != h.version || f.suite != asked[i].suite ||
		    f.group != asked[i].group || f.retry == old ||
		    (old && f.scheme != asked[i].scheme) ||
		    (old && f.chain.n < 100))
			fail_msg("row %s: state %d, alert %d, %x %x %x %x",
			    asked[i].name, f.state, f.alert, f.version,
			    f.suite, f.group, f.scheme);
		if (old && (f.ext & (FLIGHT_RENEGOTIATION_INFO |
		    FLIGHT_EXTENDED_MASTER | FLIGHT_TICKET)) !=
		    (FLIGHT_RENEGOTIATION_INFO | FLIGHT_EXTENDED_MASTER |
		    FLIGHT_TICKET))
			fail_msg("row %s: ext %x", asked[i].name, f.ext);
		tls_flight_free(&f);
		tls_flight_free(&one);
		buf_free(&answer);
		SSL_CTX_free(ctx);
	}
}

static void
hellos_keep_off_the_lengths_that_hang(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 240; n++) {
		struct tls_codes suites = { 0 };
		struct tls_hello h = {
			.version = TLS_1_0, .suites = &suites,
			.sni = SPAN("mx.example.org"),
		};
		struct buf out = BUF(TLS_HELLO_MAX);
		size_t message = 0;

		for (size_t i = 0; i < n; i++)
			tls_codes_add(&suites, tls_suites[i].code);
		tls_hello_write(&out, &h);
		message = (size_t)out.p[3] << 8 | out.p[4];
		assert_int_equal(message, out.n - 5);
		if (message >= 256 && message < 512)
			fail_msg("%zu suites: %zu octets", n, message);
		buf_free(&out);
	}
}

static void
ssl3_and_ssl2_have_their_own_forms(void **state)
{
	struct tls_codes suites = { 1, { TLS_RSA_WITH_RC4_128_MD5 } };
	struct tls_codes kinds = { 2, { SSL_CK_RC4_128_WITH_MD5,
	    SSL_CK_DES_192_EDE3_CBC_WITH_MD5 } };
	struct tls_hello h = { .version = TLS_SSL3, .suites = &suites };
	struct buf out = BUF(TLS_HELLO_MAX);
	struct buf ssl3 = unhex("16 0300 002f 0100002b 0300"
	    "0000000000000000000000000000000000000000000000000000000000000000"
	    "00 0004 0004 00ff 01 00");
	struct buf ssl2 = unhex("801f 01 0002 0006 0000 0010 010080 0700c0"
	    "00000000000000000000000000000000");

	(void)state;
	tls_hello_write(&out, &h);
	/* no extensions, the signalling suite of RFC 5746 */
	ssl3.p[4] = (unsigned char)(ssl3.n - 5);
	ssl3.p[8] = (unsigned char)(ssl3.n - 9);
	assert_true(span_eq(buf_get0(&out), buf_get0(&ssl3)));
	buf_reset(&out);
	h.version = TLS_SSL2;
	h.suites = &kinds;
	tls_hello_write(&out, &h);
	assert_true(span_eq(buf_get0(&out), buf_get0(&ssl2)));
	buf_free(&out);
	buf_free(&ssl3);
	buf_free(&ssl2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flights_are_read_in_any_pieces),
		cmocka_unit_test(a_key_exchange_gives_its_numbers),
		cmocka_unit_test(what_comes_along_is_noted),
		cmocka_unit_test(a_record_may_be_full),
		cmocka_unit_test(no_server_talks_for_ever),
		cmocka_unit_test(openssl_takes_our_hellos),
		cmocka_unit_test(hellos_keep_off_the_lengths_that_hang),
		cmocka_unit_test(ssl3_and_ssl2_have_their_own_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
