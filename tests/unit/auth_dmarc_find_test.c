/* The DNS tree walk: RFC 9989 section 4.10 and the examples of appendix B. */
#include "unit.h"

#include "auth/dmarc.h"
#include "../support/log_dns.h"

static struct dns_name
named(const char *text)
{
	struct dns_name n = { 0 };

	if (!dns_name_parse(span_str(text), &n))
		fail_msg("not a name: %s", text);
	return n;
}

static bool
is_name(const struct dns_name *name, const char *text)
{
	struct dns_name want = named(text);

	return dns_name_eq(name, &want);
}

static const char published[] =
	"$ORIGIN .\n$TTL 60\n"
	"_dmarc.example.com TXT \"v=DMARC1; p=none\"\n"
	"_dmarc.signing.example.com TXT \"v=DMARC1; p=reject\"\n"
	/* appendix B.3.3 */
	"_dmarc.bank.example TXT \"v=DMARC1; p=reject; psd=y\"\n"
	"_dmarc.giant.bank.example TXT \"v=DMARC1; p=quarantine\"\n"
	/* psd=n below a plain record */
	"_dmarc.org-n.test TXT \"v=DMARC1; p=none\"\n"
	"_dmarc.b.org-n.test TXT \"v=DMARC1; p=reject; psd=n\"\n"
	/* two records, a foreign TXT, a record in two strings */
	"_dmarc.mail.two.test TXT \"v=DMARC1; p=reject\"\n"
	"_dmarc.mail.two.test TXT \"v=DMARC1; p=none\"\n"
	"_dmarc.two.test TXT \"v=DMARC1; p=quarantine\"\n"
	"_dmarc.two.test TXT \"something else\"\n"
	"_dmarc.split.test TXT \"v=DMARC1; p=re\" \"ject\"\n"
	"_dmarc.like.test TXT \"v=dmarc1; p=reject\"\n"
	/* a psd=y far above names of more than eight labels */
	"_dmarc.3.2.1.deep.test TXT \"v=DMARC1; p=reject; psd=y\"\n"
	/* a top-level domain with a plain record */
	"_dmarc.plain TXT \"v=DMARC1; p=none\"\n"
	"_dmarc.a.plain TXT \"v=DMARC1; p=reject\"\n"
	/* failures */
	"_dmarc.f.test TXT \"v=DMARC1; p=reject\"\n"
	";! servfail _dmarc.low.f.test TXT\n"
	"_dmarc.top.broken TXT \"v=DMARC1; p=reject\"\n"
	";! timeout _dmarc.broken TXT\n"
	"_dmarc.n.broken TXT \"v=DMARC1; p=reject; psd=n\"\n"
	;

/* Walk from each start: the Organizational Domain, and the record's place. */
static void
organizational_and_policy_domain(void **state)
{
	static const struct {
		const char *start, *org, *record;
		bool own, failed, policy_failed;
	} rows[] = {
		/* appendix B.3.1, B.3.2, B.3.3 */
		{ "example.com", "example.com", "example.com",
		    true, false, false },
		{ "signing.example.com", "example.com",
		    "signing.example.com", true, false, false },
		{ "a.b.c.d.e.f.g.h.i.j.k.example.com", "example.com",
		    "example.com", false, false, false },
		{ "giant.bank.example", "giant.bank.example",
		    "giant.bank.example", true, false, false },
		{ "mail.giant.bank.example", "giant.bank.example",
		    "giant.bank.example", false, false, false },
		{ "mail.mega.bank.example", "mega.bank.example",
		    "bank.example", false, false, false },
		/* section 4.10.2: psd=y at the start is not above it */
		{ "bank.example", "bank.example", "bank.example",
		    true, false, false },
		/* psd=n wins over fewer labels, and ends the walk */
		{ "a.b.org-n.test", "b.org-n.test", "b.org-n.test",
		    false, false, false },
		{ "b.org-n.test", "b.org-n.test", "b.org-n.test",
		    true, false, false },
		{ "c.org-n.test", "org-n.test", "org-n.test",
		    false, false, false },
		/* several records are none, and the walk goes on */
		{ "mail.two.test", "two.test", "two.test",
		    false, false, false },
		{ "split.test", "split.test", "split.test",
		    true, false, false },
		{ "like.test", "like.test", NULL, false, false, false },
		/* nothing anywhere: the start stands for itself */
		{ "x.y.nothing.test", "x.y.nothing.test", NULL,
		    false, false, false },
		/* one below a psd=y, though that name was never asked */
		{ "9.8.7.6.5.4.3.2.1.deep.test", "4.3.2.1.deep.test",
		    "3.2.1.deep.test", false, false, false },
		/* a plain record of a TLD counts as any other */
		{ "a.plain", "plain", "a.plain", true, false, false },
		{ "b.plain", "plain", "plain", false, false, false },
		/* an error is not "no record" */
		{ "low.f.test", "f.test", NULL, false, true, true },
		{ "x.low.f.test", "f.test", "f.test", false, true, true },
		{ "top.broken", "top.broken", "top.broken",
		    true, true, false },
		{ "x.top.broken", "top.broken", "top.broken",
		    false, true, true },
		{ "x.n.broken", "n.broken", "n.broken",
		    false, false, false },
	};
	struct log_dns *dns = log_dns_new(published);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);
		struct dns_name start = named(rows[i].start);
		struct dmarc_walk w;
		struct dmarc_found f;

		dmarc_walk(ctx, &start, &w);
		f = dmarc_discover(&w);
		if (!is_name(&w.org, rows[i].org) ||
		    w.failed != rows[i].failed || f.is_own != rows[i].own ||
		    f.failed != rows[i].policy_failed ||
		    (f.point != NULL) != (rows[i].record != NULL) ||
		    (f.point && !is_name(&f.point->name, rows[i].record)))
			fail_msg("row %s: org %s, record %s", rows[i].start,
			    dns_name_str(&w.org), f.point ?
			    dns_name_str(&f.point->name) : "none");
		dmarc_ctx_free(ctx);
	}
	dns_free(&dns->dns);
}

static void
asked(struct log_dns *dns, const char *want)
{
	if (!span_eq(buf_get0(&dns->log), span_str(want)))
		fail_msg("asked: %.*s", (int)dns->log.n, dns->log.p);
}

static void
walk_from(struct dmarc_ctx *ctx, const char *text, struct dmarc_walk *w)
{
	struct dns_name start = named(text);

	dmarc_walk(ctx, &start, w);
}

/* The example list of section 4.10: from nine labels on, eight queries. */
static void
long_names_take_eight_queries_the_tld_among_them(void **state)
{
	struct log_dns *dns = log_dns_new("");
	struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);
	struct dmarc_walk w;

	(void)state;
	walk_from(ctx, "a.b.c.d.e.f.g.h.i.j.mail.example.com", &w);
	asked(dns, "TXT _dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com\n"
	    "TXT _dmarc.g.h.i.j.mail.example.com\n"
	    "TXT _dmarc.h.i.j.mail.example.com\n"
	    "TXT _dmarc.i.j.mail.example.com\n"
	    "TXT _dmarc.j.mail.example.com\n"
	    "TXT _dmarc.mail.example.com\n"
	    "TXT _dmarc.example.com\n"
	    "TXT _dmarc.com\n");
	assert_int_equal(w.n, 8);
	dmarc_ctx_free(ctx);
	dns_free(&dns->dns);
}

static void
eight_labels_lose_one_at_a_time(void **state)
{
	struct log_dns *dns = log_dns_new("");
	struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);
	struct dmarc_walk w;

	(void)state;
	walk_from(ctx, "1.2.3.4.5.6.7.8", &w);
	assert_int_equal(w.n, 8);
	assert_true(is_name(&w.at[1]->name, "2.3.4.5.6.7.8"));
	assert_true(is_name(&w.at[7]->name, "8"));
	dmarc_ctx_free(ctx);
	dns_free(&dns->dns);
}

static void
walks_of_one_message_share_their_queries(void **state)
{
	struct log_dns *dns = log_dns_new(published);
	struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);
	struct dmarc_walk w;

	(void)state;
	walk_from(ctx, "example.com", &w);
	walk_from(ctx, "Signing.Example.COM", &w);
	walk_from(ctx, "example.com", &w);
	asked(dns, "TXT _dmarc.example.com\nTXT _dmarc.com\n"
	    "TXT _dmarc.signing.example.com\n");
	dmarc_ctx_free(ctx);
	dns_free(&dns->dns);
}

static void
psd_n_and_psd_y_stop_the_walk(void **state)
{
	struct log_dns *dns = log_dns_new(published);
	struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);
	struct dmarc_walk w;

	(void)state;
	walk_from(ctx, "mail.giant.bank.example", &w);
	walk_from(ctx, "a.b.org-n.test", &w);
	asked(dns, "TXT _dmarc.mail.giant.bank.example\n"
	    "TXT _dmarc.giant.bank.example\n"
	    "TXT _dmarc.bank.example\n"
	    "TXT _dmarc.a.b.org-n.test\nTXT _dmarc.b.org-n.test\n");
	dmarc_ctx_free(ctx);
	dns_free(&dns->dns);
}

static void
relaxed_alignment_compares_organizational_domains(void **state)
{
	static const struct {
		const char *a, *b;
		enum dmarc_aligned want;
	} rows[] = {
		{ "example.com", "signing.example.com", DMARC_ALIGNED },
		{ "a.b.c.d.e.f.g.h.i.j.k.example.com",
		    "signing.example.com", DMARC_ALIGNED },
		{ "giant.bank.example", "mail.giant.bank.example",
		    DMARC_ALIGNED },
		{ "giant.bank.example", "mail.mega.bank.example",
		    DMARC_APART },
		{ "a.b.org-n.test", "c.org-n.test", DMARC_APART },
		{ "a.b.org-n.test", "c.b.org-n.test", DMARC_ALIGNED },
		{ "mail.nothing.test", "nothing.test", DMARC_APART },
		{ "nothing.test", "nothing.test", DMARC_ALIGNED },
		{ "x.plain", "y.plain", DMARC_ALIGNED },
		/* failures that could change nothing */
		{ "x.top.broken", "y.top.broken", DMARC_ALIGNED },
		{ "top.broken", "y.top.broken", DMARC_ALIGNED },
		{ "x.low.f.test", "example.com", DMARC_APART },
		{ "low.f.test", "low.f.test", DMARC_ALIGNED },
		{ "low.f.test", "a.b.org-n.test", DMARC_APART },
		{ "example.com", "x.broken", DMARC_APART },
		/* and failures that could */
		{ "x.low.f.test", "f.test", DMARC_UNSURE },
		{ "x.top.broken", "y.other.broken", DMARC_UNSURE },
		{ "x.broken", "y.broken", DMARC_UNSURE },
		{ "x.n.broken", "n.broken", DMARC_ALIGNED },
		{ "x.n.broken", "y.broken", DMARC_APART },
	};
	struct log_dns *dns = log_dns_new(published);
	struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dmarc_walk a, b;

		walk_from(ctx, rows[i].a, &a);
		walk_from(ctx, rows[i].b, &b);
		if (dmarc_align(&a, &b) != rows[i].want ||
		    dmarc_align(&b, &a) != rows[i].want)
			fail_msg("row %s, %s", rows[i].a, rows[i].b);
	}
	dmarc_ctx_free(ctx);
	dns_free(&dns->dns);
}

/* Section 3.2.13: NXDOMAIN alone; RFC 8020 is the resolver's affair. */
static void
only_nxdomain_does_not_exist(void **state)
{
	static const char zone[] =
		"$ORIGIN test.\n$TTL 60\n"
		"mail MX 10 mx\n"
		"dangling CNAME nowhere.invalid.\n"
		"below.ent A 192.0.2.1\n"
		"_dmarc.own TXT \"v=DMARC1; p=none\"\n"
		"*.wild A 192.0.2.1\n"
		";! servfail sick TXT\n"
		;
	static const struct {
		const char *name;
		enum dmarc_existence want;
	} rows[] = {
		{ "mail.test", DMARC_EXISTS },
		{ "dangling.test", DMARC_EXISTS },
		{ "ent.test", DMARC_EXISTS },
		{ "own.test", DMARC_EXISTS },
		{ "any.wild.test", DMARC_EXISTS },
		{ "none.test", DMARC_EXISTS_NOT },
		{ "x.mail.test", DMARC_EXISTS_NOT },
		{ "sick.test", DMARC_EXISTS_UNKNOWN },
	};
	struct log_dns *dns = log_dns_new(zone);
	struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns_name name = named(rows[i].name);

		if (dmarc_exists(ctx, &name) != rows[i].want)
			fail_msg("row %s", rows[i].name);
	}
	dmarc_ctx_free(ctx);
	dns_free(&dns->dns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(organizational_and_policy_domain),
		cmocka_unit_test(
		    long_names_take_eight_queries_the_tld_among_them),
		cmocka_unit_test(eight_labels_lose_one_at_a_time),
		cmocka_unit_test(walks_of_one_message_share_their_queries),
		cmocka_unit_test(psd_n_and_psd_y_stop_the_walk),
		cmocka_unit_test(
		    relaxed_alignment_compares_organizational_domains),
		cmocka_unit_test(only_nxdomain_does_not_exist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
