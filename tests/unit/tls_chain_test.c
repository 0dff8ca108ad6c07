/* Chains that a careful sender trusts, and why the others not. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tls/chain.h"
#include "../support/mint.h"

enum { NOW = MINT_FROM + 100 * 86400 };

/* One authority, one below it, each in the ways that tests need. */
static struct mint *root, *inter, *limited, *late, *weak_inter, *not_ca;
static struct mint *stranger;
static struct trust *trust, *others;	/* ours, and the stranger */
static struct trust *lazy;	/* ours, decoded when it is asked for */

static const struct {
	const char *what;
	struct mint_want want;
	struct mint **issuer;	/* NULL: itself */
	struct mint **sent;	/* beside the leaf; NULL: nothing */
	int64_t now;		/* 0: NOW */
	enum chain_result result, but_for_dates;
	size_t depth;
} rows[] = {
	{ "in order", { .names = "DNS:a.test" }, &inter, &inter, 0,
	    CHAIN_OK, CHAIN_OK, 0 },
	{ "straight from the root", { .names = "DNS:a.test" }, &root, NULL,
	    0, CHAIN_OK, CHAIN_OK, 0 },
	{ "the root sent too", { .names = "DNS:a.test" }, &root, &root, 0,
	    CHAIN_OK, CHAIN_OK, 0 },
	{ "an intermediate left out", { .names = "DNS:a.test" }, &inter,
	    NULL, 0, CHAIN_UNKNOWN_ISSUER, CHAIN_UNKNOWN_ISSUER, 0 },
	{ "self-signed", { .cn = "a.test" }, NULL, NULL, 0,
	    CHAIN_SELF_SIGNED, CHAIN_SELF_SIGNED, 0 },
	{ "self-signed and expired", { .cn = "a.test", .to = NOW - 1 }, NULL,
	    NULL, 0, CHAIN_SELF_SIGNED, CHAIN_SELF_SIGNED, 0 },
	{ "an authority that nobody knows", { .cn = "a" }, &stranger,
	    &stranger, 0, CHAIN_UNKNOWN_ISSUER, CHAIN_UNKNOWN_ISSUER, 1 },
	{ "expired", { .cn = "a", .to = NOW - 1 }, &inter, &inter, 0,
	    CHAIN_EXPIRED, CHAIN_OK, 0 },
	{ "its last second", { .cn = "a", .to = NOW + 1 }, &inter, &inter, 0,
	    CHAIN_OK, CHAIN_OK, 0 },
	{ "not yet valid", { .cn = "a", .from = NOW + 10 }, &inter, &inter, 0,
	    CHAIN_NOT_YET_VALID, CHAIN_OK, 0 },
	{ "long after", { .cn = "a" }, &inter, &inter,
	    MINT_TO + 3650LL * 86400, CHAIN_EXPIRED, CHAIN_OK, 2 },
	{ "an expired intermediate", { .cn = "a" }, &late, &late, 0,
	    CHAIN_EXPIRED, CHAIN_OK, 1 },
	{ "expired by two reasons", { .cn = "a", .to = NOW - 1,
	    .use = "clientAuth" }, &inter, &inter, 0, CHAIN_WRONG_USE,
	    CHAIN_WRONG_USE, 0 },
	{ "for clients only", { .cn = "a", .use = "clientAuth" }, &inter,
	    &inter, 0, CHAIN_WRONG_USE, CHAIN_WRONG_USE, 0 },
	{ "for servers too", { .cn = "a", .use = "clientAuth,serverAuth" },
	    &inter, &inter, 0, CHAIN_OK, CHAIN_OK, 0 },
	{ "its issuer is no authority", { .cn = "a" }, &not_ca, &not_ca, 0,
	    CHAIN_WRONG_USE, CHAIN_WRONG_USE, 1 },
	{ "a small key", { .cn = "a", .key = "RSA:1024" }, &inter, &inter, 0,
	    CHAIN_WEAK, CHAIN_WEAK, 0 },
	{ "SHA-1", { .cn = "a", .hash = "SHA1" }, &inter, &inter, 0,
	    CHAIN_WEAK, CHAIN_WEAK, 0 },
	{ "a small key above", { .cn = "a" }, &weak_inter, &weak_inter, 0,
	    CHAIN_WEAK, CHAIN_WEAK, 1 },
	{ "a name that its issuer may give", { .names = "DNS:x.a.test" },
	    &limited, &limited, 0, CHAIN_OK, CHAIN_OK, 0 },
	{ "a name that it may not", { .names = "DNS:b.test" }, &limited,
	    &limited, 0, CHAIN_CONSTRAINED, CHAIN_CONSTRAINED, 0 },
};

static void
chains_by(const struct trust *t)
{
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct mint *m = mint(&rows[i].want, rows[i].issuer ?
		    *rows[i].issuer : NULL);
		struct cert_chain chain = { .n = 0 };
		struct chain_verdict v;

		cert_chain_add(&chain, m->der);
		if (rows[i].sent != NULL)
			cert_chain_add(&chain, (*rows[i].sent)->der);
		chain_judge(t, &chain, rows[i].now ? rows[i].now : NOW,
		    &v);
		if (v.result != rows[i].result || v.depth != rows[i].depth ||
		    v.but_for_dates != rows[i].but_for_dates)
			fail_msg("%s: %s, %s but for dates, at %zu: %s",
			    rows[i].what, chain_result_name(v.result),
			    chain_result_name(v.but_for_dates), v.depth,
			    v.detail);
		if ((v.result == CHAIN_OK) != (v.detail[0] == '\0'))
			fail_msg("%s: \"%s\"", rows[i].what, v.detail);
		cert_chain_free(&chain);
		mint_free(m);
	}
}

static void
chains_are_judged(void **state)
{
	(void)state;
	chains_by(trust);
	chains_by(lazy);
}

/* One bit of the signature, and of the body that it signs. */
static void
what_was_changed_is_not_trusted(void **state)
{
	struct mint_want want = { .cn = "victim" };
	struct mint *m = mint(&want, root);
	unsigned char *der = malloc(m->der.n);
	size_t at[2] = { m->der.n - 3, 0 };

	(void)state;
	for (size_t i = 0; i + 6 < m->der.n; i++)
		if (memcmp(m->der.p + i, "victim", 6) == 0)
			at[1] = i;
	for (size_t i = 0; i < 2; i++) {
		struct cert_chain chain = { .n = 0 };
		struct chain_verdict v;

		memcpy(der, m->der.p, m->der.n);
		der[at[i]] ^= 1;
		assert_true(cert_chain_add(&chain, span_of(der, m->der.n)));
		chain_judge(trust, &chain, NOW, &v);
		if (v.result != CHAIN_BAD_SIGNATURE)
			fail_msg("%zu: %s", i, chain_result_name(v.result));
		cert_chain_free(&chain);
	}
	free(der);
	mint_free(m);
}

static void
nothing_is_malformed(void **state)
{
	struct cert_chain chain = { .n = 0 };
	struct chain_verdict v;

	(void)state;
	chain_judge(trust, &chain, NOW, &v);
	assert_int_equal(v.result, CHAIN_MALFORMED);
	cert_chain_add(&chain, SPAN("x"));
	chain_judge(trust, &chain, NOW, &v);
	assert_int_equal(v.result, CHAIN_MALFORMED);
	assert_string_equal(v.detail, "unreadable certificate");
}

/* The way up may go through one of those for which there was no room. */
static void
what_was_left_out_may_be_the_issuer(void **state)
{
	struct mint *m = mint(&(struct mint_want){ .cn = "a" }, inter);
	struct chain_memo *memo = chain_memo_new();
	struct cert_chain chain = { .n = 0 };
	struct chain_verdict v;

	(void)state;
	cert_chain_add(&chain, m->der);
	while (chain.n < CERT_CHAIN_MAX)
		cert_chain_add(&chain, stranger->der);
	chain_judge_once(memo, trust, &chain, NOW, &v);
	assert_int_equal(v.result, CHAIN_UNKNOWN_ISSUER);
	cert_chain_add(&chain, inter->der);
	assert_int_equal(chain.left_out, 1);
	chain_judge_once(memo, trust, &chain, NOW, &v);
	assert_int_equal(v.result, CHAIN_UNKNOWN);
	assert_int_equal(v.but_for_dates, CHAIN_UNKNOWN);
	cert_chain_free(&chain);
	chain_memo_free(memo);
	mint_free(m);
}

/* What the memo says of a leaf of "want" at "now", sent with its issuer. */
static enum chain_result
judged_once(struct chain_memo *memo, const struct trust *by, struct mint *m,
    int64_t now)
{
	struct cert_chain chain = { .n = 0 };
	struct chain_verdict v;

	cert_chain_add(&chain, m->der);
	cert_chain_add(&chain, inter->der);
	chain_judge_once(memo, by, &chain, now, &v);
	cert_chain_free(&chain);
	return v.result;
}

/* By another trust, which the contract forbids, it is seen what it keeps. */
static void
verdicts_are_kept_for_a_second(void **state)
{
	struct mint *a = mint(&(struct mint_want){ .cn = "a",
	    .to = NOW }, inter);
	struct mint *b = mint(&(struct mint_want){ .cn = "b",
	    .to = NOW }, inter);
	struct chain_memo *memo = chain_memo_new();

	(void)state;
	assert_int_equal(judged_once(memo, trust, a, NOW - 1), CHAIN_OK);
	assert_int_equal(judged_once(memo, others, a, NOW - 1), CHAIN_OK);
	assert_int_equal(judged_once(memo, others, b, NOW - 1),
	    CHAIN_UNKNOWN_ISSUER);
	assert_int_equal(judged_once(memo, trust, a, NOW + 1),
	    CHAIN_EXPIRED);
	assert_int_equal(judged_once(NULL, others, a, NOW - 1),
	    CHAIN_UNKNOWN_ISSUER);
	/* far more than it has room for, then the first again */
	for (int64_t i = 0; i < 100; i++)
		assert_int_equal(judged_once(memo, trust, a, NOW - 200 + i),
		    CHAIN_OK);
	assert_int_equal(judged_once(memo, others, a, NOW - 1),
	    CHAIN_UNKNOWN_ISSUER);
	chain_memo_free(memo);
	mint_free(a);
	mint_free(b);
}

static void
bundles_that_are_none(void **state)
{
	const char *why = NULL;

	(void)state;
	assert_null(trust_open("/nonexistent/ca.pem", &why));
	assert_string_equal(why, "cannot be read");
	assert_null(trust_open("/dev/null", &why));
	assert_string_equal(why, "no certificate in PEM form in it");
	assert_null(trust_open_lazy("/nonexistent/ca.pem", &why));
	assert_null(trust_open_lazy("/dev/null", &why));
}

/* "text", then the authorities, opened lazily: what becomes of a chain. */
static enum chain_result
judged_by(const char *text, struct mint *const *authorities, size_t n)
{
	char path[] = "/tmp/tls_chain_test.XXXXXX";
	struct mint *m = mint(&(struct mint_want){ .cn = "a" }, inter);
	struct trust *t = NULL;
	enum chain_result r = CHAIN_OK;
	const char *why = NULL;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	for (size_t i = 0; i < n; i++)
		mint_pem(authorities[i], path);
	t = trust_open_lazy(path, &why);
	unlink(path);
	assert_non_null(t);
	assert_int_equal(trust_count(t), n);
	r = judged_once(NULL, t, m, NOW);
	assert_int_equal(judged_once(NULL, t, m, NOW), r);
	trust_free(t);
	mint_free(m);
	return r;
}

static void
authorities_are_decoded_when_asked_for(void **state)
{
	struct mint *namesake = mint(&(struct mint_want){ .cn = "root",
	    .ca = true }, NULL);
	struct mint *both[] = { stranger, root, namesake };
	struct mint *other[] = { stranger, namesake };

	(void)state;
	/* of two with one name and no key identifier the first is taken */
	assert_int_equal(judged_by("", both, 3), CHAIN_OK);
	assert_int_equal(judged_by("", both, 1), CHAIN_UNKNOWN_ISSUER);
	assert_int_equal(judged_by("", other, 2),
	    CHAIN_BAD_SIGNATURE);
	/* what is malformed hides nothing, and is no authority */
	assert_int_equal(judged_by("a comment\n-----BEGIN CERTIFICATE-----\n"
	    "AAAA\n-----END CERTIFICATE-----\n", both, 3), CHAIN_OK);
	mint_free(namesake);
}

static struct mint *
authority(const char *cn, struct mint *issuer, const struct mint_want *other)
{
	struct mint_want want = *other;

	want.cn = cn;
	want.ca = true;
	return mint(&want, issuer);
}

static int
set_up(void **state)
{
	static const struct mint_want plain = { .cn = NULL };
	char path[] = "/tmp/tls_chain_test.XXXXXX";
	int fd = mkstemp(path);
	const char *why = NULL;

	(void)state;
	if (fd < 0)
		return -1;
	close(fd);
	root = authority("root", NULL, &plain);
	inter = authority("inter", root, &plain);
	stranger = authority("stranger", NULL, &plain);
	late = authority("late", root,
	    &(struct mint_want){ .to = NOW - 86400 });
	weak_inter = authority("weak", root,
	    &(struct mint_want){ .key = "RSA:1024" });
	limited = authority("limited", root,
	    &(struct mint_want){ .constraints = "permitted;DNS:a.test" });
	not_ca = mint(&(struct mint_want){ .cn = "not-ca" }, root);
	mint_pem(root, path);
	trust = trust_open(path, &why);
	lazy = trust_open_lazy(path, &why);
	unlink(path);
	mint_pem(stranger, path);
	others = trust_open(path, &why);
	unlink(path);
	return trust == NULL || trust_count(trust) != 1 || others == NULL ||
	    lazy == NULL || trust_count(lazy) != 1;
}

static int
tear_down(void **state)
{
	struct mint *all[] = {
		root, inter, limited, late, weak_inter, not_ca, stranger
	};

	(void)state;
	for (size_t i = 0; i < ROWS(all); i++)
		mint_free(all[i]);
	trust_free(trust);
	trust_free(others);
	trust_free(lazy);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chains_are_judged),
		cmocka_unit_test(what_was_changed_is_not_trusted),
		cmocka_unit_test(nothing_is_malformed),
		cmocka_unit_test(what_was_left_out_may_be_the_issuer),
		cmocka_unit_test(verdicts_are_kept_for_a_second),
		cmocka_unit_test(bundles_that_are_none),
		cmocka_unit_test(authorities_are_decoded_when_asked_for),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
