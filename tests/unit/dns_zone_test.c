/* Zone files answer as the DNS would, and say where they are broken. */
#include "unit.h"

#include <stdlib.h>

#include "dns/dns.h"
#include "dns/rr_text.h"

static const char zone_text[] =
    "; a comment\n"
    "$TTL 1h\n"
    "example.org IN MX 10 mail.example.org\n"
    "            IN MX ( 20 ; the second\n"
    "               Mail2.example.org. )\n"
    "            60 TXT \"v=spf1 -all\" \"\" ; tail\n"
    "            TXT \"semi;colon \\\"q\\\" \\000\\255 \\\\\"\n"
    "            TXT \"v=spf1 -all\" \"\"\n"
    "empty.example.org TXT \"\"\n"
    "spf.example.org SPF \"v=spf1 ?all\"\n"
    "high.example.org TXT \"\xc3\xa9\xff\"\n"
    "unquoted.example.org IN 5 TXT one two\n"
    "x.y.ent.example.org A 192.0.2.1\n"
    "*.wild.example.org A 192.0.2.2\n"
    "*.wild.example.org CNAME nowhere.example.org\n"
    "sub.real.wild.example.org TXT a\n"
    "*.alias.example.org CNAME mail.example.org\n"
    "mail.example.org A 192.0.2.3\n"
    "\tAAAA 2001:db8::1\n"
    "one.example.org 30 CNAME two.example.org\n"
    "two.example.org CNAME mail.example.org\n"
    "loop1.example.org CNAME loop2.example.org\n"
    "loop2.example.org CNAME loop1.example.org\n"
    "dangle.example.org CNAME gone.example.org\n"
    "out.example.org CNAME ent.example.org\n"
    "sad.example.org CNAME fail.example.org\n"
    "a\\032b.example.org A 192.0.2.4\n"
    "dot\\.ted.example.org A 192.0.2.5\n"
    "odd.example.org TYPE999 \\# 3 0a 0b0c\n"
    "odd.example.org A \\# 2 0102\n"
    "odd.example.org TLSA 3 1 1 00112233 4455\n"
    ";! servfail fail.example.org\n"
    ";! timeout mail.example.org TXT ; a comment\n"
    ";! bogus bogus.example.org A\n"
    ";! nodata nothing.example.org\n"
    ";! nxdomain no.wild.example.org\n"
    ";! secure example.org\n"
    ";! insecure wild.example.org\n"
    ";! now 2026-11-23T12:00:00Z\n"
    ";! fetch https://mta-sts.example.org/x 200 text/plain AAEC\n"
    "$ORIGIN example.net.\n"
    "@ MX 0 @\n"
    "www A 192.0.2.9\n"
    "rel CNAME www\n"
    "abs CNAME www.example.net.\n"
    ";! timeout slow\n";

static struct dns *
read_zone(const char *text)
{
	char *why = NULL;
	struct dns *dns = dns_zone_read(span_str(text), "z", &why);

	if (dns == NULL)
		fail_msg("%s", why);
	return dns;
}

/* "STATUS CANONICAL TTL SECURITY | RR | RR" */
static char *
ask(struct dns *dns, const char *name, enum dns_type type)
{
	struct dns_answer *a = dns_query(dns, span_str(name), type);
	struct buf out = BUF(1 << 20);

	buf_str(&out, dns_status_name(a->status));
	if (a->canonical.n > 0) {
		buf_byte(&out, ' ');
		dns_name_text(&out, &a->canonical, true);
		buf_printf(&out, " %u %d", a->ttl, (int)a->security);
	}
	for (size_t i = 0; i < a->n; i++) {
		buf_str(&out, " | ");
		dns_rr_text(&out, type, a->rdata[i]);
	}
	dns_answer_free(a);
	return buf_take_str(&out);
}

static void
answers(void **state)
{
	static const struct {
		const char *name;
		int type;
		const char *want;
	} rows[] = {
		{ "example.org", DNS_MX, "ok example.org 3600 2 "
		    "| 10 mail.example.org. | 20 Mail2.example.org." },
		{ "EXAMPLE.org.", DNS_TXT, "ok example.org 60 2 "
		    "| \"v=spf1 -all\" \"\" "
		    "| \"semi;colon \\\"q\\\" \\000\\255 \\\\\"" },
		{ "empty.example.org", DNS_TXT,
		    "ok empty.example.org 3600 2 | \"\"" },
		{ "spf.example.org", 99,
		    "ok spf.example.org 3600 2 | \"v=spf1 ?all\"" },
		{ "spf.example.org", DNS_TXT,
		    "nodata spf.example.org 3600 2" },
		{ "high.example.org", DNS_TXT,
		    "ok high.example.org 3600 2 | \"\\195\\169\\255\"" },
		{ "unquoted.example.org", DNS_TXT,
		    "ok unquoted.example.org 5 2 | \"one\" \"two\"" },
		{ "y.ent.example.org", DNS_A,
		    "nodata y.ent.example.org 3600 2" },
		{ "org", DNS_A, "nodata org 3600 0" },
		{ "", DNS_A, "nodata . 3600 0" },
		{ "z.ent.example.org", DNS_A,
		    "nxdomain z.ent.example.org 3600 2" },
		{ "com", DNS_A, "nxdomain com 3600 0" },
		{ "a.b.wild.example.org", DNS_A,
		    "ok a.b.wild.example.org 3600 1 | 192.0.2.2" },
		{ "a.wild.example.org", DNS_TXT,
		    "nxdomain nowhere.example.org 3600 1" },
		{ "real.wild.example.org", DNS_A,
		    "nodata real.wild.example.org 3600 1" },
		{ "x.real.wild.example.org", DNS_A,
		    "nxdomain x.real.wild.example.org 3600 1" },
		{ "no.wild.example.org", DNS_A,
		    "nxdomain no.wild.example.org 3600 1" },
		{ "x.no.wild.example.org", DNS_A,
		    "nxdomain x.no.wild.example.org 3600 1" },
		{ "x.alias.example.org", DNS_A,
		    "ok mail.example.org 3600 2 | 192.0.2.3" },
		{ "one.example.org", DNS_AAAA,
		    "ok mail.example.org 30 2 | 2001:db8::1" },
		{ "one.example.org", DNS_CNAME,
		    "ok one.example.org 30 2 | two.example.org." },
		{ "loop1.example.org", DNS_A, "servfail" },
		{ "dangle.example.org", DNS_A,
		    "nxdomain gone.example.org 3600 2" },
		{ "out.example.org", DNS_A,
		    "nodata ent.example.org 3600 2" },
		{ "sad.example.org", DNS_A, "servfail" },
		{ "a b.example.org", DNS_A,
		    "ok a\\032b.example.org 3600 2 | 192.0.2.4" },
		{ "dot.ted.example.org", DNS_A,
		    "nxdomain dot.ted.example.org 3600 2" },
		{ "odd.example.org", 999,
		    "ok odd.example.org 3600 2 | \\# 3 0a0b0c" },
		{ "odd.example.org", DNS_A,
		    "ok odd.example.org 3600 2 | \\# 2 0102" },
		{ "odd.example.org", DNS_TLSA,
		    "ok odd.example.org 3600 2 | \\# 9 030101001122334455" },
		{ "fail.example.org", DNS_TXT, "servfail" },
		{ "mail.example.org", DNS_TXT, "timeout" },
		{ "one.example.org", DNS_TXT, "timeout" },
		{ "mail.example.org", DNS_MX,
		    "nodata mail.example.org 3600 2" },
		{ "bogus.example.org", DNS_A, "bogus" },
		{ "bogus.example.org", DNS_MX,
		    "nodata bogus.example.org 3600 2" },
		{ "nothing.example.org", DNS_MX,
		    "nodata nothing.example.org 3600 2" },
		{ "example.net", DNS_MX,
		    "ok example.net 3600 0 | 0 example.net." },
		{ "rel.example.net", DNS_A,
		    "ok www.example.net 3600 0 | 192.0.2.9" },
		{ "abs.example.net", DNS_A,
		    "ok www.example.net 3600 0 | 192.0.2.9" },
		{ "slow.example.net", DNS_A, "timeout" },
		{ "a..example.org", DNS_A, "nxdomain" },
	};
	struct dns *dns = read_zone(zone_text);
	int64_t now = 0;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *got = ask(dns, rows[i].name,
		    (enum dns_type)rows[i].type);

		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s %s: \"%s\", not \"%s\"", rows[i].name,
			    dns_type_name((enum dns_type)rows[i].type), got,
			    rows[i].want);
		free(got);
	}
	assert_true(dns_zone_now(dns, &now));
	assert_int_equal(now, 1795435200);
	dns_free(dns);
}

static void
recordings_derive_nothing(void **state)
{
	static const struct {
		const char *name;
		enum dns_type type;
		const char *want;
	} rows[] = {
		{ "a.test", DNS_A, "ok a.test 3600 0 | 192.0.2.1" },
		{ "a.test", DNS_MX, "timeout" },
		{ "test", DNS_A, "timeout" },
		{ "b.test", DNS_A, "timeout" },
		{ "x.w.test", DNS_A, "timeout" },
		{ "c.test", DNS_A, "ok a.test 3600 0 | 192.0.2.1" },
		{ "d.test", DNS_A, "nxdomain d.test 3600 0" },
		{ "x.d.test", DNS_A, "timeout" },
		{ "d.test", DNS_TXT, "ok d.test 3600 0 | \"x\"" },
		{ "e.test", DNS_A, "nodata e.test 3600 0" },
		{ "e.test", DNS_MX, "timeout" },
	};
	struct dns *dns = read_zone(";! recorded\n"
	    "a.test A 192.0.2.1\n*.w.test A 192.0.2.2\nc.test CNAME a.test\n"
	    ";! nxdomain d.test\nd.test TXT x\n;! nodata e.test A\n");
	int64_t now = 0;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *got = ask(dns, rows[i].name, rows[i].type);

		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", rows[i].name, got,
			    rows[i].want);
		free(got);
	}
	assert_false(dns_zone_now(dns, &now));
	dns_free(dns);
}

static void
chains_have_a_limit(void **state)
{
	struct buf text = BUF(1 << 16);
	struct dns *dns = NULL;
	char *got = NULL;

	(void)state;
	for (unsigned i = 0; i < 17; i++)
		buf_printf(&text, "n%u.test CNAME n%u.test\n", i, i + 1);
	buf_str(&text, "n17.test A 192.0.2.1\n");
	buf_byte(&text, '\0');
	dns = read_zone((char *)text.p);
	got = ask(dns, "n1.test", DNS_A);
	assert_string_equal(got, "ok n17.test 3600 0 | 192.0.2.1");
	free(got);
	got = ask(dns, "n0.test", DNS_A);
	assert_string_equal(got, "servfail");
	free(got);
	dns_free(dns);
	buf_free(&text);
}

static void
broken_lines_are_named(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "a A 192.0.2.1\nb A 192.0.2.300\n", "z: line 2: " },
		{ " A 192.0.2.1\n",
		    "z: line 1: no name at the first entry" },
		{ "\n\na IN\n", "z: line 3: no RR type" },
		{ "a FROB x\n", "z: line 1: not an RR type: FROB" },
		{ "a ANY x\n", "z: line 1: not an RR type: ANY" },
		{ "a CH TXT x\n", "z: line 1: not an RR type: CH" },
		{ "a 9x A 192.0.2.1\n",
		    "z: line 1: not a time to live: 9x" },
		{ "a..b A 192.0.2.1\n",
		    "z: line 1: not a domain name: a..b" },
		{ "a TXT \"x\nb TXT y\n",
		    "z: line 1: a quoted string without its end" },
		{ "a TXT ( x\n", "z: line 1: a \"(\" without its \")\"" },
		{ "a TXT x )\n", "z: line 1: a \")\" without its \"(\"" },
		{ "a TXT x\\\n",
		    "z: line 1: a backslash at the end of the line" },
		{ "a A\n", "z: line 1: " },
		{ "a TXT\n", "z: line 1: " },
		{ "a MX 10 b c\n", "z: line 1: " },
		{ "a TYPE999 \\# 2 0a\n",
		    "z: line 1: not as many octets as \\# said" },
		{ "a TYPE999 \\# 1 0g\n",
		    "z: line 1: not hexadecimal after \\#" },
		{ "a TYPE999 \\# x\n", "z: line 1: no length after \\#" },
		{ "$INCLUDE /etc/passwd\n",
		    "z: line 1: not read here: $INCLUDE" },
		{ "$TTL x\n", "z: line 1: not a time to live: x" },
		{ "$ORIGIN a b\n", "z: line 1: more than one value" },
		{ "a A 192.0.2.1\n;! frob a\n",
		    "z: line 2: no such directive: frob" },
		{ ";! dnssec maybe\n", "z: line 1: not known of DNSSEC: maybe"
		},
		{ ";! dnssec\n", "z: line 1: not known of DNSSEC: " },
		{ ";! servfail\n", "z: line 1: a name is missing" },
		{ ";! servfail a FROB\n",
		    "z: line 1: not an RR type: FROB" },
		{ ";! servfail a A b\n", "z: line 1: left over: b" },
		{ ";! now yesterday\n", "z: line 1: now wants a time" },
		{ ";! fetch http://a 200 t AAEC\n",
		    "z: line 1: fetch wants URL STATUS TYPE BASE64" },
		{ ";! fetch https://a 20x t AAEC\n",
		    "z: line 1: fetch wants URL STATUS TYPE BASE64" },
		{ ";! fetch https://a 200 t *\n",
		    "z: line 1: fetch wants URL STATUS TYPE BASE64" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *why = NULL;
		struct dns *dns = dns_zone_read(span_str(rows[i].text), "z",
		    &why);

		if (dns != NULL)
			fail_msg("row \"%s\" was taken", rows[i].text);
		if (strncmp(why, rows[i].want, strlen(rows[i].want)) != 0)
			fail_msg("row \"%s\": %s", rows[i].text, why);
		free(why);
	}
}

/* A TXT record of "strings" strings of 200 octets, in words or in octets. */
static char *
long_txt(struct buf *text, unsigned strings, bool generic)
{
	buf_reset(text);
	buf_str(text, "a.test TXT ");
	if (generic)
		buf_printf(text, "\\# %u ", strings * 201);
	for (unsigned i = 0; i < strings; i++) {
		buf_str(text, generic ? "c8" : "\"");
		for (unsigned k = 0; k < 200; k++)
			buf_str(text, generic ? "78" : "x");
		if (!generic)
			buf_str(text, "\" ");
	}
	buf_byte(text, '\n');
	buf_byte(text, '\0');
	return (char *)text->p;
}

/* No end of a record is lost: it is read, or refused. */
static void
long_records_are_whole(void **state)
{
	static const struct {
		unsigned strings;
		bool generic, taken;
	} rows[] = {
		{ 300, false, true },
		{ 324, false, false },
		{ 326, false, false },
		{ 326, true, true },
		{ 327, true, false },
	};
	struct buf text = BUF(1 << 18);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *why = NULL;
		struct dns *dns = dns_zone_read(span_str(long_txt(&text,
		    rows[i].strings, rows[i].generic)), "z", &why);
		struct dns_answer *a = NULL;

		assert_int_equal(dns != NULL, rows[i].taken);
		free(why);
		if (dns == NULL)
			continue;
		a = dns_query(dns, SPAN("a.test"), DNS_TXT);
		assert_int_equal(a->n, 1);
		assert_int_equal(a->rdata[0].n, 201 * rows[i].strings);
		dns_answer_free(a);
		dns_free(dns);
	}
	buf_free(&text);
}

static void
files_are_read(void **state)
{
	char *why = NULL;

	(void)state;
	assert_null(dns_zone_open("/nonexistent/zone", &why));
	assert_string_equal(why,
	    "/nonexistent/zone: No such file or directory");
	free(why);
	assert_null(dns_zone_open("/", &why));
	assert_string_equal(why, "/: Is a directory");
	free(why);
}

static void
views_check_their_form(void **state)
{
	struct buf out = BUF(1024);
	struct dns_name name;
	uint16_t pref = 7;

	(void)state;
	assert_true(dns_rr_txt(SPAN("\1a\0\2bc"), &out));
	assert_true(span_eq(buf_get0(&out), SPAN("abc")));
	assert_false(dns_rr_txt(SPAN(""), &out));
	assert_false(dns_rr_txt(SPAN("\1x\3ab"), &out));
	assert_int_equal(out.n, 3);
	assert_true(dns_rr_mx(SPAN("\0\12\1a\0"), &pref, &name));
	assert_int_equal(pref, 10);
	assert_false(dns_rr_mx(SPAN("\0\24\1a"), &pref, &name));
	assert_false(dns_rr_mx(SPAN("\0"), &pref, &name));
	assert_int_equal(pref, 10);
	assert_false(dns_rr_name(SPAN("\1a\0x"), &name));
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(recordings_derive_nothing),
		cmocka_unit_test(chains_have_a_limit),
		cmocka_unit_test(broken_lines_are_named),
		cmocka_unit_test(long_records_are_whole),
		cmocka_unit_test(files_are_read),
		cmocka_unit_test(views_check_their_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
