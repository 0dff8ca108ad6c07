/* DMARC verdicts: RFC 9989 sections 4.7, 4.10.1, 5.3 and 11.5; RFC 7489. */
#include "unit.h"

#include "auth/dmarc.h"
#include "../support/log_dns.h"

static const char published[] =
	"$ORIGIN .\n$TTL 60\n"
	"_dmarc.example.com TXT \"v=DMARC1; p=reject\"\n"
	"_dmarc.signing.example.com TXT \"v=DMARC1; p=reject\"\n"
	"_dmarc.strict.example TXT \"v=DMARC1; p=reject; adkim=S; aspf=s\"\n"
	"_dmarc.giant.bank.example TXT \"v=DMARC1; p=quarantine\"\n"
	"_dmarc.bank.example TXT \"v=DMARC1; p=reject; psd=y\"\n"
	"_dmarc.np.example TXT \"v=DMARC1; p=reject; sp=none; np=quarantine\"\n"
	"here.np.example A 192.0.2.1\n"
	"mail.np.example MX 10 mail.np.example\n"
	"cname.np.example CNAME nowhere.invalid\n"
	";! servfail sick.np.example TXT\n"
	"_dmarc.own.np.example TXT \"v=DMARC1; p=reject; sp=none\"\n"
	"_dmarc.test.example TXT \"v=DMARC1; p=reject; sp=quarantine; t=y\"\n"
	"a.test.example A 192.0.2.1\n"
	"_dmarc.pct.example TXT \"v=DMARC1; p=reject; pct=0\"\n"
	"_dmarc.norua.example TXT \"v=DMARC1; p=rejct; adkim=s\"\n"
	"_dmarc.nop.example TXT \"v=DMARC1; adkim=s\"\n"
	"_dmarc.rua.example TXT \"v=DMARC1; rua=mailto:r@rua.example\"\n"
	"_dmarc.badsp.example TXT \"v=DMARC1; p=reject; sp=x; "
	    "rua=mailto:r@badsp.example\"\n"
	"_dmarc.n.b.example TXT \"v=DMARC1; p=reject; psd=n\"\n"
	"_dmarc.b.example TXT \"v=DMARC1; p=none\"\n"
	"_dmarc.two.example TXT \"v=DMARC1; p=reject\"\n"
	"_dmarc.mail.two.example TXT \"v=DMARC1; p=reject\"\n"
	"_dmarc.mail.two.example TXT \"v=DMARC1; p=none\"\n"
	"_dmarc.quar.example TXT \"v=DMARC1; p=quarantine\"\n"
	";! servfail _dmarc.down.example TXT\n"
	"_dmarc.low.example TXT \"v=DMARC1; p=reject\"\n"
	";! timeout _dmarc.x.low.example TXT\n"
	"_dmarc.top.broken TXT \"v=DMARC1; p=reject\"\n"
	";! timeout _dmarc.broken TXT\n"
	/* for the public suffix list: co.uk, github.io, com */
	"_dmarc.example.co.uk TXT \"v=DMARC1; p=reject; sp=none\"\n"
	"_dmarc.deep.sub.example.co.uk TXT \"v=DMARC1; p=none; psd=n\"\n"
	"_dmarc.a.b.example.net TXT \"v=DMARC1; p=reject\"\n"
	"_dmarc.b.example.net TXT \"v=DMARC1; p=reject\"\n"
	;

enum { N = DMARC_AUTH_NO, P = DMARC_AUTH_PASS, U = DMARC_AUTH_UNKNOWN };

struct row {
	const char *name;
	const char *from;		/* several are separated by blanks */
	int spf;
	const char *spf_domain;
	int dkim;
	const char *dkim_domain;
	/* "result policy disposition domain org spf dkim" */
	const char *want;
	const char *psl;		/* "result policy org", or NULL */
};

static struct dmarc_auth
auth(int result, const char *domain)
{
	return (struct dmarc_auth){
		(enum dmarc_auth_result)result, span_str(domain)
	};
}

static const char *
policy(enum dmarc_policy p)
{
	return dmarc_policy_name(p) ? dmarc_policy_name(p) : "-";
}

static void
run(const struct row *row, struct dmarc_ctx *ctx, struct buf *got,
    struct buf *psl_got, struct findings *fs)
{
	struct dmarc_auth dkim = auth(row->dkim, row->dkim_domain);
	struct span from[32], rest = span_str(row->from);
	struct dmarc_input in = {
		.from = from, .spf = auth(row->spf, row->spf_domain),
		.dkim = &dkim, .dkim_n = 1
	};
	struct dmarc_verdict v;
	struct dmarc_psl psl;
	char *domain = NULL, *org = NULL, *psl_org = NULL;

	while (row->from[0] != '\0' &&
	    span_split(&rest, ' ', &from[in.from_n]))
		in.from_n++;
	dmarc_eval(ctx, &in, &v, fs);
	domain = dns_name_str(&v.domain);
	org = dns_name_str(&v.org);
	buf_printf(got, "%s %s %s %s %s %d %d", dmarc_result_name(v.result),
	    policy(v.policy), policy(v.disposition), domain, org,
	    v.spf_aligned, v.dkim_aligned);
	if (dmarc_psl_eval(ctx, &in, &v, &psl, fs)) {
		psl_org = dns_name_str(&psl.org);
		buf_printf(psl_got, "%s %s %s",
		    dmarc_result_name(psl.result), policy(psl.policy),
		    psl_org);
	}
	free(domain);
	free(org);
	free(psl_org);
}

static const struct row rows[] = {
	/* appendix B.3 */
	{ "B.3.1 both aligned", "example.com", P, "example.com", P,
	    "signing.example.com",
	    "pass reject none example.com example.com 1 1",
	    "pass reject example.com" },
	{ "B.3.2 deep", "a.b.c.d.e.f.g.h.i.j.k.example.com", P, "example.com",
	    P, "signing.example.com",
	    "pass reject none example.com example.com 1 1",
	    "pass reject example.com" },
	{ "B.3.3 psd", "giant.bank.example", P, "mail.giant.bank.example",
	    P, "mail.mega.bank.example",
	    "pass quarantine none giant.bank.example giant.bank.example 1 0",
	    NULL },
	{ "B.3.3 the other bank alone", "giant.bank.example", N, "", P,
	    "mail.mega.bank.example", "fail quarantine quarantine "
	    "giant.bank.example giant.bank.example 0 0", NULL },
	{ "4.10.1 a PSD's policy below it", "mega.bank.example", N, "", N, "",
	    "fail reject reject bank.example mega.bank.example 0 0", NULL },
	/* section 3.1: alignment */
	{ "strict, same domain", "strict.example", N, "", P,
	    "Strict.Example",
	    "pass reject none strict.example strict.example 0 1", NULL },
	{ "strict, subdomain", "strict.example", P, "m.strict.example", P,
	    "m.strict.example",
	    "fail reject reject strict.example strict.example 0 0",
	    "fail reject strict.example" },
	{ "strict from the parent's record", "mail.strict.example", P,
	    "strict.example", P, "strict.example",
	    "fail reject reject strict.example strict.example 0 0", NULL },
	{ "fails of SPF and DKIM are no identifiers", "example.com", N,
	    "example.com", N, "example.com",
	    "fail reject reject example.com example.com 0 0", NULL },
	{ "an ending is not a parent", "example.com", P, "badexample.com", P,
	    "notexample.com",
	    "fail reject reject example.com example.com 0 0", NULL },
	/* np, sp: sections 4.7 and 4.10.1 */
	{ "np for what does not exist", "no.np.example", N, "", N, "",
	    "fail quarantine quarantine np.example np.example 0 0",
	    "fail none np.example" },
	{ "sp for what exists", "here.np.example", N, "", N, "",
	    "fail none none np.example np.example 0 0",
	    "fail none np.example" },
	{ "NODATA exists", "mail.np.example", N, "", N, "",
	    "fail none none np.example np.example 0 0", NULL },
	{ "a dangling CNAME exists", "cname.np.example", N, "", N, "",
	    "fail none none np.example np.example 0 0", NULL },
	{ "existence unknown", "sick.np.example", N, "", N, "",
	    "temperror none none np.example np.example 0 0", NULL },
	{ "existence unknown, but a pass", "sick.np.example", P,
	    "np.example", N, "",
	    "pass none none np.example np.example 1 0", NULL },
	{ "the own record's p", "own.np.example", N, "", N, "",
	    "fail reject reject own.np.example np.example 0 0", NULL },
	/* t and pct */
	{ "t=y on p", "test.example", N, "", N, "",
	    "fail reject quarantine test.example test.example 0 0",
	    "fail reject test.example" },
	{ "t=y on sp", "a.test.example", N, "", N, "",
	    "fail quarantine none test.example test.example 0 0", NULL },
	{ "pct is historic", "pct.example", N, "", N, "",
	    "fail reject reject pct.example pct.example 0 0", NULL },
	{ "pct is historic: a pass", "pct.example", N, "", P, "pct.example",
	    "pass reject none pct.example pct.example 0 1", NULL },
	/* invalid policies */
	{ "4.7 no p is p=none", "nop.example", P, "nop.example", N, "",
	    "pass none none nop.example nop.example 1 0",
	    "none - nop.example" },
	{ "invalid p, no rua", "norua.example", P, "norua.example", N, "",
	    "none - none norua.example norua.example 0 0",
	    "none - norua.example" },
	{ "no p, but rua", "rua.example", N, "", N, "",
	    "fail none none rua.example rua.example 0 0",
	    "fail none rua.example" },
	{ "invalid sp makes p none, too", "badsp.example", N, "", N, "",
	    "fail none none badsp.example badsp.example 0 0", NULL },
	/* records */
	{ "no record", "nothing.test", P, "nothing.test", P, "nothing.test",
	    "none - none  nothing.test 0 0", "none - nothing.test" },
	{ "psd=n below a plain record", "a.n.b.example", N, "", P,
	    "b.example", "fail reject reject n.b.example n.b.example 0 0",
	    "pass none b.example" },
	{ "two records are discarded, the walk goes on", "mail.two.example",
	    N, "", N, "", "fail reject reject two.example two.example 0 0",
	    "none - two.example" },
	/* section 5.3.6 */
	{ "the record could not be had", "down.example", P, "down.example",
	    P, "down.example", "temperror - none  down.example 0 0",
	    "temperror - down.example" },
	{ "an aligned signature's key could not be had", "example.com", N,
	    "", U, "signing.example.com",
	    "temperror reject none example.com example.com 0 0",
	    "temperror reject example.com" },
	{ "SPF temperror of an aligned domain", "example.com", U,
	    "example.com", N, "",
	    "temperror reject none example.com example.com 0 0", NULL },
	{ "a foreign temperror hides nothing", "example.com", U,
	    "other.test", U, "sub.other.test",
	    "fail reject reject example.com example.com 0 0", NULL },
	{ "a pass stands beside an error", "example.com", U, "example.com",
	    P, "example.com",
	    "pass reject none example.com example.com 0 1", NULL },
	{ "the identifier's walk failed", "low.example", N, "", P,
	    "x.low.example",
	    "temperror reject none low.example low.example 0 0", NULL },
	{ "a failure above the organization", "top.broken", N, "", P,
	    "x.top.broken",
	    "pass reject none top.broken top.broken 0 1", NULL },
	{ "own record, nothing passed, TLD failed", "top.broken", N, "", N,
	    "", "fail reject reject top.broken top.broken 0 0", NULL },
	{ "policy unsure, nothing passed", "x.top.broken", N, "", N, "",
	    "temperror reject none top.broken top.broken 0 0", NULL },
	/* From */
	{ "no From domain", "", P, "example.com", P, "example.com",
	    "permerror - none   0 0", NULL },
	{ "a From domain that is none", "a..b", P, "example.com", P,
	    "example.com", "permerror - none   0 0", NULL },
	{ "the same domain twice is one", "example.com EXAMPLE.com", N, "",
	    P, "example.com",
	    "pass reject none example.com example.com 0 1", NULL },
	{ "11.5 the strictest failing", "quar.example example.com", N, "",
	    N, "", "fail reject reject example.com example.com 0 0", NULL },
	{ "11.5 one passes, one fails", "example.com quar.example", P,
	    "example.com", N, "",
	    "fail quarantine quarantine quar.example quar.example 0 0",
	    NULL },
	{ "11.5 all pass is no pass", "example.com signing.example.com", N,
	    "", P, "example.com",
	    "permerror reject none example.com example.com 0 1",
	    "permerror reject example.com" },
	{ "11.5 pass beside no record is no pass", "example.com x.test", N,
	    "", P, "example.com", "permerror - none  x.test 0 0", NULL },
	{ "11.5 pass beside nonsense is no pass", "example.com a..b", N, "",
	    P, "example.com",
	    "permerror reject none example.com example.com 0 1", NULL },
	{ "11.5 no record for any", "x.test y.test", N, "", N, "",
	    "none - none  x.test 0 0", NULL },
	{ "11.5 a failing one past the limit",
	    "1.t 2.t 3.t 4.t 5.t 6.t 7.t 8.t example.com", N, "", N, "",
	    "permerror - none  1.t 0 0", NULL },
	/* RFC 7489 section 3.2 */
	{ "7489 co.uk", "a.example.co.uk", N, "", P, "b.example.co.uk",
	    "pass none none example.co.uk example.co.uk 0 1",
	    "pass none example.co.uk" },
	{ "7489 knows no psd=n", "x.deep.sub.example.co.uk", P,
	    "example.co.uk", N, "", "fail none none deep.sub.example.co.uk "
	    "deep.sub.example.co.uk 0 0", "pass none example.co.uk" },
	{ "7489 of several From domains one passes by the list alone",
	    "x.deep.sub.example.co.uk x.test", P, "example.co.uk", N, "",
	    "fail none none deep.sub.example.co.uk "
	    "deep.sub.example.co.uk 0 0", "permerror none example.co.uk" },
	{ "7489 looks only at two places", "x.b.example.net", N, "", N, "",
	    "fail reject reject b.example.net b.example.net 0 0",
	    "none - example.net" },
	{ "7489 org of a public suffix", "co.uk", N, "", N, "",
	    "none - none  co.uk 0 0", "none - co.uk" },
};

static void
every_row_gives_its_verdict(void **state)
{
	struct log_dns *dns = log_dns_new(published);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);
		struct findings fs = { 0 };
		struct buf got = BUF(4096), psl = BUF(4096);

		run(&rows[i], ctx, &got, &psl, &fs);
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("row %s: %.*s", rows[i].name, (int)got.n,
			    got.p);
		if (rows[i].psl &&
		    !span_eq(buf_get0(&psl), span_str(rows[i].psl)))
			fail_msg("row %s, psl: %.*s", rows[i].name,
			    (int)psl.n, psl.p);
		findings_free(&fs);
		buf_free(&got);
		buf_free(&psl);
		dmarc_ctx_free(ctx);
	}
	dns_free(&dns->dns);
}

static const struct row *
row_named(const char *name)
{
	for (size_t i = 0; i < ROWS(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

static void
findings_follow_the_verdict(void **state)
{
	static const struct {
		const char *row, *verdict;
		enum finding_code has;
		bool differs;
	} want[] = {
		{ "B.3.1 both aligned", "pass", FINDING_CODES, false },
		{ "strict, subdomain", "fail", F_DMARC_FAIL, false },
		{ "no record", "warn", F_DMARC_NO_POLICY, false },
		{ "invalid p, no rua", "warn", F_DMARC_NO_POLICY, false },
		{ "the record could not be had", "unknown",
		    F_DMARC_TEMPERROR, false },
		{ "no From domain", "fail", F_FROM_MISSING, false },
		{ "no From domain", "fail", F_DMARC_PERMERROR, false },
		{ "11.5 all pass is no pass", "fail", F_FROM_SEVERAL,
		    false },
		{ "11.5 no record for any", "fail", F_FROM_SEVERAL, false },
		{ "7489 co.uk", "pass", FINDING_CODES, false },
		{ "7489 knows no psd=n", "fail", F_DMARC_PSL_DIFFERS, true },
		{ "7489 looks only at two places", "fail",
		    F_DMARC_PSL_DIFFERS, true },
		{ "np for what does not exist", "fail",
		    F_DMARC_PSL_DIFFERS, true },
		{ "sp for what exists", "fail", F_DMARC_FAIL, false },
	};
	struct log_dns *dns = log_dns_new(published);

	(void)state;
	for (size_t i = 0; i < ROWS(want); i++) {
		struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);
		struct findings fs = { 0 };
		struct buf got = BUF(4096);

		run(row_named(want[i].row), ctx, &got, &got, &fs);
		if (strcmp(findings_verdict(&fs), want[i].verdict) != 0 ||
		    (want[i].has != FINDING_CODES &&
		    !finding_has(&fs, want[i].has)) ||
		    finding_has(&fs, F_DMARC_PSL_DIFFERS) !=
		    want[i].differs)
			fail_msg("row %s: %s", want[i].row,
			    findings_verdict(&fs));
		findings_free(&fs);
		buf_free(&got);
		dmarc_ctx_free(ctx);
	}
	dns_free(&dns->dns);
}

static void
existence_is_asked_only_where_np_matters(void **state)
{
	struct log_dns *dns = log_dns_new(published);
	struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);
	struct findings fs = { 0 };
	struct buf got = BUF(4096);
	struct span log = { NULL, 0 };

	(void)state;
	run(row_named("B.3.1 both aligned"), ctx, &got, &got, &fs);
	log = buf_get0(&dns->log);
	assert_true(span_eq(log, SPAN("TXT _dmarc.example.com\n"
	    "TXT _dmarc.com\nTXT _dmarc.signing.example.com\n")));
	findings_free(&fs);
	buf_free(&got);
	dmarc_ctx_free(ctx);
	dns_free(&dns->dns);
}

static void
the_first_aligned_signature_is_named(void **state)
{
	struct log_dns *dns = log_dns_new(published);
	struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);
	const struct dmarc_auth dkim[] = {
		auth(P, "esp.test"), auth(N, "example.com"),
		auth(U, "example.com"), auth(P, "signing.example.com"),
		auth(P, "example.com"),
	};
	struct span from = SPAN("example.com");
	struct dmarc_input in = {
		&from, 1, { DMARC_AUTH_NO, { NULL, 0 } }, dkim, ROWS(dkim)
	};
	struct findings fs = { 0 };
	struct dmarc_verdict v;

	(void)state;
	dmarc_eval(ctx, &in, &v, &fs);
	assert_int_equal(v.result, DMARC_R_PASS);
	assert_int_equal(v.dkim_which, 3);
	assert_int_equal(fs.n, 0);
	findings_free(&fs);
	dmarc_ctx_free(ctx);
	dns_free(&dns->dns);
}

static const struct {
	const char *name, *from;
	int spf;
	const char *spf_domain;
	int dkim;
	const char *dkim_domain;
	enum dmarc_why spf_why, dkim_why;
	const char *picture;
} reasons[] = {
	{ "aligned", "example.com", P, "example.com", P,
	    "signing.example.com", DMARC_WHY_ALIGNED, DMARC_WHY_ALIGNED, "" },
	{ "forwarded", "example.com", P, "m.lists.test", N, "example.com",
	    DMARC_WHY_APART, DMARC_WHY_FAILED, "forwarded by m.lists.test; "
	    "the author's own signature no longer verifies" },
	{ "a service", "example.com", N, "example.com", P, "esp.test",
	    DMARC_WHY_FAILED, DMARC_WHY_APART, "sent through esp.test, which "
	    "signs and sends as itself, not as example.com" },
	{ "forged", "example.com", N, "evil.test", N, "evil.test",
	    DMARC_WHY_NEITHER, DMARC_WHY_NEITHER, "" },
	{ "strict", "strict.example", P, "m.strict.example", N,
	    "m.strict.example", DMARC_WHY_STRICT, DMARC_WHY_STRICT, "" },
	{ "unsure", "low.example", U, "low.example", P, "x.low.example",
	    DMARC_WHY_UNSURE, DMARC_WHY_UNSURE, "" },
};

static void
reasons_say_what_did_not_count(void **state)
{
	struct log_dns *dns = log_dns_new(published);

	(void)state;
	for (size_t i = 0; i < ROWS(reasons); i++) {
		struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);
		struct dmarc_auth dkim = auth(reasons[i].dkim,
		    reasons[i].dkim_domain);
		struct span from = span_str(reasons[i].from);
		struct dmarc_input in = { &from, 1, auth(reasons[i].spf,
		    reasons[i].spf_domain), &dkim, 1 };
		struct dmarc_reason r[4];
		struct findings fs = { 0 };
		struct buf text = BUF(4096);
		struct dmarc_verdict v;
		size_t n = 0;

		dmarc_eval(ctx, &in, &v, &fs);
		n = dmarc_explain(ctx, &in, &v, r, ROWS(r));
		dmarc_picture(r, n, &v, &text);
		if (n != 2 || !r[0].is_spf || r[1].is_spf ||
		    r[0].why != reasons[i].spf_why ||
		    r[1].why != reasons[i].dkim_why ||
		    !span_eq(buf_get0(&text), span_str(reasons[i].picture)))
			fail_msg("row %s: %d %d %.*s", reasons[i].name,
			    r[0].why, r[1].why, (int)text.n, text.p);
		findings_free(&fs);
		buf_free(&text);
		dmarc_ctx_free(ctx);
	}
	dns_free(&dns->dns);
}

static void
a_reason_is_one_clause(void **state)
{
	struct log_dns *dns = log_dns_new(published);
	struct dmarc_ctx *ctx = dmarc_ctx_new(&dns->dns, 1);
	struct dmarc_auth dkim[] = { auth(N, ""), auth(P, "esp.test") };
	struct span from = SPAN("example.com");
	struct dmarc_input in = { &from, 1, auth(N, ""), dkim, 2 };
	struct dmarc_reason r[4];
	struct findings fs = { 0 };
	struct buf text = BUF(4096);
	struct dmarc_verdict v;

	(void)state;
	dmarc_eval(ctx, &in, &v, &fs);
	assert_int_equal(dmarc_explain(ctx, &in, &v, r, 0), 0);
	assert_int_equal(dmarc_explain(ctx, &in, &v, r, ROWS(r)), 1);
	dmarc_reason_text(&r[0], &v, &text);
	assert_true(span_eq(buf_get0(&text), SPAN("signature 2 of esp.test "
	    "passed, but is not of the organization of example.com")));
	findings_free(&fs);
	buf_free(&text);
	dmarc_ctx_free(ctx);
	dns_free(&dns->dns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_gives_its_verdict),
		cmocka_unit_test(findings_follow_the_verdict),
		cmocka_unit_test(existence_is_asked_only_where_np_matters),
		cmocka_unit_test(the_first_aligned_signature_is_named),
		cmocka_unit_test(reasons_say_what_did_not_count),
		cmocka_unit_test(a_reason_is_one_clause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
