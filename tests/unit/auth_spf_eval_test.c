/*
 * check_host(): every rule of RFC 7208 sections 2 to 7 that implementers are
 * known to get wrong, a row each, named after its rule.
 */
#include "unit.h"

#include "../support/fake_dns.h"
#include "auth/spf.h"
#include "base/ascii.h"

#define LONG63 "a23456789012345678901234567890123456789012345678901234567890123"
/* 253 octets */
#define CUT LONG63 "." LONG63 "." LONG63 "." \
	"a234567890123456789012345678901234567890123456789" ".cut.example"
#define TEN_OF(x) x x x x x x x x x x

static const struct fake_rr zone[] = {
	{ "pass.example", "TXT", "v=spf1 ip4:192.0.2.0/24 -all" },
	{ "pass.example", "TXT", "\x96 not of SPF" },
	{ LONG63 ".example", "TXT", "v=spf1 -all" },
	{ "mail.example", "TXT", "v=spf1 a -all" },
	{ "mail.example", "A", "192.0.2.1" },
	{ "xn--bcher-kva.example", "TXT", "v=spf1 exists:%{o}.%{d} -all" },
	{ "xn--bcher-kva.example.xn--bcher-kva.example", "A", "127.0.0.2" },
	{ "empty.example", "TXT", "v=spf1" },
	{ "glued.example", "TXT", "v=spf1 ip4:|192.0.2.1| -all" },
	{ "glued2.example", "TXT", "v=spf1|-all" },
	{ "two.example", "TXT", "v=spf1 +all" },
	{ "two.example", "TXT", "V=SPF1 -all" },
	{ "spf10.example", "TXT", "v=spf10 -all" },
	{ "spf10.example", "TXT", "v=spf1 +all" },
	{ "nodata.example", "A", "192.0.2.1" },
	{ "tmo.example", "TIMEOUT", "" },
	{ "servfail.example", "SERVFAIL", "" },
	{ "bogus.example", "BOGUS", "" },
	{ "nonascii.example", "TXT", "v=spf1 a:\xc3\xa9.example -all" },
	{ "late.example", "TXT", "v=spf1 +all oops" },
	{ "latered.example", "TXT", "v=spf1 +all redirect=" },

	{ "left.example", "TXT", "v=spf1 ?ip4:192.0.2.1 -ip4:192.0.2.1 +all" },
	{ "soft.example", "TXT", "v=spf1 ~all" },
	{ "neutral.example", "TXT", "v=spf1 ip4:198.51.100.1" },
	{ "afterall.example", "TXT", "v=spf1 -all ip4:192.0.2.1" },

	{ "inc.example", "TXT", "v=spf1 include:pass.example ?all" },
	{ "incopen.example", "TXT", "v=spf1 include:pass.example" },
	{ "incsoft.example", "TXT", "v=spf1 include:soft.example -all" },
	{ "incneutral.example", "TXT", "v=spf1 include:neutral.example -all" },
	{ "incneg.example", "TXT", "v=spf1 -include:pass.example +all" },
	{ "incnone.example", "TXT", "v=spf1 include:nodata.example +all" },
	{ "incnx.example", "TXT", "v=spf1 include:nx.example +all" },
	{ "incbad.example", "TXT", "v=spf1 include:late.example +all" },
	{ "inctmo.example", "TXT", "v=spf1 include:tmo.example +all" },
	{ "incdot.example", "TXT", "v=spf1 include:pass.example. -all" },
	{ "incd.example", "TXT", "v=spf1 include:d.example -all" },
	{ "d.example", "TXT", "v=spf1 exists:%{d}.seen.example" },
	{ "d.example.seen.example", "A", "127.0.0.2" },
	{ "back.example", "TXT", "v=spf1 include:neutral.example "
	    "exists:%{d}.seen.example -all" },
	{ "back.example.seen.example", "A", "127.0.0.2" },

	{ "a.example", "TXT", "v=spf1 a/24 -all" },
	{ "a.example", "A", "198.51.100.7" },
	{ "a.example", "A", "192.0.2.200" },
	{ "a.example", "AAAA", "2001:db8::7" },
	{ "a0.example", "TXT", "v=spf1 a//0 -all" },
	{ "a0.example", "AAAA", "2001:db8::7" },
	{ "dual.example", "TXT", "v=spf1 a/24//64 -all" },
	{ "dual.example", "A", "192.0.2.200" },
	{ "dual.example", "AAAA", "2001:db8::7" },
	{ "atmo.example", "TXT", "v=spf1 a:tmo.example +all" },
	{ "abogus.example", "TXT", "v=spf1 a:bogus.example +all" },
	{ "abroken.example", "TXT", "v=spf1 a:x..example ~all" },
	{ "cname.example", "TXT", "v=spf1 a:alias.example -all" },
	{ "alias.example", "CNAME", "mail.example" },
	{ "v6.example", "TXT", "v=spf1 ip6:2001:db8::/32 ip6:::ffff:0:0/96 ~all" },
	{ "v6zero.example", "TXT", "v=spf1 ip6:::/0 -all" },

	{ "mx.example", "TXT", "v=spf1 mx -all" },
	{ "mx.example", "MX", "10 nx.example" },
	{ "mx.example", "MX", "10 alsonx.example" },
	{ "mx.example", "MX", "10 third.nx.example" },
	{ "mx.example", "MX", "20 mail.example" },
	{ "nullmx.example", "TXT", "v=spf1 mx -all" },
	{ "nullmx.example", "MX", "0 ." },
	{ "mxtmo.example", "TXT", "v=spf1 mx -all" },
	{ "mxtmo.example", "MX", "10 tmo.example" },
	{ "mximplicit.example", "TXT", "v=spf1 mx -all" },
	{ "mximplicit.example", "A", "192.0.2.1" },
	{ "mx11.example", "TXT", "v=spf1 mx -all" },
#define MX { "mx11.example", "MX", "1 mail.example" },
	TEN_OF(MX) MX
	{ "mx10.example", "TXT", "v=spf1 mx -all" },
#define MX10 { "mx10.example", "MX", "1 mail.example" },
	TEN_OF(MX10)

	{ "1.2.0.192.in-addr.arpa", "PTR", "tmo.example" },
	{ "1.2.0.192.in-addr.arpa", "PTR", "forged.ptr.example" },
	{ "1.2.0.192.in-addr.arpa", "PTR", "Host.PTR.example" },
	{ "1.2.0.192.in-addr.arpa", "PTR", "mail.example" },
	{ "host.ptr.example", "A", "192.0.2.1" },
	{ "forged.ptr.example", "A", "192.0.2.99" },
	{ "ptr.example", "TXT", "v=spf1 ptr -all" },
	{ "noptr.example", "TXT", "v=spf1 ptr:tr.example -all" },
	{ "slowptr.example", "TXT", "v=spf1 a:nodata.example ptr -all" },
	{ "forgedptr.example", "TXT", "v=spf1 ptr:forged.ptr.example -all" },
	{ "66.2.0.192.in-addr.arpa", "SERVFAIL", "" },
#define PTR { "11.2.0.192.in-addr.arpa", "PTR", "nx.example" },
	TEN_OF(PTR)
	{ "11.2.0.192.in-addr.arpa", "PTR", "late.ptr.example" },
	{ "late.ptr.example", "A", "192.0.2.11" },
	{ "late.ptr.example", "A", "192.0.2.10" },
#define PTR9 { "10.2.0.192.in-addr.arpa", "PTR", "nx.example" },
	PTR9 PTR9 PTR9 PTR9 PTR9 PTR9 PTR9 PTR9 PTR9
	{ "10.2.0.192.in-addr.arpa", "PTR", "late.ptr.example" },

	{ "exists.example", "TXT", "v=spf1 exists:a.example -all" },
	{ "exists6.example", "TXT", "v=spf1 exists:a0.example -all" },
	{ "existstmo.example", "TXT", "v=spf1 exists:tmo.example +all" },

	{ "red.example", "TXT", "v=spf1 redirect=exp.example exp=no.example" },
	{ "redall.example", "TXT", "v=spf1 redirect=late.example ?all" },
	{ "redfirst.example", "TXT",
	    "v=spf1 redirect=pass.example -ip4:192.0.2.1" },
	{ "rednone.example", "TXT", "v=spf1 redirect=nodata.example" },
	{ "rednx.example", "TXT", "v=spf1 redirect=nx.example" },
	{ "redtmo.example", "TXT", "v=spf1 redirect=tmo.example" },
	{ "redimpl.example", "TXT", "v=spf1 redirect=mail.example" },
	{ "redloop.example", "TXT", "v=spf1 redirect=redloop.example" },
	{ "incloop.example", "TXT", "v=spf1 include:incloop.example" },
	{ "redinc.example", "TXT", "v=spf1 include:red.example "
	    "exists:%{d}.seen.example -all" },
	{ "redinc.example.seen.example", "A", "127.0.0.2" },

	{ "exp.example", "TXT", "v=spf1 -all exp=why.example" },
	{ "why.example", "TXT", "%{c} is not |of %{o}, asks %{r} at %{t}" },
	{ "no.example", "TXT", "never seen" },
	{ "exp2.example", "TXT", "v=spf1 -all exp=two.example" },
	{ "expnx.example", "TXT", "v=spf1 -all exp=nx.example" },
	{ "exptmo.example", "TXT", "v=spf1 -all exp=tmo.example" },
	{ "expbad.example", "TXT", "v=spf1 -all exp=badwhy.example" },
	{ "badwhy.example", "TXT", "The %{x}-files" },
	{ "exp8.example", "TXT", "v=spf1 -all exp=why8.example" },
	{ "why8.example", "TXT", "caf\xc3\xa9" },
	{ "expl.example", "TXT", "v=spf1 -all exp=whyl.example" },
	{ "whyl.example", "TXT", "%{l} %{L} %{s}" },
	{ "expinc.example", "TXT", "v=spf1 include:exp.example ~all" },
	{ "exppass.example", "TXT", "v=spf1 +all exp=why.example" },
	{ "expsoft.example", "TXT", "v=spf1 ~all exp=why.example" },
	{ "expp.example", "TXT", "v=spf1 -all exp=whyp.example" },
	{ "whyp.example", "TXT", "from %{p}" },
	{ "expvoid.example", "TXT",
	    "v=spf1 a:nx.example a:nx.nx.example exp=nx.example -all" },
	{ "ten.example", "TXT",
	    "v=spf1 " TEN_OF("a:no.example ") "ip4:192.0.2.1 -all" },
	{ "no.example", "A", "198.51.100.1" },
	{ "no.example", "MX", "0 no.example" },
	{ "ten1.example", "TXT",
	    "v=spf1 " TEN_OF("a:no.example ") "a ip4:192.0.2.1 -all" },
	{ "ten2.example", "TXT",
	    "v=spf1 " TEN_OF("a:no.example ") "ip4:192.0.2.1 mx -all" },
	{ "tenred.example", "TXT",
	    "v=spf1 " TEN_OF("a:no.example ") "redirect=pass.example" },
	{ "teninc.example", "TXT", "v=spf1 include:five.example "
	    "include:five.example ip4:192.0.2.1 -all" },
	{ "five.example", "TXT", "v=spf1 a:no.example mx:no.example "
	    "a:no.example mx:no.example a:no.example" },
	{ "free.example", "TXT", "v=spf1 " TEN_OF("ip4:198.51.100.1 ")
	    TEN_OF("ip6:2001:db8::1 ") "all" },
	{ "void2.example", "TXT", "v=spf1 a:nx.example mx:nx.example ~all" },
	{ "void3.example", "TXT",
	    "v=spf1 a:nx.example mx:nx.example exists:nx.example ~all" },
	{ "voidnodata.example", "TXT", "v=spf1 mx:mail.example "
	    "mx:mail.example mx:mail.example ~all" },
	{ "voidptr.example", "TXT", "v=spf1 ptr ptr ptr ~all" },

	{ "h.example", "TXT", "v=spf1 exists:%{H}.hh.example -all" },
	{ "[192.0.2.1].hh.example", "A", "127.0.0.2" },
	{ "%5B192.0.2.1%5D.hh.example", "A", "127.0.0.2" },
	{ "ir.example", "TXT", "v=spf1 exists:%{ir}.%{v}.l.example -all" },
	{ "1.2.0.192.in-addr.l.example", "A", "127.0.0.2" },
	{ "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
	    "ip6.l.example", "A", "127.0.0.2" },
	{ "lp.example", "TXT", "v=spf1 exists:%{l}.lp.example -all" },
	{ "\"a.b c\".lp.example", "A", "127.0.0.2" },
	{ "a@b.lp.example", "A", "127.0.0.2" },
	{ "postmaster.lp.example", "A", "127.0.0.2" },
	{ "cut.example", "TXT", "v=spf1 exists:%{l}." CUT " -all" },
	{ CUT, "A", "127.0.0.2" },
	{ "p.example", "TXT", "v=spf1 exists:%{p}.pp.example -all" },
	{ "host.ptr.example.pp.example", "A", "127.0.0.2" },
	{ "unknown.pp.example", "A", "127.0.0.2" },
	{ "pmail.example", "TXT", "v=spf1 redirect=mail.pp.example" },
	{ "mail.pp.example", "TXT", "v=spf1 exists:%{p}.pp.example -all" },
};

struct row {
	const char *rule;
	const char *ip, *mail_from, *helo;	/* helo: "mail.example" */
	enum spf_result want;
	const char *mechanism;		/* NULL: not looked at */
	const char *explanation;
};

struct fixture {
	struct env env;
	struct dns *dns;
};

static int64_t
noon(void *arg)
{
	(void)arg;
	return 1700000000;
}

static struct spf_ctx *
set_up(struct fixture *f, const struct spf_limits *limits)
{
	env_system(&f->env);
	f->env.now = noon;
	f->dns = f->env.dns = fake_dns_open(zone, ROWS(zone));
	return spf_new(&f->env, limits);
}

static void
tear_down(struct fixture *f, struct spf_ctx *ctx)
{
	spf_free(ctx);
	dns_free(f->dns);
}

static bool
says(struct span got, const char *want)
{
	return want == NULL || span_eq(got, span_str(want));
}

static void
check_rows(const struct row *rows, size_t n)
{
	struct spf_limits limits = spf_limits_default();
	struct spf_verdict v = { 0 };
	struct fixture f;
	struct spf_ctx *ctx = NULL;

	limits.trace = true;
	ctx = set_up(&f, &limits);
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		struct spf_identity id = {
			.helo = span_str(r->helo ? r->helo : "mail.example"),
			.mail_from = span_str(r->mail_from),
			.receiver = SPAN("mx.example.net"),
		};

		assert_true(ip_parse(span_str(r->ip), &id.ip));
		spf_check(ctx, &id, &v);
		if (v.result != r->want || !says(v.mechanism, r->mechanism) ||
		    !says(v.explanation, r->explanation))
			fail_msg("%s: %s by \"%.*s\" (%.*s) \"%.*s\"", r->rule,
			    spf_result_name(v.result), (int)v.mechanism.n,
			    v.mechanism.p, (int)v.problem.n, v.problem.p,
			    (int)v.explanation.n, v.explanation.p);
		if ((v.problem.n > 0) != (v.clause != NULL))
			fail_msg("%s: problem without clause", r->rule);
	}
	spf_verdict_free(&v);
	tear_down(&f, ctx);
}

#define IP "192.0.2.1"
#define IP6 "2001:db8::1"

static void
initial_processing(void **state)
{
	static const struct row rows[] = {
		{ "4.3 a domain", IP, "u@pass.example", 0, SPF_PASS,
		    "ip4:192.0.2.0/24", "" },
		{ "4.3 label of 63", IP, "u@" LONG63 ".example", 0, SPF_FAIL,
		    "-all", "" },
		{ "4.3 label of 64 is none", IP, "u@" LONG63 "4.example", 0,
		    SPF_NONE, "", "" },
		{ "4.3 single label is none", IP, "u@localhost", 0, SPF_NONE,
		    0, 0 },
		{ "4.3 single label and dot", IP, "u@localhost.", 0, SPF_NONE,
		    0, 0 },
		{ "4.3 empty label is none", IP, "u@a...example", 0, SPF_NONE,
		    0, 0 },
		{ "4.3 final dot", IP, "u@pass.example.", 0, SPF_PASS, 0, 0 },
		{ "4.3 final dot is not in macros", IP, "u@expl.example.", 0,
		    SPF_FAIL, 0, "u u u@expl.example" },
		{ "4.3 two final dots", IP, "u@pass.example..", 0, SPF_NONE,
		    0, 0 },
		{ "4.3 domain literal is none", IP, "u@[192.0.2.1]", 0,
		    SPF_NONE, 0, 0 },
		{ "4.3 over 253 octets is none", IP, "u@" LONG63 "." LONG63
		    "." LONG63 "." LONG63 ".example", 0, SPF_NONE, 0, 0 },
		{ "4.3 empty local part is postmaster", IP, "@expl.example",
		    0, SPF_FAIL, 0,
		    "postmaster postmaster postmaster@expl.example" },
		{ "2.4 null sender is postmaster@HELO", IP, "",
		    "expl.example", SPF_FAIL, 0,
		    "postmaster postmaster postmaster@expl.example" },
		{ "2.4 null sender, HELO a literal", IP, "", "[192.0.2.1]",
		    SPF_NONE, 0, 0 },
		{ "2.4 null sender, HELO one label", IP, "", "PC", SPF_NONE,
		    0, 0 },
		{ "4.3 no @ at all", IP, "expl.example", 0, SPF_FAIL, 0,
		    "postmaster postmaster postmaster@expl.example" },
		{ "4.3 U-labels are made A-labels", IP,
		    "u@b\xc3\xbc" "cher.example", 0, SPF_PASS, 0, 0 },
		{ "4.3 what is no U-label is none", IP, "u@b\xfc.example", 0,
		    SPF_NONE, 0, 0 },
		{ "4.3 no such domain is none", IP, "u@nx.example", 0,
		    SPF_NONE, 0, 0 },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
record_lookup_and_selection(void **state)
{
	static const struct row rows[] = {
		{ "4.4 NODATA is none", IP, "u@nodata.example", 0, SPF_NONE,
		    0, 0 },
		{ "4.4 timeout is temperror", IP, "u@tmo.example", 0,
		    SPF_TEMPERROR, 0, 0 },
		{ "4.4 SERVFAIL is temperror", IP, "u@servfail.example", 0,
		    SPF_TEMPERROR, 0, 0 },
		{ "4.4 bogus is temperror", IP, "u@bogus.example", 0,
		    SPF_TEMPERROR, 0, 0 },
		{ "4.5 an empty record is neutral", IP, "u@empty.example", 0,
		    SPF_NEUTRAL, "", 0 },
		{ "3.3 strings join without blanks", IP, "u@glued.example", 0,
		    SPF_PASS, "ip4:192.0.2.1", 0 },
		{ "4.5 v=spf1-all is no version", IP, "u@glued2.example", 0,
		    SPF_NONE, 0, 0 },
		{ "4.5 two records are permerror", IP, "u@two.example", 0,
		    SPF_PERMERROR, 0, 0 },
		{ "4.5 v=spf10 is not counted", IP, "u@spf10.example", 0,
		    SPF_PASS, "+all", 0 },
		{ "3.1 non-ASCII in the record", IP, "u@nonascii.example", 0,
		    SPF_PERMERROR, 0, 0 },
		{ "3.1 non-ASCII in other TXT", IP, "u@pass.example", 0,
		    SPF_PASS, 0, 0 },
		{ "4.6 the whole record is checked first", IP,
		    "u@late.example", 0, SPF_PERMERROR, "", 0 },
		{ "4.6 modifiers as well", IP, "u@latered.example", 0,
		    SPF_PERMERROR, "", 0 },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
evaluation_goes_left_to_right(void **state)
{
	static const struct row rows[] = {
		{ "4.6.2 the first match decides", IP, "u@left.example", 0,
		    SPF_NEUTRAL, "?ip4:192.0.2.1", 0 },
		{ "4.7 the default is neutral", IP, "u@neutral.example", 0,
		    SPF_NEUTRAL, "", 0 },
		{ "5.1 terms behind all do not count", IP,
		    "u@afterall.example", 0, SPF_FAIL, "-all", 0 },
		{ "2.6.5 softfail", IP, "u@soft.example", 0, SPF_SOFTFAIL,
		    "~all", 0 },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
include_has_a_table(void **state)
{
	static const struct row rows[] = {
		{ "5.2 pass matches", IP, "u@inc.example", 0, SPF_PASS,
		    "include:pass.example > ip4:192.0.2.0/24", 0 },
		{ "5.2 fail does not match", "198.51.100.1",
		    "u@inc.example", 0, SPF_NEUTRAL, "?all", "" },
		{ "5.2 what failed inside decides nothing", "198.51.100.1",
		    "u@incopen.example", 0, SPF_NEUTRAL, "", "" },
		{ "5.2 softfail does not match", IP, "u@incsoft.example", 0,
		    SPF_FAIL, "-all", 0 },
		{ "5.2 neutral does not match", IP, "u@incneutral.example", 0,
		    SPF_FAIL, "-all", 0 },
		{ "5.2 the qualifier is the outer one", IP,
		    "u@incneg.example", 0, SPF_FAIL,
		    "-include:pass.example > ip4:192.0.2.0/24", 0 },
		{ "5.2 none is permerror (NODATA)", IP, "u@incnone.example",
		    0, SPF_PERMERROR, "", 0 },
		{ "5.2 none is permerror (NXDOMAIN)", IP, "u@incnx.example",
		    0, SPF_PERMERROR, 0, 0 },
		{ "5.2 permerror is permerror", IP, "u@incbad.example", 0,
		    SPF_PERMERROR, 0, 0 },
		{ "5.2 temperror is temperror", IP, "u@inctmo.example", 0,
		    SPF_TEMPERROR, 0, 0 },
		{ "5.2 final dot", IP, "u@incdot.example", 0, SPF_PASS, 0,
		    0 },
		{ "5.2 %{d} is the included domain", IP, "u@incd.example", 0,
		    SPF_PASS, 0, 0 },
		{ "5.2 %{d} is the outer one again", IP, "u@back.example", 0,
		    SPF_PASS, "exists:%{d}.seen.example", 0 },
		{ "6.2 an included exp does not count", IP,
		    "u@expinc.example", 0, SPF_SOFTFAIL, 0, "" },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
addresses_match_by_family(void **state)
{
	static const struct row rows[] = {
		{ "5.3 any of the addresses", IP, "u@a.example", 0, SPF_PASS,
		    "a/24", 0 },
		{ "5.3 cidr4 is not for IPv6", IP6, "u@a.example", 0,
		    SPF_FAIL, 0, 0 },
		{ "5.3 default /128", "2001:db8::7", "u@a.example", 0,
		    SPF_PASS, 0, 0 },
		{ "5.3 //0 matches any IPv6", IP6, "u@a0.example", 0,
		    SPF_PASS, 0, 0 },
		{ "5.3 //0 is not for IPv4", IP, "u@a0.example", 0, SPF_FAIL,
		    0, 0 },
		{ "5 mapped IPv6 is IPv4", "::ffff:192.0.2.1",
		    "u@a0.example", 0, SPF_FAIL, 0, 0 },
		{ "5 mapped IPv6 is IPv4", "::ffff:192.0.2.1",
		    "u@pass.example", 0, SPF_PASS, 0, 0 },
		{ "5.3 dual", IP, "u@dual.example", 0, SPF_PASS, 0, 0 },
		{ "5.3 dual", IP6, "u@dual.example", 0, SPF_PASS, 0, 0 },
		{ "5.3 dual", "2001:db8:0:1::1", "u@dual.example", 0,
		    SPF_FAIL, 0, 0 },
		{ "5 timeout is temperror", IP, "u@atmo.example", 0,
		    SPF_TEMPERROR, 0, 0 },
		{ "5 bogus is temperror", IP, "u@abogus.example", 0,
		    SPF_TEMPERROR, 0, 0 },
		{ "4.8 an impossible name does not exist", IP,
		    "u@abroken.example", 0, SPF_SOFTFAIL, 0, 0 },
		{ "5.3 CNAMEs are followed", IP, "u@cname.example", 0,
		    SPF_PASS, 0, 0 },
		{ "5.6 ip6", IP6, "u@v6.example", 0, SPF_PASS,
		    "ip6:2001:db8::/32", 0 },
		{ "5.6 a mapped network holds nobody", IP, "u@v6.example", 0,
		    SPF_SOFTFAIL, 0, 0 },
		{ "5.6 ::/0 is not for IPv4", IP, "u@v6zero.example", 0,
		    SPF_FAIL, 0, 0 },
		{ "5.7 exists", IP, "u@exists.example", 0, SPF_PASS, 0, 0 },
		{ "5.7 exists asks A for IPv6 too", IP6, "u@exists.example",
		    0, SPF_PASS, 0, 0 },
		{ "5.7 AAAA alone does not exist", IP6, "u@exists6.example",
		    0, SPF_FAIL, 0, 0 },
		{ "5.7 timeout is temperror", IP, "u@existstmo.example", 0,
		    SPF_TEMPERROR, 0, 0 },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
mx_and_ptr(void **state)
{
	static const struct row rows[] = {
		{ "5.4 exchanges without address are no void terms", IP,
		    "u@mx.example", 0, SPF_PASS, "mx", 0 },
		{ "5.4 null MX", IP, "u@nullmx.example", 0, SPF_FAIL, 0, 0 },
		{ "5.4 no implicit MX", IP, "u@mximplicit.example", 0,
		    SPF_FAIL, 0, 0 },
		{ "5.4 timeout of an exchange", IP, "u@mxtmo.example", 0,
		    SPF_TEMPERROR, 0, 0 },
		{ "4.6.4 10 MX", IP, "u@mx10.example", 0, SPF_PASS, 0, 0 },
		{ "4.6.4 11 MX are permerror", IP, "u@mx11.example", 0,
		    SPF_PERMERROR, 0, 0 },
		{ "5.5 validated, case folded", IP, "u@ptr.example", 0,
		    SPF_PASS, "ptr", 0 },
		{ "5.5 whole labels only", IP, "u@noptr.example", 0, SPF_FAIL,
		    0, 0 },
		{ "5.5 not validated", IP, "u@forgedptr.example", 0, SPF_FAIL,
		    0, 0 },
		{ "5.5 DNS errors are no match", "192.0.2.66",
		    "u@ptr.example", 0, SPF_FAIL, "-all", 0 },
		{ "4.6.4 the 10th PTR counts", "192.0.2.10",
		    "u@ptr.example", 0, SPF_PASS, "ptr", 0 },
		{ "4.6.4 the 11th PTR is ignored", "192.0.2.11",
		    "u@ptr.example", 0, SPF_FAIL, "-all", 0 },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
redirect_comes_last(void **state)
{
	static const struct row rows[] = {
		{ "6.1 target's result and exp", IP, "u@red.example", 0,
		    SPF_FAIL, "redirect=exp.example > -all",
		    "192.0.2.1 is not of red.example, asks mx.example.net at "
		    "1700000000" },
		{ "6.1 all anywhere ends it", IP, "u@redall.example", 0,
		    SPF_NEUTRAL, "?all", 0 },
		{ "6.1 after all mechanisms", IP, "u@redfirst.example", 0,
		    SPF_FAIL, "-ip4:192.0.2.1", 0 },
		{ "6.1 after all mechanisms", "192.0.2.2",
		    "u@redfirst.example", 0, SPF_PASS,
		    "redirect=pass.example > ip4:192.0.2.0/24", 0 },
		{ "6.1 none is permerror", IP, "u@rednone.example", 0,
		    SPF_PERMERROR, 0, 0 },
		{ "6.1 no such target is permerror", IP, "u@rednx.example",
		    0, SPF_PERMERROR, 0, 0 },
		{ "6.1 temperror", IP, "u@redtmo.example", 0, SPF_TEMPERROR,
		    0, 0 },
		{ "6.1 %{d} and a are the target's", IP, "u@redimpl.example",
		    0, SPF_PASS, 0, 0 },
		{ "4.6.4 a loop ends", IP, "u@redloop.example", 0,
		    SPF_PERMERROR, 0, 0 },
		{ "4.6.4 a loop of include ends", IP, "u@incloop.example", 0,
		    SPF_PERMERROR, 0, 0 },
		{ "5.2 %{d} after an included redirect", IP,
		    "u@redinc.example", 0, SPF_PASS,
		    "exists:%{d}.seen.example", 0 },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
explanations_change_nothing(void **state)
{
	static const struct row rows[] = {
		{ "6.2 two TXT", IP, "u@exp2.example", 0, SPF_FAIL, 0, "" },
		{ "6.2 no TXT", IP, "u@expnx.example", 0, SPF_FAIL, 0, "" },
		{ "6.2 DNS error", IP, "u@exptmo.example", 0, SPF_FAIL, 0,
		    "" },
		{ "6.2 syntax error", IP, "u@expbad.example", 0, SPF_FAIL, 0,
		    "" },
		{ "6.2 non-ASCII", IP, "u@exp8.example", 0, SPF_FAIL, 0, "" },
		{ "6.2 non-ASCII through a macro", IP,
		    "caf\xc3\xa9@expl.example", 0, SPF_FAIL, 0, "" },
		{ "6.2 octets of the local part", IP,
		    "\"a b\"@expl.example", 0, SPF_FAIL, 0,
		    "\"a b\" %22a%20b%22 \"a b\"@expl.example" },
		{ "6.2 only for fail (pass)", IP, "u@exppass.example", 0,
		    SPF_PASS, 0, "" },
		{ "6.2 only for fail (softfail)", IP, "u@expsoft.example", 0,
		    SPF_SOFTFAIL, 0, "" },
		{ "6.2 its lookup is no void", IP, "u@expvoid.example", 0,
		    SPF_FAIL, 0, "" },
		{ "7.3 %{p} validated", "192.0.2.1", "u@expp.example", 0,
		    SPF_FAIL, 0, "from host.ptr.example" },
		{ "7.3 %{p} unknown", "192.0.2.66", "u@expp.example", 0,
		    SPF_FAIL, 0, "from unknown" },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
limits_hold_over_the_whole_check(void **state)
{
	static const struct row rows[] = {
		{ "4.6.4 ten terms", IP, "u@ten.example", 0, SPF_PASS, 0, 0 },
		{ "4.6.4 eleven", IP, "u@ten1.example", 0, SPF_PERMERROR, 0,
		    0 },
		{ "4.6.4 the 11th is not reached", IP, "u@ten2.example", 0,
		    SPF_PASS, 0, 0 },
		{ "4.6.4 redirect counts", IP, "u@tenred.example", 0,
		    SPF_PERMERROR, 0, 0 },
		{ "4.6.4 includes share the ten", IP, "u@teninc.example", 0,
		    SPF_PERMERROR, 0, 0 },
		{ "4.6.4 all, ip4, ip6 do not count", IP, "u@free.example",
		    0, SPF_PASS, "all", 0 },
		{ "4.6.4 two void terms", IP, "u@void2.example", 0,
		    SPF_SOFTFAIL, 0, 0 },
		{ "4.6.4 three are permerror", IP, "u@void3.example", 0,
		    SPF_PERMERROR, 0, 0 },
		{ "4.6.4 NODATA is void", IP, "u@voidnodata.example", 0,
		    SPF_PERMERROR, 0, 0 },
		{ "5.5 PTR is asked once", "192.0.2.77",
		    "u@voidptr.example", 0, SPF_SOFTFAIL, 0, 0 },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

static void
macros_name_the_question(void **state)
{
	static const struct row rows[] = {
		{ "7.3 %{H} is the raw HELO, escaped", IP, "u@h.example",
		    "[192.0.2.1]", SPF_PASS, 0, 0 },
		{ "7.1 syntax is not that of the result", IP, "u@h.example",
		    "JUMPIN' JUPITER", SPF_FAIL, 0, 0 },
		{ "7.4 %{ir}.%{v} of IPv4", IP, "u@ir.example", 0, SPF_PASS,
		    0, 0 },
		{ "7.4 %{ir}.%{v} of IPv6", IP6, "u@ir.example", 0, SPF_PASS,
		    0, 0 },
		{ "7.4 of a mapped address", "::ffff:192.0.2.1",
		    "u@ir.example", 0, SPF_PASS, 0, 0 },
		{ "7.3 quoted local part", IP, "\"a.b c\"@lp.example", 0,
		    SPF_PASS, 0, 0 },
		{ "7.3 the last @ parts", IP, "a@b@lp.example", 0, SPF_PASS,
		    0, 0 },
		{ "7.3 postmaster", IP, "@lp.example", 0, SPF_PASS, 0, 0 },
		{ "7.3 cut to 253 octets", IP, "x.y.z@cut.example", 0,
		    SPF_PASS, 0, 0 },
		{ "7.3 %{p}: any validated name", IP, "u@p.example", 0,
		    SPF_PASS, 0, 0 },
		{ "7.3 %{p}: unknown", "192.0.2.99", "u@p.example", 0,
		    SPF_PASS, 0, 0 },
	};

	(void)state;
	check_rows(rows, ROWS(rows));
}

/* Section 5: also when the caller did not undo the mapping. */
static void
mapped_clients_are_ipv4(void **state)
{
	struct spf_identity id = { .mail_from = SPAN("u@pass.example") };
	struct spf_verdict v = { 0 };
	struct fixture f;
	struct spf_ctx *ctx = set_up(&f, NULL);

	(void)state;
	assert_true(ip_parse6(SPAN("::ffff:192.0.2.1"), &id.ip));
	spf_check(ctx, &id, &v);
	assert_int_equal(v.result, SPF_PASS);
	spf_verdict_free(&v);
	tear_down(&f, ctx);
}

/* Section 2.3: HELO is an identity of its own. */
static void
helo_is_checked_apart(void **state)
{
	struct spf_identity id = {
		.helo = SPAN("mail.example"), .mail_from = SPAN("u@x.example"),
	};
	struct spf_verdict v = { 0 };
	struct fixture f;
	struct spf_ctx *ctx = set_up(&f, NULL);

	(void)state;
	assert_true(ip_parse(SPAN(IP), &id.ip));
	spf_check_helo(ctx, &id, &v);
	assert_int_equal(v.result, SPF_PASS);
	assert_int_equal(v.scope, SPF_SCOPE_HELO);
	assert_true(span_eq(v.domain, SPAN("mail.example")));
	assert_int_equal(v.lookups, 1);
	id.mail_from = SPAN("");
	spf_check(ctx, &id, &v);
	assert_int_equal(v.scope, SPF_SCOPE_HELO);
	id.mail_from = SPAN("u@pass.example");
	spf_check(ctx, &id, &v);
	assert_int_equal(v.scope, SPF_SCOPE_MFROM);
	assert_true(span_eq(v.domain, SPAN("pass.example")));
	spf_verdict_free(&v);
	tear_down(&f, ctx);
}

static int64_t ticks;

static int64_t
slow_clock(void)
{
	return ticks += 8;
}

/* Section 4.6.4: 20 seconds for all, and what is past them is temperror. */
static void
time_is_limited(void **state)
{
	struct spf_limits limits = spf_limits_default();
	struct spf_identity id = { .mail_from = SPAN("u@ten.example") };
	struct spf_verdict v = { 0 };
	struct fixture f;
	struct spf_ctx *ctx = NULL;

	(void)state;
	limits.clock = slow_clock;
	ctx = set_up(&f, &limits);
	assert_true(ip_parse(SPAN(IP), &id.ip));
	spf_check(ctx, &id, &v);
	assert_int_equal(v.result, SPF_TEMPERROR);
	assert_int_equal(fake_dns_asked(f.dns), 2);
	/* ptr has no match where the DNS fails (5.5), but not for our haste */
	id.mail_from = SPAN("u@slowptr.example");
	assert_true(ip_parse(SPAN("198.51.100.77"), &id.ip));
	spf_check(ctx, &id, &v);
	assert_int_equal(v.result, SPF_TEMPERROR);
	spf_verdict_free(&v);
	tear_down(&f, ctx);
}

/* Answers as another does, and writes down what time each question had. */
struct watch {
	struct dns dns, *inner;
	unsigned now, given[4];
	size_t n;
};

static struct dns_answer *
watch_query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct watch *w = (struct watch *)dns;

	assert_true(w->n < ROWS(w->given));
	w->given[w->n++] = w->now;
	return dns_query_name(w->inner, name, type);
}

static void
watch_timeout(struct dns *dns, unsigned seconds)
{
	((struct watch *)dns)->now = seconds;
}

/* The last question must not go on for as long as the resolver likes. */
static void
questions_have_what_is_left(void **state)
{
	static const struct dns_ops ops = {
		.query = watch_query, .set_timeout = watch_timeout
	};
	struct watch w = { .dns.ops = &ops };
	struct spf_limits limits = spf_limits_default();
	struct spf_identity id = { .mail_from = SPAN("u@ten.example") };
	struct spf_verdict v = { 0 };
	struct fixture f;
	struct spf_ctx *ctx = NULL;

	(void)state;
	limits.clock = slow_clock;
	ctx = set_up(&f, &limits);
	w.inner = f.dns;
	f.env.dns = &w.dns;
	assert_true(ip_parse(SPAN(IP), &id.ip));
	spf_check(ctx, &id, &v);
	assert_int_equal(w.n, 2);
	assert_int_equal(w.given[0], 10);
	assert_int_equal(w.given[1], 5);
	assert_int_equal(w.now, 0);
	spf_verdict_free(&v);
	tear_down(&f, ctx);
}

/* Only the client's family is asked for, and only what could matter. */
static void
no_needless_questions(void **state)
{
	static const struct {
		const char *ip, *mail_from;
		size_t want;
	} rows[] = {
		{ IP, "u@pass.example", 1 },
		{ IP, "u@dual.example", 2 },
		{ IP6, "u@dual.example", 2 },
		{ IP, "u@localhost", 0 },
		{ IP, "u@[192.0.2.1]", 0 },
		{ IP, "u@ptr.example", 4 },
		{ IP, "u@noptr.example", 2 },
		{ IP, "u@exppass.example", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct spf_identity id = { .mail_from =
		    span_str(rows[i].mail_from) };
		struct spf_verdict v = { 0 };
		struct fixture f;
		struct spf_ctx *ctx = set_up(&f, NULL);

		assert_true(ip_parse(span_str(rows[i].ip), &id.ip));
		spf_check(ctx, &id, &v);
		if (fake_dns_asked(f.dns) != rows[i].want)
			fail_msg("row %s: %zu", rows[i].mail_from,
			    fake_dns_asked(f.dns));
		spf_verdict_free(&v);
		tear_down(&f, ctx);
	}
}

static void
the_trace_tells_every_term(void **state)
{
	struct spf_limits limits = spf_limits_default();
	struct spf_identity id = { .mail_from = SPAN("u@void2.example") };
	struct spf_verdict v = { 0 };
	struct fixture f;
	struct spf_ctx *ctx = NULL;
	const struct spf_node *n = NULL;

	(void)state;
	limits.trace = true;
	ctx = set_up(&f, &limits);
	assert_true(ip_parse(SPAN(IP), &id.ip));
	spf_check(ctx, &id, &v);
	n = v.trace.v;
	assert_int_equal(v.trace.n, 7);
	assert_int_equal(n[0].kind, SPF_NODE_QUERY);
	assert_int_equal(n[0].type, DNS_TXT);
	assert_int_equal(n[1].kind, SPF_NODE_RECORD);
	assert_string_equal(n[1].domain, "void2.example");
	assert_string_equal(n[1].outcome, "softfail");
	assert_int_equal(n[1].lookups, 2);
	assert_int_equal(n[1].voids, 2);
	assert_string_equal(n[2].text, "a:nx.example");
	assert_string_equal(n[2].outcome, "no match");
	assert_int_equal(n[2].depth, 1);
	assert_int_equal(n[2].lookups, 1);
	assert_int_equal(n[3].kind, SPF_NODE_QUERY);
	assert_int_equal(n[3].depth, 2);
	assert_string_equal(n[3].outcome, "nxdomain");
	assert_string_equal(n[6].text, "~all");
	assert_string_equal(n[6].outcome, "match");
	spf_verdict_free(&v);
	tear_down(&f, ctx);
}

static void
findings_follow_the_result(void **state)
{
	static const struct {
		const char *mail_from;
		const char *verdict;
	} rows[] = {
		{ "u@pass.example", "pass" },
		{ "u@afterall.example", "fail" },
		{ "u@late.example", "fail" },
		{ "u@tmo.example", "unknown" },
		{ "u@soft.example", "warn" },
		{ "u@neutral.example", "warn" },
		{ "u@nx.example", "warn" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct spf_identity id = { .mail_from =
		    span_str(rows[i].mail_from) };
		struct findings list = { 0 };
		struct spf_verdict v = { 0 };
		struct fixture f;
		struct spf_ctx *ctx = set_up(&f, NULL);

		assert_true(ip_parse(SPAN(IP), &id.ip));
		spf_check(ctx, &id, &v);
		spf_findings(&v, &list);
		assert_string_equal(findings_verdict(&list), rows[i].verdict);
		findings_free(&list);
		spf_verdict_free(&v);
		tear_down(&f, ctx);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(initial_processing),
		cmocka_unit_test(record_lookup_and_selection),
		cmocka_unit_test(evaluation_goes_left_to_right),
		cmocka_unit_test(include_has_a_table),
		cmocka_unit_test(addresses_match_by_family),
		cmocka_unit_test(mx_and_ptr),
		cmocka_unit_test(redirect_comes_last),
		cmocka_unit_test(explanations_change_nothing),
		cmocka_unit_test(limits_hold_over_the_whole_check),
		cmocka_unit_test(macros_name_the_question),
		cmocka_unit_test(mapped_clients_are_ipv4),
		cmocka_unit_test(helo_is_checked_apart),
		cmocka_unit_test(time_is_limited),
		cmocka_unit_test(questions_have_what_is_left),
		cmocka_unit_test(no_needless_questions),
		cmocka_unit_test(the_trace_tells_every_term),
		cmocka_unit_test(findings_follow_the_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
