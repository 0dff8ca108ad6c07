/*
 * The enumeration against a model of a server: what it finds is what the
 * model has, and nothing that it could not see is ever said.
 */
#include "unit.h"

#include <stdlib.h>

#include "../support/model_tls.h"
#include "tls/enum.h"

enum { V2, V3, V10, V11, V12, V13 };

static struct env env;

static void
zeroes(void *arg, void *p, size_t n)
{
	(void)arg;
	memset(p, 0, n);
}

static void
enumerate(struct model *m, size_t parallel, struct tls_offer *o)
{
	const struct tls_asker via = {
		.ask = model_ask, .parallel = parallel, .arg = m,
		.env = &env, .sni = SPAN("mx.example.org"),
	};

	env.random = zeroes;
	tls_enumerate(&via, o);
}

static void
add(struct tls_codes *c, const uint32_t *codes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		tls_codes_add(c, codes[i]);
}

#define ADD(set, ...) add(&(set), (const uint32_t[]){ __VA_ARGS__ }, \
	sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

/* A usual server: TLS 1.2 and 1.3, one RSA key. */
static struct model
usual(void)
{
	struct model m = model_new();

	m.version[V12] = m.version[V13] = true;
	m.renegotiation = m.ems = m.ticket = m.sentinel = m.scsv = true;
	ADD(m.suites, TLS_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256,
	    TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	    TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	    TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
	    TLS_RSA_WITH_AES_128_CBC_SHA, TLS_DH_anon_WITH_AES_256_CBC_SHA);
	ADD(m.groups, TLS_GROUP_X25519, TLS_GROUP_SECP256R1);
	ADD(m.schemes, TLS_SCHEME_rsa_pss_rsae_sha256,
	    TLS_SCHEME_rsa_pkcs1_sha256);
	return m;
}

static bool
same_set(const struct tls_codes *a, const struct tls_codes *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (!tls_codes_has(b, a->v[i]))
			return false;
	return a->n == b->n;
}

static bool
within(const struct tls_codes *a, const struct tls_codes *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (!tls_codes_has(b, a->v[i]))
			return false;
	return true;
}

/* What a list of suites ought to hold. */
static struct tls_codes
suites_of(const struct model *m, size_t v)
{
	struct tls_codes c = { 0 };

	for (size_t i = 0; i < m->suites.n && m->version[v]; i++)
		if (tls_suite_fits(tls_suite(m->suites.v[i]),
		    tls_version_at(v)))
			tls_codes_add(&c, m->suites.v[i]);
	return c;
}

/* Nothing false is said: neither a wrong yes, nor a no, nor "whole". */
static bool
is_true(const struct model *m, const struct tls_offer *o)
{
	for (size_t v = 0; v < TLS_VERSIONS; v++) {
		struct tls_codes want = suites_of(m, v);
		bool spoken = m->version[v] && (want.n > 0 || v == V2);

		if ((o->version[v] == TLS_YES && !spoken) ||
		    (o->version[v] == TLS_NO && spoken) ||
		    !within(&o->suites[v].codes, &want) ||
		    (o->suites[v].extent == TLS_LIST_WHOLE &&
		    !same_set(&o->suites[v].codes, &want)))
			return false;
	}
	return within(&o->groups13.codes, &m->groups) &&
	    within(&o->groups12.codes, &m->groups) &&
	    within(&o->schemes12.codes, &m->schemes) &&
	    within(&o->schemes13.codes, &m->schemes);
}

static void
a_usual_server_is_found_whole(void **state)
{
	struct model m = usual();
	struct tls_offer o;

	(void)state;
	enumerate(&m, 1, &o);
	assert_true(is_true(&m, &o));
	for (size_t v = 0; v < V12; v++) {
		assert_int_equal(o.version[v], TLS_NO);
		assert_int_equal(o.suites[v].extent, TLS_LIST_MOOT);
	}
	assert_int_equal(o.suites[V12].extent, TLS_LIST_WHOLE);
	assert_int_equal(o.suites[V12].codes.n, 5);
	assert_int_equal(o.suites[V13].extent, TLS_LIST_WHOLE);
	assert_int_equal(o.suites[V13].codes.n, 2);
	assert_int_equal(o.groups13.extent, TLS_LIST_WHOLE);
	assert_true(same_set(&o.groups13.codes, &m.groups));
	assert_int_equal(o.groups12.extent, TLS_LIST_WHOLE);
	assert_true(same_set(&o.groups12.codes, &m.groups));
	assert_int_equal(o.schemes12.extent, TLS_LIST_WHOLE);
	assert_true(same_set(&o.schemes12.codes, &m.schemes));
	assert_int_equal(o.schemes13.extent, TLS_LIST_WHOLE);
	assert_int_equal(o.schemes13.codes.n, 1);
	assert_int_equal(o.chains, 1);
	assert_int_equal(o.dhs, 1);
	assert_int_equal(o.dh[0].bits, 2048);
	assert_int_equal(o.fact[TLS_FACT_FOREIGN_SCHEME], TLS_NO);
	/* the model has no RFC 7366, but CBC; no tickets to resume by an id */
	assert_int_equal(o.fact[TLS_FACT_ENCRYPT_THEN_MAC], TLS_NO);
	assert_int_equal(o.fact[TLS_FACT_SESSION_ID], TLS_NO);
	assert_int_equal(o.connections, m.asked);
	assert_false(o.used_up);
	/* 5 + 2 suites, 2 + 2 groups, 2 + 1 schemes; the rest is refusals */
	assert_in_range(o.connections, 14, 45);
	tls_offer_free(&o);
}

static void
versions_alone_take_few_connections(void **state)
{
	struct model m = usual();
	const struct tls_asker via = {
		.ask = model_ask, .parallel = 1, .arg = &m, .env = &env,
		.sni = SPAN("mta-sts.example.org"),
	};
	struct tls_offer o;

	(void)state;
	env.random = zeroes;
	tls_enumerate_versions(&via, &o);
	for (size_t v = 0; v < TLS_VERSIONS; v++)
		assert_int_equal(o.version[v], v < V12 ? TLS_NO : TLS_YES);
	assert_int_equal(o.connections, m.asked);
	assert_in_range(o.connections, TLS_VERSIONS, 20);
	assert_int_equal(o.suites[V12].extent, TLS_LIST_NOT_ASKED);
	assert_int_equal(o.suites[V12].codes.n, 0);
	assert_int_equal(o.chains, 0);
	tls_offer_free(&o);
}

/* A number below n; the same seed gives the same numbers. */
static unsigned
draw(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % n;
}

static struct model
any_server(unsigned *seed)
{
	struct model m = model_new();
	unsigned rarity = 1 + draw(seed, 40);

	for (size_t v = 0; v < TLS_VERSIONS; v++)
		m.version[v] = draw(seed, 2) == 0;
	for (size_t i = 0; i < tls_suites_n; i++)
		if (tls_suites[i].kx != TLS_KX_NULL &&
		    (tls_suites[i].auth == TLS_AUTH_RSA ||
		    tls_suites[i].auth == TLS_AUTH_ECDSA ||
		    tls_suites[i].auth == TLS_AUTH_anon ||
		    tls_suites[i].auth == TLS_AUTH_ANY) &&
		    tls_suites[i].kx != TLS_KX_SRP &&
		    draw(seed, rarity) == 0)
			tls_codes_add(&m.suites, tls_suites[i].code);
	ADD(m.groups, TLS_GROUP_SECP256R1);
	for (size_t i = 0; i < tls_groups_n; i++)
		if (draw(seed, 6) == 0 && tls_groups[i].kind == TLS_GROUP_EC)
			tls_codes_add(&m.groups, tls_groups[i].code);
	ADD(m.schemes, TLS_SCHEME_rsa_pss_rsae_sha256,
	    TLS_SCHEME_ecdsa_secp256r1_sha256);
	for (size_t i = 0; i < tls_schemes_n; i++)
		if (draw(seed, 6) == 0)
			tls_codes_add(&m.schemes, tls_schemes[i].code);
	m.own_order = draw(seed, 2) == 0;
	m.closes = draw(seed, 3) == 0;
	m.says_bye = draw(seed, 2) == 0;
	m.plain_refusal = draw(seed, 3) == 0;
	m.wants_share = draw(seed, 3) == 0;
	m.lower = draw(seed, 4) == 0;
	m.piece = draw(seed, 3) == 0 ? 1 + draw(seed, 40) : 0;
	return m;
}

/* All that is_true leaves open: it is there, too. */
static bool
is_whole(const struct model *m, const struct tls_offer *o)
{
	for (size_t v = 0; v < TLS_VERSIONS; v++) {
		struct tls_codes want = suites_of(m, v);
		bool spoken = m->version[v] && (want.n > 0 || v == V2);

		if (o->version[v] != (spoken ? TLS_YES : TLS_NO) ||
		    o->suites[v].extent != (spoken ? TLS_LIST_WHOLE :
		    TLS_LIST_MOOT))
			return false;
	}
	return true;
}

static bool
speaks_anything(const struct model *m)
{
	for (size_t v = V2; v < TLS_VERSIONS; v++)
		if (suites_of(m, v).n > 0)
			return true;
	return false;
}

static void
any_server_is_found_whole(void **state)
{
	const char *given = getenv("SEED");
	unsigned first = given != NULL ? (unsigned)strtoul(given, NULL, 10) : 1;

	(void)state;
	print_message("# SEED=%u\n", first);
	for (unsigned i = first; i < first + 400; i++) {
		unsigned seed = i;
		struct model m = any_server(&seed);
		struct tls_offer o, at_once;

		enumerate(&m, 1, &o);
		if (!is_true(&m, &o))
			fail_msg("SEED=%u: something false", i);
		/* one that only closes gives no measure for a closing */
		if ((!m.closes || speaks_anything(&m)) && !is_whole(&m, &o))
			fail_msg("SEED=%u: something is missing", i);
		if (m.longest > 102)
			fail_msg("SEED=%u: a hello of %zu suites", i,
			    m.longest);
		m.asked = 0;
		enumerate(&m, 1 + i % TLS_ASK_MAX, &at_once);
		for (size_t v = 0; v < TLS_VERSIONS; v++)
			if (at_once.version[v] != o.version[v] ||
			    !same_set(&at_once.suites[v].codes,
			    &o.suites[v].codes))
				fail_msg("SEED=%u: at once it differs", i);
		tls_offer_free(&o);
		tls_offer_free(&at_once);
	}
}

/* However early it ends, what is said is so, and the rest is left open. */
static void
an_early_end_says_nothing_false(void **state)
{
	static const char *const ways[] = { "budget", "closed", "silent" };

	(void)state;
	for (unsigned seed = 1; seed < 12; seed++) {
		unsigned s = seed;
		struct model m = any_server(&s), whole = m;
		struct tls_offer o;

		m.closes = whole.closes = false;
		enumerate(&whole, 1, &o);
		tls_offer_free(&o);
		for (int n = 0; n < whole.asked * 3; n++) {
			struct model cut = m;
			int after = n / 3, way = n % 3;

			if (way == 0)
				cut.budget = after;
			else if (way == 1)
				cut.closes_after = after;
			else
				cut.silent_after = after;
			enumerate(&cut, 1 + seed % 3, &o);
			if (!is_true(&cut, &o))
				fail_msg("seed %u: %s after %d", seed,
				    ways[way], after);
			if (way == 0 && (!o.used_up ||
			    o.connections > (unsigned)after))
				fail_msg("seed %u: budget of %d", seed, after);
			if (way == 2 && cut.asked > after + 6)
				fail_msg("seed %u: asks on after %d", seed,
				    after);
			tls_offer_free(&o);
		}
	}
}

/* No answer to old hellos, though new ones are answered all the time. */
static void
who_is_silent_to_some_is_asked_the_rest(void **state)
{
	(void)state;
	for (size_t parallel = 1; parallel <= TLS_ASK_MAX; parallel *= 2) {
		struct model m = usual();
		struct tls_offer o;

		m.mute_below = TLS_1_2;
		enumerate(&m, parallel, &o);
		assert_true(is_true(&m, &o));
		for (size_t v = 0; v < V12; v++)
			assert_int_equal(o.version[v], TLS_UNCLEAR);
		assert_int_equal(o.suites[V12].extent, TLS_LIST_WHOLE);
		assert_int_equal(o.suites[V13].extent, TLS_LIST_WHOLE);
		assert_int_equal(o.groups12.extent, TLS_LIST_WHOLE);
		assert_int_equal(o.schemes13.extent, TLS_LIST_WHOLE);
		assert_int_equal(o.fact[TLS_FACT_FALLBACK_SCSV], TLS_YES);
		tls_offer_free(&o);
	}
}

static void
the_first_connections_show_most(void **state)
{
	struct model m = usual();
	struct tls_offer o;

	(void)state;
	m.budget = 6;
	enumerate(&m, 1, &o);
	for (size_t v = 0; v < TLS_VERSIONS; v++)
		assert_in_range(o.version[v], TLS_NO, TLS_YES);
	assert_int_equal(o.fact[TLS_FACT_SECURE_RENEGOTIATION], TLS_YES);
	assert_int_equal(o.fact[TLS_FACT_FALLBACK_SCSV], TLS_NOT_ASKED);
	assert_int_equal(o.groups13.extent, TLS_LIST_NOT_ASKED);
	assert_int_equal(o.suites[V12].extent, TLS_LIST_PARTLY);
	tls_offer_free(&o);
	/* one of each class, before the first class is asked out */
	m.asked = 0;
	m.budget = 14;
	enumerate(&m, 1, &o);
	assert_true(tls_codes_has(&o.suites[V12].codes,
	    TLS_DH_anon_WITH_AES_256_CBC_SHA));
	assert_true(tls_codes_has(&o.suites[V12].codes,
	    TLS_RSA_WITH_AES_128_CBC_SHA));
	assert_int_equal(o.fact[TLS_FACT_FALLBACK_SCSV], TLS_YES);
	tls_offer_free(&o);
}

/* RFC 8422 section 5.1: its curve must be offered, or it is not used. */
static void
an_ec_certificate_hides_no_group(void **state)
{
	struct model m = usual();
	struct tls_offer o;

	(void)state;
	m.suites.n = m.schemes.n = 0;
	ADD(m.suites, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384);
	ADD(m.schemes, TLS_SCHEME_ecdsa_secp256r1_sha256);
	ADD(m.groups, TLS_GROUP_X448, TLS_GROUP_SECP521R1);
	m.ec_curve = TLS_GROUP_SECP256R1;
	enumerate(&m, 1, &o);
	assert_int_equal(o.groups12.extent, TLS_LIST_WHOLE);
	assert_true(same_set(&o.groups12.codes, &m.groups));
	tls_offer_free(&o);
}

static void
orders_are_told_apart(void **state)
{
	static const struct {
		const char *name;
		bool own, chacha, badly;
		enum tls_order want;
	} rows[] = {
		{ "the client's", false, false, false, TLS_ORDER_CLIENT },
		{ "its own", true, false, false, TLS_ORDER_SERVER },
		{ "ChaCha20 first", true, true, false,
		    TLS_ORDER_SERVER_CHACHA },
		{ "a weak one first", true, false, true, TLS_ORDER_SERVER },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct model m = usual();
		struct tls_offer o;

		m.own_order = rows[i].own;
		m.chacha_first = rows[i].chacha;
		if (rows[i].badly) {
			tls_codes_reverse(&m.suites);
			tls_codes_remove(&m.suites,
			    TLS_RSA_WITH_AES_128_CBC_SHA);
		}
		enumerate(&m, 1, &o);
		if (o.order[V12] != rows[i].want)
			fail_msg("row %s: %d", rows[i].name, o.order[V12]);
		if ((o.worse[V12] != 0) != rows[i].badly)
			fail_msg("row %s: worse %x", rows[i].name,
			    o.worse[V12]);
		tls_offer_free(&o);
	}
}

static void
chacha_alone_has_an_order_too(void **state)
{
	struct model m = usual();
	struct tls_offer o;

	(void)state;
	m.own_order = true;
	m.suites.n = 0;
	ADD(m.suites, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	    TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256);
	enumerate(&m, 1, &o);
	assert_int_equal(o.order[V12], TLS_ORDER_SERVER);
	assert_int_equal(o.order[V13], TLS_ORDER_MOOT);
	tls_offer_free(&o);
}

static void
a_weak_one_before_a_better_is_named(void **state)
{
	struct model m = usual();
	struct tls_offer o;

	(void)state;
	m.own_order = true;
	m.suites.n = 0;
	ADD(m.suites, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	    TLS_RSA_WITH_AES_128_CBC_SHA,
	    TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
	enumerate(&m, 1, &o);
	assert_int_equal(o.worse[V12], TLS_RSA_WITH_AES_128_CBC_SHA);
	assert_int_equal(o.better[V12], TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
	tls_offer_free(&o);
	m.suites.n = 0;
	ADD(m.suites, TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
	    TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
	enumerate(&m, 1, &o);
	assert_int_equal(o.worse[V12], TLS_DHE_RSA_WITH_AES_128_GCM_SHA256);
	tls_offer_free(&o);
}

static void
facts_are_seen_both_ways(void **state)
{
	static const struct {
		const char *name;
		size_t at;	/* of the flag in the model */
		enum tls_fact fact;
	} rows[] = {
		{ "renegotiation", offsetof(struct model, renegotiation),
		    TLS_FACT_SECURE_RENEGOTIATION },
		{ "ems", offsetof(struct model, ems),
		    TLS_FACT_EXTENDED_MASTER },
		{ "ticket", offsetof(struct model, ticket), TLS_FACT_TICKET },
		{ "sentinel", offsetof(struct model, sentinel),
		    TLS_FACT_SENTINEL },
		{ "scsv", offsetof(struct model, scsv),
		    TLS_FACT_FALLBACK_SCSV },
		{ "deflate", offsetof(struct model, deflate),
		    TLS_FACT_COMPRESSION },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows) * 2; i++) {
		struct model m = usual();
		struct tls_offer o;
		bool on = i % 2 == 0;

		*(bool *)((char *)&m + rows[i / 2].at) = on;
		enumerate(&m, 4, &o);
		if (o.fact[rows[i / 2].fact] != (on ? TLS_YES : TLS_NO))
			fail_msg("row %s, %d", rows[i / 2].name, on);
		tls_offer_free(&o);
	}
}

static void
what_cannot_be_is_moot(void **state)
{
	struct model m = usual();
	struct tls_offer o;

	(void)state;
	m.version[V12] = false;
	enumerate(&m, 1, &o);
	assert_int_equal(o.fact[TLS_FACT_FALLBACK_SCSV], TLS_MOOT);
	assert_int_equal(o.fact[TLS_FACT_EXTENDED_MASTER], TLS_MOOT);
	assert_int_equal(o.fact[TLS_FACT_COMPRESSION], TLS_MOOT);
	assert_int_equal(o.fact[TLS_FACT_SENTINEL], TLS_MOOT);
	assert_int_equal(o.groups12.extent, TLS_LIST_MOOT);
	assert_int_equal(o.schemes12.extent, TLS_LIST_MOOT);
	tls_offer_free(&o);
	m = usual();
	m.version[V13] = false;
	enumerate(&m, 1, &o);
	assert_int_equal(o.fact[TLS_FACT_SENTINEL], TLS_MOOT);
	assert_int_equal(o.groups13.extent, TLS_LIST_MOOT);
	assert_int_equal(o.schemes13.extent, TLS_LIST_MOOT);
	tls_offer_free(&o);
	/* no CBC: nothing that RFC 7366 would change */
	m = usual();
	tls_codes_remove(&m.suites, TLS_RSA_WITH_AES_128_CBC_SHA);
	tls_codes_remove(&m.suites, TLS_DH_anon_WITH_AES_256_CBC_SHA);
	enumerate(&m, 1, &o);
	assert_int_equal(o.fact[TLS_FACT_ENCRYPT_THEN_MAC], TLS_MOOT);
	tls_offer_free(&o);
	/* SSLv3 alone has no extensions */
	m = usual();
	m.version[V12] = m.version[V13] = false;
	m.version[V3] = true;
	enumerate(&m, 1, &o);
	assert_int_equal(o.fact[TLS_FACT_SECURE_RENEGOTIATION], TLS_YES);
	assert_int_equal(o.fact[TLS_FACT_EXTENDED_MASTER], TLS_MOOT);
	assert_int_equal(o.fact[TLS_FACT_ENCRYPT_THEN_MAC], TLS_MOOT);
	tls_offer_free(&o);
}

static void
schemes_that_do_not_show_are_unclear(void **state)
{
	struct model m = usual();
	struct tls_offer o;

	(void)state;
	m.hides_schemes = true;
	m.one_scheme = TLS_SCHEME_rsa_pkcs1_sha1;
	enumerate(&m, 1, &o);
	assert_int_equal(o.schemes13.extent, TLS_LIST_UNCLEAR);
	assert_int_equal(o.fact[TLS_FACT_FOREIGN_SCHEME], TLS_YES);
	assert_int_equal(o.schemes12.codes.n, 1);
	assert_int_equal(o.schemes12.codes.v[0], TLS_SCHEME_rsa_pkcs1_sha1);
	tls_offer_free(&o);
}

/* The hook of TLS 1.3: a certificate for RSA and for EC, none for others. */
static enum tls_link
chain13(void *arg, const struct tls_codes *schemes, struct buf *list)
{
	(void)arg;
	if (tls_codes_has(schemes, TLS_SCHEME_rsa_pss_rsae_sha256))
		buf_add(list, "\0\0\x01R", 4);
	else if (tls_codes_has(schemes, TLS_SCHEME_ecdsa_secp256r1_sha256))
		buf_add(list, "\0\0\x01" "E", 4);
	return TLS_LINK_ANSWERED;
}

static void
hidden_chains_are_fetched_by_kind(void **state)
{
	struct model m = usual();
	const struct tls_asker via = {
		.ask = model_ask, .parallel = 1, .arg = &m, .env = &env,
		.chain13 = chain13,
	};
	struct tls_offer o;

	(void)state;
	env.random = zeroes;
	m.version[V12] = false;
	m.hides_schemes = true;
	tls_enumerate(&via, &o);
	assert_int_equal(o.chains, 2);
	assert_int_equal(o.chain[0].version, TLS_1_3);
	assert_int_equal(o.connections, m.asked + 6);
	tls_offer_free(&o);
}

static void
an_offer_travels_as_it_is(void **state)
{
	(void)state;
	for (unsigned i = 1; i < 40; i++) {
		unsigned seed = i;
		struct model m = any_server(&seed);
		struct buf first = BUF(TLS_OFFER_PACKED_MAX);
		struct buf again = BUF(TLS_OFFER_PACKED_MAX);
		struct tls_offer o, back = { 0 };

		m.budget = i % 2 == 0 ? MODEL_FOREVER : 20;
		enumerate(&m, 8, &o);
		tls_offer_pack(&first, &o);
		assert_true(tls_offer_unpack(buf_get0(&first), &back));
		tls_offer_pack(&again, &back);
		assert_true(span_eq(buf_get0(&first), buf_get0(&again)));
		tls_offer_free(&back);
		for (size_t n = 0; n < first.n; n++)
			assert_false(tls_offer_unpack(
			    span_of(first.p, n), &back));
		buf_byte(&first, 0);
		assert_false(tls_offer_unpack(buf_get0(&first), &back));
		tls_offer_free(&o);
		buf_free(&first);
		buf_free(&again);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_usual_server_is_found_whole),
		cmocka_unit_test(versions_alone_take_few_connections),
		cmocka_unit_test(any_server_is_found_whole),
		cmocka_unit_test(an_early_end_says_nothing_false),
		cmocka_unit_test(who_is_silent_to_some_is_asked_the_rest),
		cmocka_unit_test(the_first_connections_show_most),
		cmocka_unit_test(an_ec_certificate_hides_no_group),
		cmocka_unit_test(orders_are_told_apart),
		cmocka_unit_test(chacha_alone_has_an_order_too),
		cmocka_unit_test(a_weak_one_before_a_better_is_named),
		cmocka_unit_test(facts_are_seen_both_ways),
		cmocka_unit_test(what_cannot_be_is_moot),
		cmocka_unit_test(schemes_that_do_not_show_are_unclear),
		cmocka_unit_test(hidden_chains_are_fetched_by_kind),
		cmocka_unit_test(an_offer_travels_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
