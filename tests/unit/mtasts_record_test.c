/* The _mta-sts and _smtp._tls records: RFC 8461 3.1, RFC 8460 3. */
#include "unit.h"

#include <string.h>

#include "../support/fake_dns.h"
#include "mtasts/record.h"
#include "mtasts/tlsrpt.h"

/* The codes of a list, in their order, separated by blanks. */
static void
codes(struct buf *out, const struct findings *fs)
{
	for (size_t i = 0; i < fs->n; i++)
		buf_printf(out, "%s%s", i ? " " : "",
		    finding_info(fs->v[i].code)->code);
}

static void
has_codes(const char *row, const struct findings *fs, const char *want)
{
	struct buf got = BUF(4096);

	codes(&got, fs);
	if (!span_eq(buf_get0(&got), span_str(want)))
		fail_msg("row \"%s\": %.*s, want %s", row, (int)got.n,
		    (const char *)got.p, want);
	buf_free(&got);
}

static void
the_record_has_its_grammar(void **state)
{
	static const struct {
		const char *txt, *id;	/* id NULL: malformed */
		const char *codes;
	} rows[] = {
		{ "v=STSv1; id=20160831085700Z;", "20160831085700Z", "" },
		{ "v=STSv1;id=1", "1", "" },
		{ "v=STSv1\t; \tid=1\t;\t ", "1", "" },
		{ "v=STSv1; id=aZ09; foo=bar", "aZ09", "" },
		{ "v=STSv1; foo=bar; id=aZ09", "aZ09", "" },
		{ "v=STSv1; 0_-.x=\"<>{}~!:\"; id=1;", "1", "" },
		{ "v=STSv1; id=12345678901234567890123456789012;",
		    "12345678901234567890123456789012", "" },
		{ "v=STSv1; id=123456789012345678901234567890123;", NULL,
		    "mtasts.invalid" },
		{ "v=STSv1; id=1; id=2", "1", "mtasts.duplicate" },
		{ "v=STSv1", NULL, "mtasts.invalid" },
		{ "v=STSv1;", NULL, "mtasts.invalid" },
		{ "v=STSv1; foo=bar", NULL, "mtasts.invalid" },
		{ "v=STSv1; id=", NULL, "mtasts.invalid" },
		{ "v=STSv1; id=1;;", NULL, "mtasts.invalid" },
		{ "v=STSv1;; id=1", NULL, "mtasts.invalid" },
		{ "v=STSv1; id=1 ", NULL, "mtasts.invalid" },
		{ "v=STSv1; id= 1", NULL, "mtasts.invalid" },
		{ "v=STSv1; id =1", NULL, "mtasts.invalid" },
		{ "v=STSv1; ID=1", NULL, "mtasts.invalid" },
		{ "v=STSv1; id=2026-11-27", NULL, "mtasts.invalid" },
		{ "v=STSv1; id=1; a=b=c", NULL, "mtasts.invalid" },
		{ "v=STSv1; id=1; a=b c", NULL, "mtasts.invalid" },
		{ "v=STSv1; id=1; _a=b", NULL, "mtasts.invalid" },
		{ "v=STSv1; id=1; a2345678901234567890123456789012=b", "1",
		    "" },
		{ "v=STSv1; id=1; a23456789012345678901234567890123=b", NULL,
		    "mtasts.invalid" },
		{ "v=STSv1; id=1; a=\xc3\xa4", NULL, "mtasts.invalid" },
		{ "V=STSv1; id=1", NULL, "mtasts.invalid" },
		{ "v=stsv1; id=1", NULL, "mtasts.invalid" },
		{ "v=STSv1 id=1", NULL, "mtasts.invalid" },
		{ "v=STSv1, id=1", NULL, "mtasts.invalid" },
		{ "", NULL, "mtasts.invalid" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct findings fs = { 0 };
		struct sts_record r = { { NULL, 0 } };
		bool ok = sts_record_parse(span_str(rows[i].txt), "x", &r,
		    &fs);

		if (ok != (rows[i].id != NULL) ||
		    (ok && !span_eq(r.id, span_str(rows[i].id))))
			fail_msg("row \"%s\"", rows[i].txt);
		has_codes(rows[i].txt, &fs, rows[i].codes);
		findings_free(&fs);
	}
}

static const struct fake_rr zone[] = {
	{ "_mta-sts.good.test", "TXT", "v=STSv1; id=1;" },
	{ "_mta-sts.split.test", "TXT", "v=ST|Sv1; i|d=1;" },
	{ "_mta-sts.among.test", "TXT", "v=spf1 -all" },
	{ "_mta-sts.among.test", "TXT", "v=STSv1; id=1;" },
	{ "_mta-sts.two.test", "TXT", "v=STSv1; id=1;" },
	{ "_mta-sts.two.test", "TXT", "v=STSv1; id=2;" },
	{ "_mta-sts.blank.test", "TXT", "v=STSv1 ; id=1;" },
	{ "_mta-sts.meant.test", "TXT", "v=stsv1; id=1" },
	{ "_mta-sts.bad.test", "TXT", "v=STSv1; id=?" },
	{ "_mta-sts.wild.test", "TXT", "v=spf1 -all" },
	{ "apex.test", "TXT", "v=STSv1; id=1" },
	{ "_mta-sts.alias.test", "CNAME", "_mta-sts.good.test" },
	{ "_mta-sts.fail.test", "SERVFAIL", "" },
	{ "_mta-sts.late.test", "TIMEOUT", "" },
	{ "_mta-sts.bogus.test", "BOGUS", "" },
	{ "_smtp._tls.good.test", "TXT", "v=TLSRPTv1; rua=mailto:a@b.c" },
	{ "_smtp._tls.two.test", "TXT", "v=TLSRPTv1; rua=mailto:a@b.c" },
	{ "_smtp._tls.two.test", "TXT", "v=TLSRPTv1; rua=mailto:d@e.f" },
	{ "_smtp._tls.fail.test", "SERVFAIL", "" },
	{ "_smtp._tls.bogus.test", "BOGUS", "" },
};

static void
records_are_filtered_and_counted(void **state)
{
	static const struct {
		const char *domain;
		enum sts_discovery how;
		const char *codes;
	} rows[] = {
		{ "good.test", STS_FOUND, "" },
		{ "split.test", STS_FOUND, "" },
		{ "alias.test", STS_FOUND, "" },
		{ "among.test", STS_FOUND, "" },
		{ "two.test", STS_BAD, "mtasts.several" },
		{ "blank.test", STS_FOUND, "mtasts.ambiguous" },
		{ "meant.test", STS_BAD, "mtasts.invalid" },
		{ "bad.test", STS_BAD, "mtasts.invalid" },
		{ "wild.test", STS_ABSENT, "mtasts.none mtasts.wildcard" },
		{ "apex.test", STS_ABSENT, "mtasts.none mtasts.misplaced" },
		{ "nothing.test", STS_ABSENT, "mtasts.none" },
		{ "fail.test", STS_DNS_FAILED, "mtasts.dns" },
		{ "late.test", STS_DNS_FAILED, "mtasts.dns" },
		{ "bogus.test", STS_DNS_FAILED, "dnssec.bogus" },
	};
	struct dns *dns = fake_dns_open(zone, ROWS(zone));

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct findings fs = { 0 };
		struct sts_discovered d;

		sts_discover(dns, span_str(rows[i].domain), &d, &fs);
		if (d.how != rows[i].how)
			fail_msg("%s: %d", rows[i].domain, d.how);
		if (d.how == STS_FOUND)
			assert_true(span_eq(d.record.id, SPAN("1")));
		has_codes(rows[i].domain, &fs, rows[i].codes);
		sts_discovered_free(&d);
		findings_free(&fs);
	}
	dns_free(dns);
}

static void
tlsrpt_has_its_grammar(void **state)
{
	static const struct {
		const char *txt;
		size_t n;		/* usable URIs */
		const char *codes;
	} rows[] = {
		{ "v=TLSRPTv1;rua=mailto:reports@example.com", 1, "" },
		{ "v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt",
		    1, "" },
		{ "v=TLSRPTv1; rua=mailto:a@b.c , https://d.e/f?x=1;", 2,
		    "" },
		{ "v=TLSRPTv1; rua=mailto:a@b.c,mailto:d@e.f,mailto:g@h.i",
		    3, "" },
		{ "v=TLSRPTv1; x=y; rua=mailto:a@b.c; z=1", 1, "" },
		{ "v=TLSRPTv1; rua=mailto:a@b.c?subject=x%2Cy", 1, "" },
		{ "v=TLSRPTv1; rua=a@b.c", 0, "tlsrpt.uri tlsrpt.invalid" },
		{ "v=TLSRPTv1; rua=a@b.c,mailto:a@b.c", 1, "tlsrpt.uri" },
		{ "v=TLSRPTv1; rua=mailto:a@b.c!10m", 0,
		    "tlsrpt.uri tlsrpt.invalid" },
		{ "v=TLSRPTv1; rua=http://d.e/f", 0,
		    "tlsrpt.uri tlsrpt.invalid" },
		{ "v=TLSRPTv1; rua=mailto:@b.c", 0,
		    "tlsrpt.uri tlsrpt.invalid" },
		{ "v=TLSRPTv1; rua=https:///f", 0,
		    "tlsrpt.uri tlsrpt.invalid" },
		{ "v=TLSRPTv1; rua=mailto:a%2@b.c", 0,
		    "tlsrpt.uri tlsrpt.invalid" },
		{ "v=TLSRPTv1; rua=mailto:a@b.c; rua=mailto:d@e.f", 1,
		    "tlsrpt.duplicate" },
		{ "v=TLSRPTv1", 0, "tlsrpt.invalid" },
		{ "v=TLSRPTv1; rua=", 0, "tlsrpt.invalid" },
		{ "v=TLSRPTv1; ruf=mailto:a@b.c", 0, "tlsrpt.invalid" },
		{ "v=tlsrptv1; rua=mailto:a@b.c", 0, "tlsrpt.invalid" },
		{ "v=TLSRPTv1; rua=mailto:a@b.c; x=y=z", 0,
		    "tlsrpt.invalid" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct findings fs = { 0 };
		struct tlsrpt_record r = { .n = 0 };
		bool ok = tlsrpt_parse(span_str(rows[i].txt), "x", &r, &fs);

		if (ok != (rows[i].n > 0) || r.n != rows[i].n)
			fail_msg("row \"%s\": %zu", rows[i].txt, r.n);
		has_codes(rows[i].txt, &fs, rows[i].codes);
		findings_free(&fs);
	}
}

static void
tlsrpt_is_found(void **state)
{
	static const struct {
		const char *domain, *codes;
	} rows[] = {
		{ "good.test", "" },
		{ "two.test", "tlsrpt.several" },
		{ "nothing.test", "tlsrpt.absent" },
		{ "fail.test", "tlsrpt.dns" },
		{ "bogus.test", "dnssec.bogus" },
	};
	struct dns *dns = fake_dns_open(zone, ROWS(zone));

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct findings fs = { 0 };
		struct tlsrpt_discovered d;

		tlsrpt_discover(dns, span_str(rows[i].domain), &d, &fs);
		assert_int_equal(d.usable, i == 0);
		has_codes(rows[i].domain, &fs, rows[i].codes);
		tlsrpt_discovered_free(&d);
		findings_free(&fs);
	}
	dns_free(dns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_record_has_its_grammar),
		cmocka_unit_test(records_are_filtered_and_counted),
		cmocka_unit_test(tlsrpt_has_its_grammar),
		cmocka_unit_test(tlsrpt_is_found),
	};

	return cmocka_run_group_tests_name("mtasts_record", tests, NULL,
	    NULL);
}
