/* A domain's posture, over zones of all that can be right and wrong. */
#include "unit.h"

#include "auth/posture.h"
#include "../support/log_dns.h"

static const char key_512[] =
	"MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALWwYwuPw6eyCsOdtsT9Jz9QyWSJEpqN"
	"mI9l9gVKQ8HP2ffDGFmJwm8kC69COcgPlM3mZMZYdZXINdh2JQL4oYUCAwEAAQ==";
static const char key_1024[] =
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDmGYgsEAQ+RmrfT7K6a/syTZc5"
	"jHe7pSiZK//DUzYInu7FuIG0jg0srRILS+AVQyZKMjZrntVBin2PWD+/5A94fLPE"
	"E21RagsQd57QeGYKDevFABoZWybuvH2DJs4CJXY0Ut/3Riwvg7AgJQMrcyPCMjl2"
	"CC5INH+xinsBI0Ue2wIDAQAB";
static const char key_2048[] =
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkl002FcMCuHQkObCN0DO"
	"Tyn0Ngfd9IhkWiMZOWopZowTFN3w1mXm3EPb1rCUyhYk69abDHZI+8jgoBudY+OP"
	"l4RgVlQvYu52XN3ghv2MtON58wS8NFqCuvkYCsR9p7nFj55/hoOwHPoEcpyJ0kMI"
	"3uerjG4J7fhACl3WiOiz9Mhu97BBqub2gdihCuJ4t1TAeFVG/n66Hlj9cqrUue31"
	"KhIinHbG7urQRNOoeMUbVReH2XEHFQPxp7//54t8eVoolg/BiB3Dma1U/zwS5X6e"
	"yXIqaTX1OlfsSiEQ4Yteo5THfuEhYqgG0GzRrxs2VJjUD3FClzdP50FTxdL0LkGD"
	"CQIDAQAB";
static const char key_ed[] =
	"tqAL4wucqgXsbgFiCuI7gW1KKMVAUKGabRpP4adbNsM=";

/* Every TXT string is at most 255 octets: a key is written in two. */
static void
add_key(struct buf *zone, const char *selector, const char *domain,
    const char *tags, const char *key)
{
	size_t half = strlen(key) / 2;

	buf_printf(zone, "%s._domainkey.%s. 60 TXT \"v=DKIM1;%sp=%.*s\" "
	    "\"%s\"\n", selector, domain, tags, (int)half, key, key + half);
}

/* What was written so far, lent as a string. */
static const char *
text0(struct buf *zone)
{
	buf_byte(zone, '\0');
	zone->n--;
	return (const char *)zone->p;
}

/* A domain that does everything right, but for what "rest" says. */
static void
add_good(struct buf *zone, const char *domain, const char *dmarc)
{
	buf_printf(zone, "%s. 60 MX 10 mx.%s.\nmx.%s. 60 A 192.0.2.1\n"
	    "%s. 60 TXT \"v=spf1 mx -all\"\n", domain, domain, domain,
	    domain);
	if (dmarc != NULL)
		buf_printf(zone, "_dmarc.%s. 60 TXT \"%s\"\n", domain,
		    dmarc);
}

static bool
has_code(const struct findings *fs, struct span code)
{
	return finding_has(fs, finding_named(code));
}

/* Codes are separated by blanks; each must be there, a "!" one must not. */
static void
check_codes(const char *row, const struct findings *fs, const char *codes)
{
	struct span rest = span_str(codes), code = { NULL, 0 };

	while (codes[0] != '\0' && span_split(&rest, ' ', &code)) {
		bool without = code.p[0] == '!';
		struct span name = span_from(code, without);

		if (finding_named(name) == FINDING_CODES)
			fail_msg("no such code: %s", codes);
		if (has_code(fs, name) == without)
			fail_msg("row %s: %.*s", row, (int)code.n, code.p);
	}
}

static void
judge(const char *zone, const char *domain, const char *selector,
    struct posture *p)
{
	struct log_dns *dns = log_dns_new(zone);
	struct env env;
	struct spf_ctx *spf = NULL;
	struct span s = span_str(selector);

	env_fixed(&env, 1800000000);
	env.dns = &dns->dns;
	spf = spf_new(&env, NULL);
	posture_judge(&env, spf, span_str(domain), &s, selector != NULL, p);
	spf_free(spf);
	dns_free(&dns->dns);
}

static size_t
questions(const struct log_dns *dns)
{
	size_t n = 0;

	for (size_t i = 0; i < dns->log.n; i++)
		n += dns->log.p[i] == '\n';
	return n;
}

static const struct {
	const char *name, *dmarc, *extra, *verdict, *codes;
} dmarc_rows[] = {
	{ "all is well", "v=DMARC1; p=reject; rua=mailto:r@d.example", "",
	    "pass", "!dmarc.missing !dmarc.p-none !dmarc.no-rua "
	    "!dmarc.report-unauthorized !dmarc.psl-differs" },
	{ "none", NULL, "", "warn", "dmarc.missing" },
	{ "p=none", "v=DMARC1; p=none; rua=mailto:r@d.example", "", "warn",
	    "dmarc.p-none" },
	{ "no rua", "v=DMARC1; p=reject", "", "warn", "dmarc.no-rua" },
	{ "t=y", "v=DMARC1; p=reject; t=y; rua=mailto:r@d.example", "",
	    "warn", "dmarc.testing" },
	{ "sp=none", "v=DMARC1; p=reject; sp=none; rua=mailto:r@d.example",
	    "", "warn", "dmarc.subdomain-weak" },
	{ "np=none", "v=DMARC1; p=reject; np=none; rua=mailto:r@d.example",
	    "", "warn", "dmarc.subdomain-weak" },
	{ "two records", "v=DMARC1; p=reject; rua=mailto:r@d.example",
	    "_dmarc.d.example. 60 TXT \"v=DMARC1; p=none\"\n", "fail",
	    "dmarc.several dmarc.missing" },
	{ "wrong version", "v=dmarc1; p=reject", "", "fail",
	    "dmarc.not-a-record dmarc.missing" },
	{ "no p, no rua", "v=DMARC1", "", "warn",
	    "dmarc.p-missing !dmarc.unusable" },
	{ "bad p, no rua", "v=DMARC1; p=rejct", "", "fail",
	    "dmarc.unusable" },
	{ "bad p", "v=DMARC1; p=rejct; rua=mailto:r@d.example", "", "fail",
	    "dmarc.bad-policy dmarc.p-none" },
	{ "no p", "v=DMARC1; rua=mailto:r@d.example", "", "warn",
	    "dmarc.p-missing" },
	{ "bad URI", "v=DMARC1; p=reject; rua=r@d.example", "", "warn",
	    "dmarc.bad-uri" },
	{ "leftovers", "v=DMARC1; p=reject; pct=50; ri=60; x=y; fo=1; "
	    "rua=mailto:r@d.example!10m", "", "pass", "dmarc.historic-tag "
	    "dmarc.unknown-tag dmarc.size dmarc.fo-alone" },
	{ "syntax", "v=DMARC1; p=reject; reject; adkim=relaxed; "
	    "rua=mailto:r@d.example", "", "warn",
	    "dmarc.syntax dmarc.bad-value" },
	{ "psd=y here", "v=DMARC1; p=reject; psd=y; rua=mailto:r@d.example",
	    "", "warn", "dmarc.psd" },
	{ "psd=n here", "v=DMARC1; p=reject; psd=n; rua=mailto:r@d.example",
	    "", "pass", "!dmarc.psd" },
	{ "DNS", NULL, ";! servfail _dmarc.d.example TXT\n", "unknown",
	    "dmarc.dns !dmarc.missing" },
	{ "reports outside, agreed", "v=DMARC1; p=reject; rua=mailto:r@x.test,"
	    "mailto:s@X.test", "d.example._report._dmarc.x.test. 60 TXT "
	    "\"v=DMARC1;\"\n", "pass", "!dmarc.report-unauthorized" },
	{ "reports outside, agreed by wildcard", "v=DMARC1; p=reject; "
	    "rua=mailto:r@x.test", "*._report._dmarc.x.test. 60 TXT "
	    "\"v=DMARC1\"\n", "pass", "!dmarc.report-unauthorized" },
	{ "reports outside", "v=DMARC1; p=reject; rua=mailto:r@d.example; "
	    "ruf=mailto:r@x.test", "d.example._report._dmarc.x.test. 60 TXT "
	    "\"p=none; v=DMARC1\"\n", "warn", "dmarc.report-unauthorized" },
	{ "reports outside, DNS", "v=DMARC1; p=reject; rua=mailto:r@x.test",
	    ";! timeout d.example._report._dmarc.x.test TXT\n", "unknown",
	    "dmarc.report-dns" },
	{ "reports outside, sent on", "v=DMARC1; p=reject; "
	    "rua=mailto:r@x.test", "d.example._report._dmarc.x.test. 60 TXT "
	    "\"v=DMARC1; rua=mailto:r@y.test\"\n", "warn",
	    "dmarc.report-elsewhere" },
	{ "reports outside, redirected inside", "v=DMARC1; p=reject; "
	    "rua=mailto:r@x.test", "d.example._report._dmarc.x.test. 60 TXT "
	    "\"v=DMARC1; rua=mailto:r2@x.test\"\n", "pass",
	    "!dmarc.report-elsewhere" },
	{ "reports within the organization", "v=DMARC1; p=reject; "
	    "rua=mailto:r@mail.d.example", "", "pass",
	    "!dmarc.report-unauthorized" },
	{ "reports perhaps within the organization, DNS",
	    "v=DMARC1; p=reject; rua=mailto:r@mail.d.example",
	    ";! servfail _dmarc.mail.d.example TXT\n", "unknown",
	    "dmarc.report-dns !dmarc.report-unauthorized" },
	{ "keys, DNS", "v=DMARC1; p=reject; rua=mailto:r@d.example",
	    ";! servfail _domainkey.d.example TXT\n", "unknown",
	    "key.dns !key.none-found" },
	{ "a record at the TLD moves the organization", "v=DMARC1; p=reject; "
	    "rua=mailto:r@d.example", "_dmarc.example. 60 TXT "
	    "\"v=DMARC1; p=none\"\n", "pass", "dmarc.psl-differs" },
};

static void
dmarc_records_are_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(dmarc_rows); i++) {
		struct buf zone = BUF(1 << 16);
		struct posture p = { .mx = MX_OK };

		add_good(&zone, "d.example", dmarc_rows[i].dmarc);
		buf_str(&zone, dmarc_rows[i].extra);
		judge(text0(&zone), "d.example", NULL, &p);
		check_codes(dmarc_rows[i].name, &p.findings,
		    dmarc_rows[i].codes);
		if (strcmp(posture_verdict(&p), dmarc_rows[i].verdict) != 0)
			fail_msg("row %s: %s", dmarc_rows[i].name,
			    posture_verdict(&p));
		posture_free(&p);
		buf_free(&zone);
	}
}

static void
a_subdomain_has_the_record_above(void **state)
{
	struct buf zone = BUF(1 << 16);
	struct posture p = { .mx = MX_OK };

	(void)state;
	add_good(&zone, "d.example", "v=DMARC1; p=reject; sp=quarantine; "
	    "rua=mailto:r@d.example");
	add_good(&zone, "s.d.example", NULL);
	add_good(&zone, "o.d.example", "v=DMARC1; p=reject; sp=reject; "
	    "rua=mailto:r@d.example");
	judge(text0(&zone), "s.d.example", NULL, &p);
	check_codes("above", &p.findings, "dmarc.inherited");
	assert_int_equal(p.dmarc.policy, DMARC_QUARANTINE);
	assert_int_equal(p.dmarc.org.n, 11);
	posture_free(&p);
	judge(text0(&zone), "o.d.example", NULL, &p);
	check_codes("own", &p.findings, "dmarc.sp-ignored !dmarc.inherited");
	posture_free(&p);
	buf_free(&zone);
}

static const struct {
	const char *name, *tags, *key, *verdict, *codes;
} key_rows[] = {
	{ "RSA 2048", "", key_2048, "pass", "!key.short !key.none-found" },
	{ "Ed25519", "k=ed25519;", key_ed, "pass", "!key.short" },
	{ "RSA 1024", "k=rsa;", key_1024, "warn", "key.short" },
	{ "RSA 512", "", key_512, "fail", "key.weak" },
	{ "revoked", "", "", "pass", "key.revoked" },
	{ "testing", "t=y;", key_2048, "warn", "key.testing" },
	{ "sha1", "h=sha1;", key_2048, "fail", "key.sha1-only" },
	{ "no key", "", "AAAA", "fail", "key.unusable" },
	{ "unknown type", "k=x;", key_2048, "fail", "key.unusable" },
};

/* At a selector that is named, and at one that is well known. */
static void
keys_are_judged(void **state)
{
	static const char *const selectors[] = { "mine", "google" };

	(void)state;
	for (size_t i = 0; i < 2 * ROWS(key_rows); i++) {
		size_t k = i / 2;
		const char *selector = selectors[i % 2];
		struct buf zone = BUF(1 << 16);
		struct posture p = { .mx = MX_OK };

		add_good(&zone, "d.example",
		    "v=DMARC1; p=reject; rua=mailto:r@d.example");
		add_key(&zone, selector, "d.example", key_rows[k].tags,
		    key_rows[k].key);
		judge(text0(&zone), "d.example",
		    i % 2 ? NULL : "mine", &p);
		check_codes(key_rows[k].name, &p.findings,
		    key_rows[k].codes);
		if (strcmp(posture_verdict(&p), key_rows[k].verdict) != 0 ||
		    p.keys.n != 1 ||
		    strcmp(p.keys.v[0].selector, selector) != 0)
			fail_msg("row %s, %s: %s", key_rows[k].name,
			    selector, posture_verdict(&p));
		posture_free(&p);
		buf_free(&zone);
	}
}

static void
what_a_key_is_stands_in_the_posture(void **state)
{
	struct buf zone = BUF(1 << 16);
	struct posture p = { .mx = MX_OK };

	(void)state;
	add_good(&zone, "d.example", NULL);
	add_key(&zone, "google", "d.example", "t=y;", key_1024);
	add_key(&zone, "k1", "d.example", "", "");
	add_key(&zone, "s1", "d.example", "k=ed25519;", key_ed);
	judge(text0(&zone), "d.example", NULL, &p);
	assert_int_equal(p.keys.n, 3);
	assert_string_equal(p.keys.v[0].selector, "google");
	assert_string_equal(p.keys.v[0].algorithm, "rsa");
	assert_int_equal(p.keys.v[0].bits, 1024);
	assert_true(p.keys.v[0].testing && !p.keys.v[0].revoked);
	assert_string_equal(p.keys.v[1].algorithm, "ed25519");
	assert_true(p.keys.v[2].revoked);
	assert_null(p.keys.v[2].algorithm);
	posture_free(&p);
	buf_free(&zone);
}

static void
a_named_selector_must_be_there(void **state)
{
	struct posture p = { .mx = MX_OK };
	struct buf zone = BUF(1 << 16);

	(void)state;
	add_good(&zone, "d.example", "v=DMARC1; p=reject; "
	    "rua=mailto:r@d.example");
	judge(text0(&zone), "d.example", "mine", &p);
	check_codes("missing", &p.findings, "key.missing");
	assert_string_equal(posture_verdict(&p), "fail");
	posture_free(&p);
	buf_str(&zone, ";! servfail mine._domainkey.d.example TXT\n");
	judge(text0(&zone), "d.example", "mine", &p);
	check_codes("DNS", &p.findings, "key.dns !key.missing");
	assert_string_equal(posture_verdict(&p), "unknown");
	posture_free(&p);
	buf_free(&zone);
}

static void
wildcards_and_several_keys_are_said(void **state)
{
	struct posture p = { .mx = MX_OK };
	struct buf zone = BUF(1 << 16);

	(void)state;
	add_good(&zone, "d.example", NULL);
	add_key(&zone, "*", "d.example", "", "");
	judge(text0(&zone), "d.example", NULL, &p);
	check_codes("wildcard", &p.findings, "key.wildcard");
	assert_int_equal(p.keys.n, 0);
	posture_free(&p);
	add_good(&zone, "e.example", NULL);
	add_key(&zone, "dkim", "e.example", "", key_2048);
	add_key(&zone, "dkim", "e.example", "", key_1024);
	judge(text0(&zone), "e.example", NULL, &p);
	check_codes("several", &p.findings, "key.several key.short");
	assert_int_equal(p.keys.n, 2);
	posture_free(&p);
	buf_free(&zone);
}

/* RFC 8020: where _domainkey does not exist, nothing stands below it. */
static void
guesses_are_spared_where_no_key_can_be(void **state)
{
	struct log_dns *dns = log_dns_new("d.example. 60 MX 0 .\n"
	    "e.example. 60 MX 0 .\nx._domainkey.e.example. 60 A 192.0.2.1\n");
	struct posture p = { .mx = MX_OK };
	struct env env;
	size_t all = 0;

	(void)state;
	env_fixed(&env, 1800000000);
	env.dns = &dns->dns;
	posture_selectors(&all);
	posture_dkim(&env, SPAN("d.example"), NULL, 0, &p);
	assert_int_equal(questions(dns), 1);
	posture_free(&p);
	posture_dkim(&env, SPAN("e.example"), NULL, 0, &p);
	assert_int_equal(questions(dns), 1 + 2 + all);
	posture_free(&p);
	dns_free(&dns->dns);
}

static void
no_mail_and_no_domain_are_none(void **state)
{
	static const char zone[] =
		"$ORIGIN .\n$TTL 60\n"
		"null.test MX 0 .\nnull.test TXT \"v=spf1 -all\"\n"
		"bare.test TXT \"v=spf1 -all\"\n"
		"_dmarc.bad.test TXT \"v=dmarc1\"\n"
		"bad.test MX 0 .\nbad.test TXT \"v=spf1 -all\"\n"
		"half.test MX 0 .\n"
		"takes.test MX 10 mx.takes.test\nmx.takes.test A 192.0.2.1\n"
		"takes.test TXT \"v=spf1 -all\"\n"
		"cname.test CNAME nowhere.invalid\n"
		";! servfail sick.test\n";
	static const struct {
		const char *domain, *verdict;
		enum mx_status mx;
		bool no_mail;
	} rows[] = {
		{ "null.test", "none", MX_NULL, true },
		{ "bare.test", "none", MX_NONE, true },
		{ "bad.test", "fail", MX_NULL, true },
		{ "half.test", "warn", MX_NULL, false },
		{ "takes.test", "warn", MX_OK, false },
		{ "absent.test", "none", MX_NXDOMAIN, false },
		{ "cname.test", "warn", MX_NONE, false },
		{ "sick.test", "unknown", MX_UNKNOWN, false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct posture p = { .mx = MX_OK };

		judge(zone, rows[i].domain, NULL, &p);
		if (strcmp(posture_verdict(&p), rows[i].verdict) != 0 ||
		    p.mx != rows[i].mx || p.no_mail != rows[i].no_mail)
			fail_msg("row %s: %s, %d", rows[i].domain,
			    posture_verdict(&p), p.mx);
		posture_free(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dmarc_records_are_judged),
		cmocka_unit_test(a_subdomain_has_the_record_above),
		cmocka_unit_test(keys_are_judged),
		cmocka_unit_test(what_a_key_is_stands_in_the_posture),
		cmocka_unit_test(a_named_selector_must_be_there),
		cmocka_unit_test(wildcards_and_several_keys_are_said),
		cmocka_unit_test(guesses_are_spared_where_no_key_can_be),
		cmocka_unit_test(no_mail_and_no_domain_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
