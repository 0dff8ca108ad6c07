/*
 * The grammar of messages: the samples of RFC 9580 appendix A.7 to A.12, and
 * what attackers build out of good parts. Octets of a row that is refused
 * may have been handed on; its caller throws them away with the error.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../support/pgp_files.h"
#include "pgp/armor.h"
#include "pgp/decrypt.h"
#include "pgp/msg.h"

enum { NOW_2026 = 1795000000 };

struct result {
	enum pgp_result result;
	size_t sigs, good;
	struct buf text;
	struct session session;
};

struct given {
	struct certs *certs, *keys;
	const char *password;
	const struct session *session;
	uint64_t inflate_max;
};

static void
keep(void *arg, struct span s)
{
	buf_span(arg, s);
}

static struct certs
load(const char *name, bool secret)
{
	struct buf file = vector(name);
	struct pgp_error e = { PGP_OK, NULL };
	struct certs c = CERTS;
	const char *why = NULL;
	struct in in;

	in_of_span(&in, buf_get0(&file), &e);
	c.file = name;
	assert_int_equal(certs_read(&in, secret, &c, &why), PGP_OK);
	buf_free(&file);
	return c;
}

static struct result
read_message(struct span octets, const struct given *g)
{
	struct pgp_error e = { PGP_OK, NULL };
	struct result r = { .text = BUF(1 << 20) };
	struct s2k_budget budget = S2K_BUDGET;
	struct span pw = span_str(g->password);
	const struct passphrases pws = { &pw, g->password != NULL },
	    none = { .n = 0 };
	struct env env;
	struct decrypter d = { .env = &env, .budget = &budget,
	    .key_budget = &budget, .passwords = &pws,
	    .key_passwords = &none, .files = g->keys,
	    .files_n = g->keys != NULL, .sessions = g->session,
	    .sessions_n = g->session != NULL };
	struct pgp_msg *m = calloc(1, sizeof(*m));
	struct verifier v = { .files = g->certs, .n = g->certs != NULL,
	    .not_before = INT64_MIN, .not_after = NOW_2026,
	    .now = NOW_2026 };
	struct verdict verdicts[HASHER_MAX];
	struct armor armor;
	struct in in, plain;

	env_system(&env);
	m->data = keep;
	m->arg = &r.text;
	m->decrypt = decrypter_open;
	m->closed = decrypter_close;
	m->keys = &d;
	m->inflate_max = g->inflate_max;
	in_of_span(&in, octets, &e);
	armor_open(&armor, &in, false, &plain);
	pgp_msg_read(m, &plain);
	r.result = e.result;
	r.sigs = m->sigs.n;
	if (e.result == PGP_OK)
		r.good = signatures_verify(&m->sigs, &m->hasher, &v,
		    verdicts);
	r.session = d.session;
	in_free(&plain);
	pgp_msg_free(m);
	free(m);
	return r;
}

static void
expect(const char *name, const struct given *g, enum pgp_result want,
    size_t good, struct span text)
{
	struct buf file = vector(name);
	struct result r = read_message(buf_get0(&file), g);

	if (r.result != want || r.good != good ||
	    (want == PGP_OK && !span_eq(buf_get0(&r.text), text)))
		fail_msg("%s: result %d, %zu of %zu signatures, \"%.*s\"",
		    name, (int)r.result, r.good, r.sigs, (int)r.text.n,
		    (const char *)r.text.p);
	buf_free(&r.text);
	buf_free(&file);
}

#define HELLO SPAN("Hello, world!")

static void
samples_under_keys(void **state)
{
	struct certs cert = load("rfc9580/a3-v6.cert", false);
	struct certs key = load("rfc9580/a4-v6.key", true);
	struct certs other = load("openpgpjs/performance.cert", false);
	struct certs wrong = load("openpgpjs/performance.key", true);
	struct buf text = BUF(1000);

	(void)state;
	buf_str(&text, "What we need from the grocery store:\n\n- tofu\n"
	    "- vegetables\n- noodles\n");
	expect("rfc9580/a7-inline.asc", &(struct given){ .certs = &cert },
	    PGP_OK, 1, buf_get0(&text));
	expect("rfc9580/a7-inline.asc", &(struct given){ .certs = &other },
	    PGP_OK, 0, buf_get0(&text));
	expect("rfc9580/a8-pkesk.asc", &(struct given){ .keys = &key },
	    PGP_OK, 0, HELLO);
	expect("rfc9580/a8-pkesk.asc", &(struct given){ .keys = &wrong },
	    PGP_NO_KEY, 0, HELLO);
	buf_free(&text);
	certs_free(&cert);
	certs_free(&key);
	certs_free(&other);
	certs_free(&wrong);
}

static void
samples_under_passwords(void **state)
{
	static const char *const names[] = { "rfc9580/a9-eax.asc",
	    "rfc9580/a10-ocb.asc" };
	struct given good = { .password = "password" };
	struct given bad = { .password = "Password" };

	(void)state;
	for (size_t i = 0; i < ROWS(names); i++) {
		expect(names[i], &good, PGP_OK, 0, HELLO);
		expect(names[i], &bad, PGP_NO_KEY, 0, HELLO);
	}
	/* 2 GiB a derivation: one of the three is enough here */
	expect("rfc9580/a12-aes256.asc", &good, PGP_OK, 0, HELLO);
}

static void
samples_under_session_keys(void **state)
{
	static const struct {
		const char *name;
		struct session key;
	} rows[] = {
		{ "rfc9580/a9.seipd2", { SYM_AES128, "\x38\x81\xba\xfe\x98"
		  "\x54\x12\x45\x9b\x86\xc3\x6f\x98\xcb\x9a\x5e", 16 } },
		{ "rfc9580/a10.seipd2", { SYM_AES128, "\x28\xe7\x9a\xb8\x23"
		  "\x97\xd3\xc6\x3d\xe2\x4a\xc2\x17\xd7\xb7\x91", 16 } },
		{ "rfc9580/a11.seipd2", { SYM_AES128, "\x19\x36\xfc\x85\x68"
		  "\x98\x02\x74\xbb\x90\x0d\x83\x19\x36\x0c\x77", 16 } },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct session k = rows[i].key;
		struct given g = { .session = &k };

		expect(rows[i].name, &g, PGP_OK, 0, HELLO);
		k.key[0] ^= 1;
		expect(rows[i].name, &g, PGP_FORGED, 0, HELLO);
	}
}

/* Each octet of a small encrypted message but its armor. */
static void
every_changed_octet_is_noticed(void **state)
{
	static const char *const names[] = { "rfc9580/a9.seipd2",
	    "rfc9580/a10.seipd2", "rfc9580/a11.seipd2" };
	static const struct session keys[] = {
		{ 0, "\x38\x81\xba\xfe\x98"
		  "\x54\x12\x45\x9b\x86\xc3\x6f\x98\xcb\x9a\x5e", 16 },
		{ 0, "\x28\xe7\x9a\xb8\x23"
		  "\x97\xd3\xc6\x3d\xe2\x4a\xc2\x17\xd7\xb7\x91", 16 },
		{ 0, "\x19\x36\xfc\x85\x68"
		  "\x98\x02\x74\xbb\x90\x0d\x83\x19\x36\x0c\x77", 16 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(names); i++) {
		struct buf file = vector(names[i]);
		struct given g = { .session = &keys[i] };

		for (size_t at = 0; at < 8 * file.n; at++) {
			struct result r;

			file.p[at / 8] ^= (unsigned char)(1 << at % 8);
			r = read_message(buf_get0(&file), &g);
			if (r.result == PGP_OK)
				fail_msg("%s: bit %zu", names[i], at);
			file.p[at / 8] ^= (unsigned char)(1 << at % 8);
			buf_free(&r.text);
		}
		for (size_t n = 0; n < file.n; n++) {
			struct result r = read_message(span_first(
			    buf_get0(&file), n), &g);

			if (r.result == PGP_OK)
				fail_msg("%s: %zu octets", names[i], n);
			buf_free(&r.text);
		}
		buf_free(&file);
	}
}

/* The packets of A.7: one-pass signature, literal, signature. */
struct parts {
	struct buf raw;
	struct span ops, lit, sig;
};

static struct parts
take_apart(void)
{
	struct parts p = { .raw = BUF(1 << 16) };
	struct buf file = vector("rfc9580/a7-inline.asc");
	struct pgp_error e = { PGP_OK, NULL };
	struct span *to[] = { &p.ops, &p.lit, &p.sig };
	struct armor armor;
	struct in in, plain;
	struct packet k;

	in_of_span(&in, buf_get0(&file), &e);
	armor_open(&armor, &in, false, &plain);
	buf_room(&p.raw, 1 << 15);
	for (size_t i = 0; i < 3; i++) {
		struct buf body = BUF(4096);
		size_t was = p.raw.n;

		assert_true(packet_next(&plain, &k));
		assert_true(packet_body(&k, 4096, &body));
		packet_write(&p.raw, k.tag, buf_get0(&body));
		*to[i] = span_from(buf_get0(&p.raw), was);
		buf_free(&body);
	}
	in_free(&plain);
	buf_free(&file);
	return p;
}

/*
 * What is built: o one-pass, l literal, s signature, e evil literal, p
 * padding, m marker, t trust, c critical unknown packet 35, n not critical
 * 63, g garbage, x the signature with a changed octet.
 */
static const struct {
	const char *name, *made;
	enum pgp_result want;
	size_t sigs, good;
} built[] = {
	{ "as it was", "ols", PGP_OK, 1, 1 },
	{ "the older form", "sl", PGP_OK, 1, 1 },
	{ "evil literal before", "eols", PGP_BAD, 0, 0 },
	{ "evil literal after", "olse", PGP_BAD, 1, 0 },
	{ "evil literal inside", "oels", PGP_BAD, 0, 0 },
	{ "evil literal before the signature", "oles", PGP_BAD, 0, 0 },
	{ "evil literal instead", "oes", PGP_OK, 1, 0 },
	{ "two messages", "olsols", PGP_BAD, 1, 0 },
	{ "a literal alone", "l", PGP_OK, 0, 0 },
	{ "one-pass without a signature", "ol", PGP_BAD, 0, 0 },
	{ "a signature without one-pass", "ls", PGP_BAD, 0, 0 },
	{ "a signature alone", "s", PGP_BAD, 1, 0 },
	{ "nothing", "", PGP_BAD, 0, 0 },
	{ "padding after", "olsp", PGP_OK, 1, 1 },
	{ "padding and marker everywhere", "pmompmlpsm", PGP_OK, 1, 1 },
	{ "trailing garbage", "olsg", PGP_BAD, 1, 0 },
	{ "trust packet in front", "tols", PGP_BAD, 0, 0 },
	{ "not critical 63 in front", "nols", PGP_OK, 1, 1 },
	{ "critical 35 in front", "cols", PGP_BAD, 0, 0 },
	{ "signed twice", "oolss", PGP_OK, 2, 2 },
	{ "one good, one broken", "oolxs", PGP_OK, 2, 1 },
	{ "both forms at once", "sols", PGP_OK, 2, 2 },
	{ "a signature too many", "olss", PGP_BAD, 1, 0 },
};

static void
build(const struct parts *p, const char *made, struct buf *out)
{
	for (; *made != '\0'; made++) {
		size_t was = out->n;

		switch (*made) {
		case 'o':
			buf_span(out, p->ops);
			break;
		case 'l':
			buf_span(out, p->lit);
			break;
		case 's':
			buf_span(out, p->sig);
			break;
		case 'x':
			buf_span(out, p->sig);
			out->p[was + p->sig.n - 3] ^= 1;
			break;
		case 'e':
			packet_write(out, TAG_LITERAL,
			    SPAN("b\0\0\0\0\0evil"));
			break;
		case 'p':
			packet_write(out, TAG_PADDING, SPAN("random"));
			break;
		case 'm':
			packet_write(out, TAG_MARKER, SPAN("PGP"));
			break;
		case 't':
			packet_write(out, TAG_TRUST, SPAN("\1"));
			break;
		case 'c':
			packet_write(out, 35, SPAN("?"));
			break;
		case 'n':
			packet_write(out, 63, SPAN("?"));
			break;
		case 'g':
			buf_str(out, "garbage");
			break;
		}
	}
}

static void
attacks(void **state)
{
	struct certs cert = load("rfc9580/a3-v6.cert", false);
	struct given g = { .certs = &cert };
	struct parts p = take_apart();

	(void)state;
	for (size_t i = 0; i < ROWS(built); i++) {
		struct buf octets = BUF(1 << 16);
		struct result r;

		build(&p, built[i].made, &octets);
		r = read_message(buf_get0(&octets), &g);
		if (r.result != built[i].want || r.sigs != built[i].sigs ||
		    r.good != built[i].good)
			fail_msg("%s: result %d, %zu of %zu signatures",
			    built[i].name, (int)r.result, r.good, r.sigs);
		buf_free(&r.text);
		buf_free(&octets);
	}
	buf_free(&p.raw);
	certs_free(&cert);
}

/* Every cut of a signed message is refused, and every changed bit of it. */
static void
signed_mutations(void **state)
{
	struct certs cert = load("rfc9580/a3-v6.cert", false);
	struct given g = { .certs = &cert };
	struct parts p = take_apart();
	struct buf octets = BUF(1 << 16);
	size_t unsigned_octets = 0;

	(void)state;
	build(&p, "ols", &octets);
	for (size_t n = 0; n < octets.n; n++) {
		struct result r = read_message(span_first(
		    buf_get0(&octets), n), &g);

		if (r.result == PGP_OK)
			fail_msg("%zu octets", n);
		buf_free(&r.text);
	}
	for (size_t at = 0; at < octets.n; at++) {
		struct result r;

		octets.p[at] ^= 4;
		r = read_message(buf_get0(&octets), &g);
		/* the literal's format, name and date are not signed */
		if (r.result == PGP_OK && r.good > 0)
			unsigned_octets++;
		octets.p[at] ^= 4;
		buf_free(&r.text);
	}
	/* the date; the name is empty, and another format is refused */
	assert_in_range(unsigned_octets, 4, 5);
	buf_free(&octets);
	buf_free(&p.raw);
	certs_free(&cert);
}

/* Compressed in compressed in compressed: one layer too many. */
static void
nesting(void **state)
{
	struct buf octets = BUF(1 << 12);
	struct given g = { 0 };

	(void)state;
	packet_write(&octets, TAG_LITERAL, SPAN("b\0\0\0\0\0text"));
	for (size_t depth = 0; depth <= MSG_DEPTH_MAX + 1; depth++) {
		struct buf body = BUF(1 << 12);
		struct result r = read_message(buf_get0(&octets), &g);

		assert_int_equal(r.result, depth <= MSG_DEPTH_MAX ? PGP_OK :
		    PGP_LIMIT);
		buf_free(&r.text);
		buf_byte(&body, 0);
		buf_span(&body, buf_get0(&octets));
		buf_reset(&octets);
		packet_write(&octets, TAG_COMPRESSED, buf_get0(&body));
		buf_free(&body);
	}
	buf_free(&octets);
}

/* Wrap what is there as compressed data; with "plainly" no repeats are used. */
static void
deflate_packet(struct buf *octets, bool plainly)
{
	z_stream z = { .next_in = octets->p, .avail_in = (uInt)octets->n };
	struct buf body = BUF(1 << 27);
	size_t room = octets->n / 2 + 4096;

	buf_byte(&body, 2);
	z.next_out = buf_room(&body, room);
	z.avail_out = (uInt)room;
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS, 9,
	    plainly ? Z_HUFFMAN_ONLY : Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	body.n += z.total_out;
	deflateEnd(&z);
	buf_reset(octets);
	packet_write(octets, TAG_COMPRESSED, buf_get0(&body));
	buf_free(&body);
}

/*
 * Two layers, of which neither is a bomb: 70 MiB of 9 MiB that repeat
 * themselves, and those of a few thousand octets.
 */
static void
bomb_in_two_layers(void **state)
{
	enum { ZEROS = 70 << 20 };
	struct buf octets = BUF(1 << 27);
	struct given g = { .inflate_max = 64 << 20 };
	struct result r;
	unsigned char *zeros = calloc(1, ZEROS);

	(void)state;
	memcpy(zeros, "b", 1);
	packet_write(&octets, TAG_LITERAL, span_of(zeros, ZEROS));
	deflate_packet(&octets, true);
	r = read_message(buf_get0(&octets), &g);
	assert_int_equal(r.result, PGP_OK);
	buf_free(&r.text);
	deflate_packet(&octets, false);
	assert_true(octets.n < 70000);
	r = read_message(buf_get0(&octets), &g);
	assert_int_equal(r.result, PGP_LIMIT);
	buf_free(&r.text);
	g.inflate_max = 71 << 20;
	r = read_message(buf_get0(&octets), &g);
	assert_int_equal(r.result, PGP_OK);
	buf_free(&r.text);
	free(zeros);
	buf_free(&octets);
}

/* Growth alone is no bomb, nor is size: both are. */
static void
growth_and_size(void **state)
{
	enum { MIB = 1 << 20, SIZE = 3 * MIB };
	static const struct {
		const char *name;
		bool plainly;		/* to an eighth, not a thousandth */
		uint64_t ceiling;
		enum pgp_result want;
	} rows[] = {
		{ "much larger, below the ceiling", false, 4 * MIB, PGP_OK },
		{ "much larger, above it", false, 2 * MIB, PGP_LIMIT },
		{ "not much larger, above it", true, 2 * MIB, PGP_OK },
	};
	unsigned char *zeros = calloc(1, SIZE);

	(void)state;
	memcpy(zeros, "b", 1);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf octets = BUF(1 << 23);
		struct given g = { .inflate_max = rows[i].ceiling };
		struct result r;

		packet_write(&octets, TAG_LITERAL, span_of(zeros, SIZE));
		deflate_packet(&octets, rows[i].plainly);
		r = read_message(buf_get0(&octets), &g);
		if (r.result != rows[i].want)
			fail_msg("%s: %d", rows[i].name, (int)r.result);
		buf_free(&r.text);
		buf_free(&octets);
	}
	free(zeros);
}

static void
count(void *arg, struct span s)
{
	*(uint64_t *)arg += s.n;
}

/* One block after the other, each on its own: 64 MiB of zeros. */
static size_t
deflate_block(z_stream *z, struct span from, int flush, struct buf *out)
{
	size_t was = out->n, room = 1 << 20;
	union {
		const unsigned char *lent;
		unsigned char *zlib;
	} p = { from.p };

	z->next_in = p.zlib;
	z->avail_in = (uInt)from.n;
	z->next_out = buf_room(out, room);
	z->avail_out = (uInt)room;
	deflate(z, flush);
	out->n += room - z->avail_out;
	return out->n - was;
}

/* 1 GiB and no more, where nobody says anything else. */
static void
ceiling_by_default(void **state)
{
	enum { BLOCK = 64 << 20 };

	(void)state;
	for (unsigned blocks = 15; blocks <= 16; blocks++) {
		z_stream z = { .avail_in = 0 };
		struct buf body = BUF(1 << 22), octets = BUF(1 << 22);
		unsigned char *zeros = calloc(1, BLOCK);
		uint32_t n = blocks * (uint32_t)BLOCK + 6;
		const unsigned char head[] = { 0xc0 | TAG_LITERAL, 0xff,
		    (unsigned char)(n >> 24), (unsigned char)(n >> 16),
		    (unsigned char)(n >> 8), (unsigned char)n,
		    'b', 0, 0, 0, 0, 0 };
		struct pgp_error e = { PGP_OK, NULL };
		struct pgp_msg *m = calloc(1, sizeof(*m));
		uint64_t got = 0;
		struct span one = { NULL, 0 };
		struct in in;

		buf_byte(&body, 1);
		assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS,
		    9, Z_DEFAULT_STRATEGY), Z_OK);
		deflate_block(&z, span_of(head, sizeof(head)), Z_FULL_FLUSH,
		    &body);
		buf_room(&body, 3 << 20);
		one.n = deflate_block(&z, span_of(zeros, BLOCK), Z_FULL_FLUSH,
		    &body);
		one.p = body.p + body.n - one.n;
		for (unsigned i = 1; i < blocks; i++)
			buf_span(&body, one);
		deflate_block(&z, SPAN(""), Z_FINISH, &body);
		deflateEnd(&z);
		packet_write(&octets, TAG_COMPRESSED, buf_get0(&body));
		m->data = count;
		m->arg = &got;
		in_of_span(&in, buf_get0(&octets), &e);
		pgp_msg_read(m, &in);
		assert_int_equal(e.result, blocks < 16 ? PGP_OK : PGP_LIMIT);
		assert_in_range(got, 15ull * BLOCK, 16ull * BLOCK);
		pgp_msg_free(m);
		free(m);
		free(zeros);
		buf_free(&body);
		buf_free(&octets);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_under_keys),
		cmocka_unit_test(samples_under_passwords),
		cmocka_unit_test(samples_under_session_keys),
		cmocka_unit_test(every_changed_octet_is_noticed),
		cmocka_unit_test(attacks),
		cmocka_unit_test(signed_mutations),
		cmocka_unit_test(nesting),
		cmocka_unit_test(bomb_in_two_layers),
		cmocka_unit_test(growth_and_size),
		cmocka_unit_test(ceiling_by_default),
	};

	return cmocka_run_group_tests_name("pgp_msg", tests, NULL, NULL);
}
