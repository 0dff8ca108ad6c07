/*
 * Published certificates: their names (draft-koch-openpgp-webkey-service-21
 * section 3.1, RFC 7929 section 3), what each answer means, and the octets
 * between the two programs.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "dns/dns.h"
#include "net/fetch.h"
#include "pgp/find.h"
#include "pgp/wkd.h"
#include "sys/env.h"

#define HU "hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe"

static void
is_text(struct buf *got, const char *want)
{
	struct span s = buf_get0(got);

	if (!span_eq(s, span_str(want)))
		fail_msg("got %.*s, want %s", (int)s.n, (const char *)s.p,
		    want);
	buf_free(got);
}

static void
names_of_the_drafts(void **state)
{
	struct buf b = BUF(1024);
	char hash[WKD_HASH_SIZE];

	(void)state;
	wkd_hash(SPAN("Joe.Doe"), hash);
	assert_string_equal(hash, "iy9q119eutrkn8s1mk4r39qejnbu3n5q");
	wkd_path(WKD_ADVANCED, SPAN("Joe.Doe"), SPAN("example.org"), &b);
	is_text(&b, "/.well-known/openpgpkey/example.org/" HU);
	wkd_path(WKD_DIRECT, SPAN("Joe.Doe"), SPAN("example.org"), &b);
	is_text(&b, "/.well-known/openpgpkey/" HU);
	wkd_host(WKD_ADVANCED, SPAN("example.org"), &b);
	is_text(&b, "openpgpkey.example.org");
	wkd_host(WKD_DIRECT, SPAN("example.org"), &b);
	is_text(&b, "example.org");
	wkd_policy(WKD_ADVANCED, SPAN("example.org"), &b);
	is_text(&b, "/.well-known/openpgpkey/example.org/policy");
	wkd_policy(WKD_DIRECT, SPAN("example.org"), &b);
	is_text(&b, "/.well-known/openpgpkey/policy");
	openpgpkey_name(SPAN("hugh"), SPAN("example.com"), &b);
	is_text(&b, "c93f1e400f26708f98cb19d936620da35eec8f72e57f9eec01c1afd6"
	    "._openpgpkey.example.com");
}

static void
local_parts(void **state)
{
	char upper[WKD_HASH_SIZE], lower[WKD_HASH_SIZE];
	struct buf b = BUF(1024);
	size_t at = 0;

	(void)state;
	wkd_hash(SPAN("joe.doe"), lower);
	wkd_hash(SPAN("JOE.DOE"), upper);
	assert_string_equal(lower, upper);
	/* only ASCII is folded */
	wkd_hash(SPAN("\xc3\xa4"), lower);
	wkd_hash(SPAN("\xc3\x84"), upper);
	assert_string_not_equal(lower, upper);
	wkd_path(WKD_DIRECT, SPAN("a/?&#%\xc3\xa4+b"), SPAN("x"), &b);
	at = span_chr(buf_get0(&b), '=');
	assert_true(span_eq(span_from(buf_get0(&b), at + 1),
	    SPAN("a%2F%3F%26%23%25%C3%A4%2Bb")));
	buf_free(&b);
}

static void
addresses(void **state)
{
	static const struct {
		const char *address, *local, *domain;
	} rows[] = {
		{ "anna@example.org", "anna", "example.org" },
		{ "Anna@EXAMPLE.org", "Anna", "example.org" },
		{ "\"a b\"@example.org", "a b", "example.org" },
		{ "a@b\xc3\xbc" "cher.example", "a", "xn--bcher-kva.example" },
		{ "anna", NULL, NULL },
		{ "@example.org", NULL, NULL },
		{ "anna@", NULL, NULL },
		{ "a@b@c", NULL, NULL },
		{ "a@example.org, b@example.org", NULL, NULL },
		{ "Anna <anna@example.org>", NULL, NULL },
		{ "<anna@example.org>", NULL, NULL },
		{ "anna@[192.0.2.1]", NULL, NULL },
		{ "group:anna@example.org;", NULL, NULL },
		{ "anna@exa mple.org", NULL, NULL },
		{ "", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf local = BUF(WKD_LOCAL_MAX), domain = BUF(255);
		bool ok = wkd_address(span_str(rows[i].address), &local,
		    &domain);

		if (ok != (rows[i].local != NULL))
			fail_msg("%s: %s", rows[i].address, ok ? "taken" :
			    "refused");
		if (ok) {
			is_text(&local, rows[i].local);
			is_text(&domain, rows[i].domain);
		}
		buf_free(&local);
		buf_free(&domain);
	}
}

/* --- what the answers mean */

#define ADVANCED "openpgpkey.example.org A 192.0.2.1\n"
#define DIRECT "example.org A 192.0.2.2\n"
#define AT_ADVANCED ";! fetch https://openpgpkey.example.org/" \
	".well-known/openpgpkey/example.org/"
#define AT_DIRECT ";! fetch https://example.org/.well-known/openpgpkey/"
#define DANE "@DANE@._openpgpkey.example.org OPENPGPKEY ZGFuZQ==\n"
#define SECURE ";! secure example.org\n"
#define INSECURE ";! insecure example.org\n"

static const char way_names[] = "-ADK";		/* END, advanced, direct, DANE */
static const char result_names[] = "+-iB?";

/* The zone with "@DANE@" replaced by the owner's label. */
static struct dns *
read_zone(const char *text)
{
	struct buf name = BUF(1024), zone = BUF(8192);
	const char *at = strstr(text, "@DANE@");
	struct dns *dns = NULL;
	char *why = NULL;

	openpgpkey_name(SPAN("Joe.Doe"), SPAN("x"), &name);
	if (at != NULL) {
		buf_add(&zone, text, (size_t)(at - text));
		buf_span(&zone, span_first(buf_get0(&name), 56));
		text = at + 6;
	}
	buf_str(&zone, text);
	dns = dns_zone_read(buf_get0(&zone), "zone", &why);
	if (dns == NULL)
		fail_msg("%s", why);
	buf_free(&name);
	buf_free(&zone);
	return dns;
}

/* The steps as "A+", "D-", with what was found behind a plus. */
static void
describe(struct span steps, struct buf *out)
{
	struct cur c = cur_of(steps);
	struct found f;

	while (found_get(&c, &f)) {
		buf_printf(out, "%s%c%c", out->n > 0 ? " " : "",
		    way_names[f.way], result_names[f.result]);
		buf_span(out, f.certs);
		assert_true(f.where.n > 0);
		assert_int_equal(f.why.n > 0, f.result != FOUND_OK);
	}
	assert_true(cur_done(&c));
}

static void
what_the_answers_mean(void **state)
{
	static const struct {
		const char *row, *zone, *want;
	} rows[] = {
		{ "advanced", ADVANCED AT_ADVANCED HU " 200 x/y d2tk\n",
		    "A+wkd" },
		{ "it goes before the direct method", ADVANCED DIRECT
		    AT_ADVANCED HU " 200 x/y d2tk\n"
		    AT_DIRECT HU " 200 x/y b3RoZXI=\n", "A+wkd" },
		{ "and before DANE", ADVANCED SECURE DANE
		    AT_ADVANCED HU " 200 x/y d2tk\n", "A+wkd" },
		{ "direct, without the host of the other", DIRECT
		    AT_DIRECT HU " 200 x/y d2tk\n", "D+wkd" },
		{ "no direct method where the host is", ADVANCED DIRECT
		    AT_ADVANCED HU " 404 x/y\n"
		    AT_DIRECT HU " 200 x/y d2tk\n", "A- K-" },
		{ "nor where it could not be found out", DIRECT
		    ";! timeout openpgpkey.example.org A\n"
		    AT_DIRECT HU " 200 x/y d2tk\n", "A? K-" },
		{ "nor where it was tampered with", DIRECT
		    ";! bogus openpgpkey.example.org A\n"
		    AT_DIRECT HU " 200 x/y d2tk\n", "AB K-" },
		{ "an empty answer", ADVANCED AT_ADVANCED HU " 200 x/y\n",
		    "A- K-" },
		{ "a redirect", ADVANCED AT_ADVANCED HU " 302 x/y\n",
		    "A- K-" },
		{ "forbidden", ADVANCED AT_ADVANCED HU " 403 x/y\n",
		    "A- K-" },
		{ "the server's trouble", ADVANCED AT_ADVANCED HU
		    " 503 x/y\n", "A? K-" },
		{ "too many questions", ADVANCED AT_ADVANCED HU
		    " 429 x/y\n", "A? K-" },
		{ "a certificate that is none", ADVANCED AT_ADVANCED HU
		    " cert-name\n", "A? K-" },
		{ "no connection", ADVANCED AT_ADVANCED HU " refused\n",
		    "A? K-" },
		{ "nothing at all", "example.net A 192.0.2.1\n", "D- K-" },
		{ "DANE", SECURE DANE, "D- K+dane" },
		{ "DANE where there was trouble before", SECURE ADVANCED DANE
		    AT_ADVANCED HU " timeout\n", "A? K+dane" },
		{ "DANE without DNSSEC", INSECURE DANE, "D- Ki" },
		{ "DANE that nobody validated", DANE, "D- K?" },
		{ "DANE that is bogus", ";! bogus @DANE@._openpgpkey."
		    "example.org OPENPGPKEY\n", "D- KB" },
		{ "DANE that is not answered", ";! servfail @DANE@."
		    "_openpgpkey.example.org\n", "D- K?" },
		{ "nodata", "@DANE@._openpgpkey.example.org TXT x\n",
		    "D- K-" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out = BUF(FOUND_MAX), got = BUF(1024);
		struct env env;
		char *why = NULL;

		env_fixed(&env, 1900000000);
		env.dns = read_zone(rows[i].zone);
		env.fetch = fetch_zone_open(env.dns, 1, &why);
		assert_non_null(env.fetch);
		find_certs(&env, SPAN("Joe.Doe"), SPAN("example.org"),
		    env_monotonic_ms() + 1000, &out);
		describe(buf_get0(&out), &got);
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("%s: got %.*s, want %s", rows[i].row,
			    (int)got.n, (const char *)got.p, rows[i].want);
		fetch_free(env.fetch);
		dns_free(env.dns);
		buf_free(&out);
		buf_free(&got);
	}
}

/* The policy file tells a domain without directory from one without key. */
static void
why_there_is_none(void **state)
{
	static const struct {
		const char *zone, *why;
	} rows[] = {
		{ ADVANCED AT_ADVANCED HU " 404 x/y\n" AT_ADVANCED
		    "policy 200 text/plain\n", "HTTP status 404: the "
		    "directory has no key of this address" },
		{ ADVANCED AT_ADVANCED HU " 404 x/y\n" AT_ADVANCED
		    "policy 404 text/plain\n", "HTTP status 404: the "
		    "domain has no directory there" },
		{ ADVANCED AT_ADVANCED HU " 301 x/y\n", "HTTP status 301: "
		    "no redirect is followed" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out = BUF(FOUND_MAX);
		struct found f;
		struct env env;
		struct cur c;
		char *why = NULL;

		env_fixed(&env, 1900000000);
		env.dns = read_zone(rows[i].zone);
		env.fetch = fetch_zone_open(env.dns, 1, &why);
		find_certs(&env, SPAN("Joe.Doe"), SPAN("example.org"),
		    env_monotonic_ms() + 1000, &out);
		c = cur_of(buf_get0(&out));
		assert_true(found_get(&c, &f));
		if (!span_eq(f.why, span_str(rows[i].why)))
			fail_msg("row %zu: %.*s", i, (int)f.why.n,
			    (const char *)f.why.p);
		fetch_free(env.fetch);
		dns_free(env.dns);
		buf_free(&out);
	}
}

static void
octets_that_are_none(void **state)
{
	static const struct {
		const char *row;
		struct span octets;
	} rows[] = {
		{ "nothing", { (const unsigned char *)"", 0 } },
		{ "a way that is none", SPAN("\4\1\0\0\0\0\0\0\0\0\0\0\0\0") },
		{ "a result that is none",
		    SPAN("\1\5\0\0\0\0\0\0\0\0\0\0\0\0") },
		{ "found, and nothing there",
		    SPAN("\1\0\0\0\0\0\0\0\0\0\0\0\0\0") },
		{ "absent, and something there",
		    SPAN("\1\1\0\0\0\0\0\0\0\0\0\0\0\1x") },
		{ "cut", SPAN("\1\1\0\0\0\1") },
		{ "a length beyond the end",
		    SPAN("\1\1\377\377\377\377\0\0\0\0\0\0\0\0") },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct cur c = cur_of(rows[i].octets);
		struct found f;

		if (found_get(&c, &f) || !c.bad)
			fail_msg("%s: taken", rows[i].row);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_the_drafts),
		cmocka_unit_test(local_parts),
		cmocka_unit_test(addresses),
		cmocka_unit_test(what_the_answers_mean),
		cmocka_unit_test(why_there_is_none),
		cmocka_unit_test(octets_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
