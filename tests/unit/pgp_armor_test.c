/*
 * Armor, framing, numbers and S2K: what is taken, what is refused, and that
 * it does not matter how the octets arrive.
 */
#include "../support/drip.h"
#include "unit.h"

#include <string.h>

#include "pgp/armor.h"
#include "pgp/mpi.h"
#include "pgp/packet.h"
#include "pgp/packet_out.h"
#include "pgp/padding.h"
#include "pgp/s2k.h"

static enum pgp_result
dearmor(struct span text, bool many, bool slowly, struct buf *out)
{
	struct pgp_error e = { PGP_OK, NULL };
	struct drip slow = { text, 1 };
	struct armor armor;
	struct in in, plain;

	if (slowly)
		in_init(&in, drip_in, &slow, &e);
	else
		in_of_span(&in, text, &e);
	armor_open(&armor, &in, many, &plain);
	for (struct span s = in_peek(&plain, 1); s.n > 0;
	    s = in_peek(&plain, 1)) {
		buf_span(out, s);
		in_skip(&plain, s.n);
	}
	in_free(&plain);
	in_free(&in);
	return e.result;
}

#define HEAD "-----BEGIN PGP MESSAGE-----\n"
#define TAIL "-----END PGP MESSAGE-----\n"

static const struct {
	const char *name, *text;
	bool many;
	enum pgp_result want;
	const char *out;
} rows[] = {
	{ "plain", HEAD "\nYWJj\n" TAIL, false, PGP_OK, "abc" },
	{ "blanks before", " \r\n\n" HEAD "\nYWJj\n" TAIL, false, PGP_OK,
	  "abc" },
	{ "CRLF and headers", "-----BEGIN PGP MESSAGE-----\r\nComment: x\r\n"
	  "Hash: y\r\n\r\nYWJj\r\n-----END PGP MESSAGE-----\r\n", false,
	  PGP_OK, "abc" },
	{ "blanks at line ends", "-----BEGIN PGP MESSAGE----- \t\n \nYW Jj\t\n"
	  "-----END PGP MESSAGE----- ", false, PGP_OK, "abc" },
	{ "a checksum is not looked at", HEAD "\nYWJj\n=AAAA\n" TAIL, false,
	  PGP_OK, "abc" },
	{ "padding and checksum", HEAD "\nYWI=\n=twTO\n" TAIL, false, PGP_OK,
	  "ab" },
	{ "two pads", HEAD "\nYQ==\n" TAIL, false, PGP_OK, "a" },
	{ "lines of any length", HEAD "\nY\nWJ\njYWJjYWJj\n" TAIL, false,
	  PGP_OK, "abcabcabc" },
	{ "nothing inside", HEAD "\n" TAIL, false, PGP_OK, "" },
	{ "two blocks", HEAD "\nYWJj\n" TAIL HEAD "\nZGVm\n" TAIL, true,
	  PGP_OK, "abcdef" },
	{ "two blocks where one may be", HEAD "\nYWJj\n" TAIL HEAD
	  "\nZGVm\n" TAIL, false, PGP_BAD, NULL },
	{ "text behind", HEAD "\nYWJj\n" TAIL "x", false, PGP_BAD, NULL },
	{ "text behind many", HEAD "\nYWJj\n" TAIL "x\n", true, PGP_BAD,
	  NULL },
	{ "text before", "x\n" HEAD "\nYWJj\n" TAIL, false, PGP_BAD, NULL },
	{ "no end", HEAD "\nYWJj\n", false, PGP_BAD, NULL },
	{ "another end", HEAD "\nYWJj\n-----END PGP SIGNATURE-----\n", false,
	  PGP_BAD, NULL },
	{ "an unknown label", "-----BEGIN PGP THING-----\n\nYWJj\n"
	  "-----END PGP THING-----\n", false, PGP_BAD, NULL },
	{ "a foreign octet", HEAD "\nYW-j\n" TAIL, false, PGP_BAD, NULL },
	{ "data behind the padding", HEAD "\nYQ==\nYWJj\n" TAIL, false,
	  PGP_BAD, NULL },
	{ "one digit alone", HEAD "\nYWJjY\n" TAIL, false, PGP_BAD, NULL },
	{ "a header without a colon", HEAD "Hello\n\nYWJj\n" TAIL, false,
	  PGP_BAD, NULL },
	{ "no empty line", HEAD "YWJj\n" TAIL, false, PGP_BAD, NULL },
	{ "blanks alone", "\n \n", false, PGP_BAD, NULL },
	{ "binary", "\xc3\x28", false, PGP_OK, "\xc3\x28" },
};

static void
armor_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ROWS(rows); i++) {
		const size_t r = i / 2;
		struct buf out = BUF(100);

		if (dearmor(span_str(rows[r].text), rows[r].many, i % 2,
		    &out) != rows[r].want)
			fail_msg("%s: result", rows[r].name);
		if (rows[r].out != NULL && !span_eq(buf_get0(&out),
		    span_str(rows[r].out)))
			fail_msg("%s: octets", rows[r].name);
		buf_free(&out);
	}
}

/* Any length, pushed in pieces of any size, comes back. */
static void
armor_round(void **state)
{
	unsigned char data[500];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 97 + i / 5);
	for (size_t n = 0; n < sizeof(data); n += 1 + n / 7)
		for (size_t piece = 1; piece <= n + 1; piece += 1 + n / 3) {
			struct buf text = BUF(2000), back = BUF(2000);
			struct armor_out a;
			struct sink to, armored;

			sink_of_buf(&to, &text);
			armor_start(&a, ARMOR_SIGNATURE, n % 2, &to,
			    &armored);
			for (size_t at = 0; at < n; at += piece)
				sink_write(&armored, span_first(span_of(
				    data + at, n - at), piece));
			sink_end(&armored);
			assert_int_equal(dearmor(buf_get0(&text), false,
			    true, &back), PGP_OK);
			assert_true(span_eq(buf_get0(&back),
			    span_of(data, n)));
			buf_free(&text);
			buf_free(&back);
		}
}

/* Written for version 4, and the sum is the one that gpg makes. */
static void
armor_checksum(void **state)
{
	struct buf text = BUF(1000);

	(void)state;
	armor_write(&text, ARMOR_MESSAGE, SPAN("\xcb\x0b" "b\0\0\0\0\0"
	    "hello"));
	assert_true(span_eq(buf_get0(&text), SPAN(HEAD
	    "\nywtiAAAAAABoZWxsbw==\n=MC2L\n" TAIL)));
	buf_reset(&text);
	/* one-pass signature of version 6 */
	armor_write(&text, ARMOR_MESSAGE, SPAN("\xc4\x01\x06"));
	assert_true(span_eq(buf_get0(&text), SPAN(HEAD "\nxAEG\n" TAIL)));
	buf_free(&text);
}

static const struct {
	const char *name;
	struct span in;
	enum pgp_result want;
	unsigned tag;
	size_t body;
} packets[] = {
	{ "new, one octet", SPAN("\xcb\x03" "abc"), PGP_OK, 11, 3 },
	{ "old, one octet", SPAN("\xac\x03" "abc"), PGP_OK, 11, 3 },
	{ "old, two octets", SPAN("\xad\x00\x03" "abc"), PGP_OK, 11, 3 },
	{ "new, five octets", SPAN("\xcb\xff\0\0\0\x03" "abc"), PGP_OK, 11,
	  3 },
	{ "old, to the end", SPAN("\xaf" "abc"), PGP_OK, 11, 3 },
	{ "old, to the end, a signature", SPAN("\x8b" "abc"), PGP_BAD, 0, 0 },
	{ "cut short", SPAN("\xcb\x04" "abc"), PGP_BAD, 11, 3 },
	{ "no length", SPAN("\xcb"), PGP_BAD, 0, 0 },
	{ "half a length", SPAN("\xcb\xff\0\0"), PGP_BAD, 0, 0 },
	{ "type 0", SPAN("\xc0\x00"), PGP_BAD, 0, 0 },
	{ "not a packet", SPAN("abc"), PGP_BAD, 0, 0 },
	{ "a first part under 512", SPAN("\xcb\xe1" "ab\x00"), PGP_BAD, 0,
	  0 },
	{ "parts of a signature", SPAN("\xc2\xe9"), PGP_BAD, 0, 0 },
};

static void
packet_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(packets); i++) {
		struct pgp_error e = { PGP_OK, NULL };
		struct in in;
		struct packet p = { 0 };
		size_t n = 0;

		in_of_span(&in, packets[i].in, &e);
		if (packet_next(&in, &p))
			for (struct span s = packet_piece(&p, 2); s.n > 0;
			    s = packet_piece(&p, 2))
				n += s.n;
		if (e.result != packets[i].want || p.tag != packets[i].tag ||
		    n != packets[i].body)
			fail_msg("%s: %d, tag %u, %zu octets",
			    packets[i].name, (int)e.result, p.tag, n);
	}
}

/* All lengths where the form of the header changes. */
static void
packet_headers(void **state)
{
	static const size_t sizes[] = { 0, 1, 191, 192, 8383, 8384, 70000 };

	(void)state;
	for (size_t i = 0; i < ROWS(sizes); i++) {
		struct buf out = BUF(1 << 20), body = BUF(1 << 20);
		struct pgp_error e = { PGP_OK, NULL };
		struct in in;
		struct packet p;

		memset(buf_room(&body, sizes[i]), 7, sizes[i]);
		body.n = sizes[i];
		packet_write(&out, TAG_LITERAL, buf_get0(&body));
		in_of_span(&in, buf_get0(&out), &e);
		assert_true(packet_next(&in, &p));
		assert_int_equal(p.left, sizes[i]);
		packet_skip(&p);
		assert_false(packet_next(&in, &p));
		assert_int_equal(e.result, PGP_OK);
		buf_free(&out);
		buf_free(&body);
	}
}

/* Parts are of 64 KiB, however the body comes; the last may be whole, too. */
static void
packets_in_parts(void **state)
{
	static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 131072,
	    200000 };
	static const size_t pieces[] = { 6, 4096, 65530, 65536, 200000 };
	static unsigned char data[200000];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 7 >> 3);
	for (size_t i = 0; i < ROWS(sizes) * ROWS(pieces); i++) {
		size_t n = sizes[i / ROWS(pieces)];
		struct span rest = span_of(data, n);
		struct buf out = BUF(1 << 20), want = BUF(1 << 20);
		struct buf last = BUF(1 << 20);
		struct packet_out p;
		struct sink to, body;

		sink_of_buf(&to, &out);
		packet_out_start(&p, TAG_LITERAL, false, &to, &body);
		while (rest.n > 0) {
			struct span s = span_first(rest,
			    pieces[i % ROWS(pieces)]);

			sink_write(&body, s);
			rest = span_from(rest, s.n);
		}
		sink_end(&body);
		buf_byte(&want, 0xc0 | TAG_LITERAL);
		for (rest = span_of(data, n); rest.n > 65536;
		    rest = span_from(rest, 65536)) {
			buf_byte(&want, 224 + 16);
			buf_span(&want, span_first(rest, 65536));
		}
		packet_write(&last, TAG_LITERAL, rest);
		buf_span(&want, span_from(buf_get0(&last), 1));
		if (!span_eq(buf_get0(&out), buf_get0(&want)))
			fail_msg("row %zu", i);
		buf_free(&out);
		buf_free(&want);
		buf_free(&last);
	}
}

static void
numbers(void **state)
{
	static const struct {
		const char *name;
		struct span in;
		bool ok;
	} mpis[] = {
		{ "section 3.2: 1", SPAN("\x00\x01\x01"), true },
		{ "section 3.2: 511", SPAN("\x00\x09\x01\xff"), true },
		{ "zero", SPAN("\x00\x00"), true },
		{ "a leading zero", SPAN("\x00\x09\x00\xff"), false },
		{ "a bit more than said", SPAN("\x00\x08\x01\xff"), false },
		{ "cut short", SPAN("\x00\x09\x01"), false },
		{ "over the limit", SPAN("\x00\x19\x01\xff\xff\xff"), false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(mpis); i++) {
		struct cur c = cur_of(mpis[i].in);
		struct buf back = BUF(10);
		struct span n = mpi_take(&c, 24);

		if (cur_done(&c) != mpis[i].ok)
			fail_msg("%s", mpis[i].name);
		mpi_add(&back, n);
		if (mpis[i].ok)
			assert_true(span_eq(buf_get0(&back), mpis[i].in));
		buf_free(&back);
	}
}

static void
s2k_specifiers(void **state)
{
	static const struct {
		const char *name;
		struct span in;
		enum pgp_result want;
	} specs[] = {
		{ "simple", SPAN("\x00\x08"), PGP_OK },
		{ "salted", SPAN("\x01\x08" "12345678"), PGP_OK },
		{ "iterated", SPAN("\x03\x08" "12345678\x60"), PGP_OK },
		{ "argon2", SPAN("\x04" "1234567812345678\x01\x04\x15"),
		  PGP_OK },
		{ "argon2, m too small for p",
		  SPAN("\x04" "1234567812345678\x01\x04\x04"), PGP_BAD },
		{ "argon2, no pass",
		  SPAN("\x04" "1234567812345678\x00\x04\x15"), PGP_BAD },
		{ "an unknown hash", SPAN("\x00\x63"), PGP_UNSUPPORTED },
		{ "type 2", SPAN("\x02\x08"), PGP_UNSUPPORTED },
		{ "gpg's stub", SPAN("\x65\x00GNU\x01"), PGP_UNSUPPORTED },
		{ "cut short", SPAN("\x03\x08" "1234"), PGP_BAD },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(specs); i++) {
		struct cur c = cur_of(specs[i].in);
		struct buf back = BUF(64);
		struct s2k s;
		enum pgp_result r = s2k_read(&c, &s);

		if (r != specs[i].want)
			fail_msg("%s: %d", specs[i].name, (int)r);
		if (r == PGP_OK) {
			s2k_write(&s, &back);
			assert_true(span_eq(buf_get0(&back), specs[i].in));
		}
		buf_free(&back);
	}
}

/* A message may not have as much memory, or as often, as it likes. */
/* Whole sizes keep few bits, cost little, and a packet of each is made. */
static void
padding_sizes(void **state)
{
	struct env env;

	(void)state;
	env_system(&env);
	for (uint64_t n = 1; n < 1000000; n += n < 20000 ? 1 : 4999) {
		uint64_t pad = padding_size(n), low = n + pad;
		struct buf out = BUF(1 << 20);
		struct sink to;

		sink_of_buf(&to, &out);
		padding_write(n, &env, &to);
		if (out.n != pad)
			fail_msg("behind %u: %zu octets", (unsigned)n, out.n);
		while ((low & 1) == 0)
			low >>= 1;
		if (low >= 64)
			fail_msg("behind %u: the whole shows %u", (unsigned)n,
			    (unsigned)low);
		if (n > 1000 && pad > n / 8)
			fail_msg("behind %u: %u", (unsigned)n, (unsigned)pad);
		buf_free(&out);
	}
}

static void
s2k_budgets(void **state)
{
	struct cur c = cur_of(SPAN("\x04" "1234567812345678\x01\x01\x0a"));
	struct s2k_budget budget = { .kib = 1 << 10, .argon2 = 2,
	    .ms = 30000, .hashed = 65536 };
	unsigned char key[32], again[32];
	struct s2k s;

	(void)state;
	assert_int_equal(s2k_read(&c, &s), PGP_OK);
	assert_int_equal(s2k_derive(&s, SPAN("pw"), &budget, key, 32),
	    PGP_OK);
	assert_int_equal(s2k_derive(&s, SPAN("pw"), &budget, again, 32),
	    PGP_OK);
	assert_memory_equal(key, again, 32);
	assert_int_equal(s2k_derive(&s, SPAN("pw"), &budget, key, 32),
	    PGP_LIMIT);
	budget.kib = 1 << 9;
	budget.argon2 = 2;
	assert_int_equal(s2k_derive(&s, SPAN("pw"), &budget, key, 32),
	    PGP_LIMIT);
	/* iterated over 65,536 octets: once */
	c = cur_of(SPAN("\x03\x08" "12345678\x60"));
	assert_int_equal(s2k_read(&c, &s), PGP_OK);
	assert_int_equal(s2k_derive(&s, SPAN("pw"), &budget, key, 32),
	    PGP_OK);
	assert_int_equal(s2k_derive(&s, SPAN("pw"), &budget, key, 32),
	    PGP_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(armor_rows),
		cmocka_unit_test(armor_round),
		cmocka_unit_test(armor_checksum),
		cmocka_unit_test(packet_rows),
		cmocka_unit_test(packet_headers),
		cmocka_unit_test(packets_in_parts),
		cmocka_unit_test(numbers),
		cmocka_unit_test(s2k_specifiers),
		cmocka_unit_test(s2k_budgets),
		cmocka_unit_test(padding_sizes),
	};

	return cmocka_run_group_tests_name("pgp_armor", tests, NULL, NULL);
}
