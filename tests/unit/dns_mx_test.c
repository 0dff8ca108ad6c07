/* Where mail goes, and the addresses there, from zones right and wrong. */
#include "unit.h"

#include <stdlib.h>

#include "dns/host.h"
#include "dns/mx.h"

static struct dns *
zone_of(const char *text)
{
	char *why = NULL;
	struct dns *dns = dns_zone_read(span_str(text), "z", &why);

	if (dns == NULL)
		fail_msg("%s", why);
	return dns;
}

/* "CODE@WHERE ..." in the order they were found. */
static void
codes_text(const struct findings *fs, struct buf *out)
{
	for (size_t i = 0; i < fs->n; i++)
		buf_printf(out, "%s%s@%s", i ? " " : "",
		    finding_info(fs->v[i].code)->code, fs->v[i].where);
}

/* "PREFERENCE HOST[*], ...", a star where it was repeated. */
static void
hosts_text(const struct mx_set *mx, struct buf *out)
{
	for (size_t i = 0; i < mx->n; i++)
		buf_printf(out, "%s%u %s%s", i ? ", " : "",
		    mx->v[i].preference, mx->v[i].text,
		    mx->v[i].repeated ? "*" : "");
}

#define WELL "a.d. A 192.0.2.1\n"

static const struct {
	const char *what, *zone, *status, *hosts, *codes;
	enum dns_security security;
} mx_rows[] = {
	{ "one", "d. MX 10 a.d.\n", "ok", "10 a.d", "", 0 },
	{ "signed", ";! secure d\nd. MX 10 a.d.\n", "ok", "10 a.d", "",
	    DNS_SECURE },
	{ "not signed", ";! insecure d\nd. MX 10 a.d.\n", "ok", "10 a.d", "",
	    DNS_INSECURE },
	{ "in order", "d. MX 20 b.d.\nd. MX 5 c.d.\nd. MX 20 A.d.\n", "ok",
	    "5 c.d, 20 a.d, 20 b.d", "", 0 },
	{ "twice", "d. MX 20 a.d.\nd. MX 10 A.D.\nd. MX 15 b.d.\n", "ok",
	    "10 a.d*, 15 b.d", "mx.duplicate@a.d", 0 },
	{ "null", "d. MX 0 .\n", "null", "", "mx.null@d", 0 },
	{ "null of another preference", "d. MX 10 .\n", "null", "",
	    "mx.null@d", 0 },
	{ "null beside another", "d. MX 0 .\nd. MX 10 a.d.\n", "ok",
	    "10 a.d", "mx.null-not-alone@d", 0 },
	{ "address", "d. MX 10 192.0.2.1.\n", "ok", "10 192.0.2.1",
	    "mx.is-address@192.0.2.1", 0 },
	{ "no host", "d. MX 10 a\\032b.d.\n", "ok", "10 a\\032b.d",
	    "mx.not-a-host@a\\032b.d", 0 },
	{ "underscore", "d. MX 10 a_b.d.\n", "ok", "10 a_b.d", "", 0 },
	{ "implicit", "d. A 192.0.2.1\n", "implicit", "0 d",
	    "mx.implicit@d", 0 },
	{ "implicit IPv6", "d. AAAA 2001:db8::1\n", "implicit", "0 d",
	    "mx.implicit@d", 0 },
	{ "implicit, half of it not found out",
	    "d. AAAA 2001:db8::1\n;! timeout d A\n", "implicit", "0 d",
	    "mx.implicit@d", 0 },
	{ "implicit by an alias", "d. CNAME a.d.\n" WELL, "implicit", "0 d",
	    "mx.implicit@d", 0 },
	{ "none", "d. TXT x\n", "none", "", "mx.none@d", 0 },
	{ "alias to nothing", "d. CNAME gone.d.\n", "none", "", "mx.none@d",
	    0 },
	{ "nothing, half of it not found out", "d. TXT x\n;! timeout d AAAA\n",
	    "unknown", "", "mx.dns@d", 0 },
	{ "nothing, and a tampered address", "d. TXT x\n;! bogus d A\n",
	    "bogus", "", "dnssec.bogus@d", 0 },
	{ "no such domain", "e. TXT x\n", "nxdomain", "",
	    "domain.nxdomain@d", 0 },
	{ "failure", ";! servfail d\n", "unknown", "", "mx.dns@d", 0 },
	{ "silence", ";! timeout d MX\n", "unknown", "", "mx.dns@d", 0 },
	{ "bogus", ";! bogus d MX\n", "bogus", "", "dnssec.bogus@d", 0 },
	{ "unreadable", "d. MX \\# 2 0001\n", "unknown", "", "mx.dns@d", 0 },
	{ "one of two unreadable", "d. MX \\# 2 0001\nd. MX 10 a.d.\n", "ok",
	    "10 a.d", "", 0 },
};

static void
mail_hosts_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(mx_rows); i++) {
		struct dns *dns = zone_of(mx_rows[i].zone);
		struct buf hosts = BUF(4096), codes = BUF(4096);
		struct findings fs = { 0 };
		struct mx_set mx = { 0 };

		mx_find(dns, SPAN("D"), &mx);
		mx_findings(&mx, &fs);
		hosts_text(&mx, &hosts);
		codes_text(&fs, &codes);
		if (strcmp(mx_status_name(mx.status), mx_rows[i].status) != 0 ||
		    mx.security != mx_rows[i].security ||
		    !span_eq(buf_get0(&hosts), span_str(mx_rows[i].hosts)) ||
		    !span_eq(buf_get0(&codes), span_str(mx_rows[i].codes)))
			fail_msg("%s: %s, \"%.*s\", \"%.*s\"",
			    mx_rows[i].what, mx_status_name(mx.status),
			    (int)hosts.n, hosts.p, (int)codes.n, codes.p);
		mx_free(&mx);
		findings_free(&fs);
		buf_free(&hosts);
		buf_free(&codes);
		dns_free(dns);
	}
}

static void
too_many_are_counted(void **state)
{
	struct buf zone = BUF(1 << 20);
	struct findings fs = { 0 };
	struct mx_set mx = { 0 };
	struct dns *dns = NULL;

	(void)state;
	for (int i = 0; i < MX_HOSTS_MAX + 7; i++)
		buf_printf(&zone, "d. MX %d h%03d.d.\n", i, i);
	buf_byte(&zone, '\0');
	dns = zone_of((const char *)zone.p);
	mx_find(dns, SPAN("d"), &mx);
	mx_findings(&mx, &fs);
	assert_int_equal(mx.n, MX_HOSTS_MAX);
	assert_int_equal(mx.left_out, 7);
	assert_string_equal(mx.v[MX_HOSTS_MAX - 1].text, "h099.d");
	assert_true(finding_has(&fs, F_MX_TOO_MANY));
	mx_free(&mx);
	findings_free(&fs);
	dns_free(dns);
	buf_free(&zone);
}

/* Not being able to validate is neither "insecure" nor "bogus". */
static void
what_dnssec_cannot_say_is_said(void **state)
{
	static const struct {
		enum dns_trust trust;
		const char *zone, *codes;
	} rows[] = {
		{ DNS_UNCHECKED, "d. MX 1 a.d.\n", "" },
		{ DNS_CHECKED, "d. MX 1 a.d.\n", "" },
		{ DNS_NO_ANCHOR, "d. MX 1 a.d.\n", "dnssec.no-anchor@d" },
		{ DNS_STRIPPED, "d. MX 1 a.d.\n", "dnssec.stripped@d" },
		{ DNS_STRIPPED, "d. MX 0 .\n", "mx.null@d" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns *dns = zone_of(rows[i].zone);
		struct buf codes = BUF(4096);
		struct findings fs = { 0 };
		struct mx_set mx = { 0 };

		dns->trust = rows[i].trust;
		mx_find(dns, SPAN("d"), &mx);
		mx_findings(&mx, &fs);
		codes_text(&fs, &codes);
		if (!span_eq(buf_get0(&codes), span_str(rows[i].codes)))
			fail_msg("row %zu: %.*s", i, (int)codes.n, codes.p);
		mx_free(&mx);
		findings_free(&fs);
		buf_free(&codes);
		dns_free(dns);
	}
}

/* DANE-TA wants the name behind the domain's aliases, too. */
static void
owners_are_kept(void **state)
{
	static const struct {
		const char *zone, *owner;
	} rows[] = {
		{ "d. MX 1 a.d.\n", "d" },
		{ "d. CNAME e.\ne. CNAME f.g.\nf.g. MX 1 a.d.\n", "f.g" },
		{ "d. CNAME e.\ne. A 192.0.2.1\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dns *dns = zone_of(rows[i].zone);
		struct mx_set mx = { 0 };
		char *owner = NULL;

		mx_find(dns, SPAN("d"), &mx);
		owner = dns_name_str(&mx.canonical);
		assert_string_equal(owner, rows[i].owner);
		free(owner);
		mx_free(&mx);
		dns_free(dns);
	}
}

static const struct {
	const char *what, *zone, *addresses, *codes;
	enum dns_security security;
} host_rows[] = {
	{ "both", "h. A 192.0.2.2\nh. A 192.0.2.1\nh. AAAA 2001:db8::1\n",
	    "192.0.2.1 192.0.2.2 2001:db8::1", "", 0 },
	{ "signed", ";! secure h\nh. A 192.0.2.1\n", "192.0.2.1", "",
	    DNS_SECURE },
	{ "alias, signed throughout", ";! secure .\nh. CNAME i.\n"
	    "i. A 192.0.2.1\n", "192.0.2.1", "mx.cname@h", DNS_SECURE },
	{ "alias into the unsigned", ";! secure h\n;! insecure i\n"
	    "h. CNAME i.\ni. A 192.0.2.1\n", "192.0.2.1", "mx.cname@h",
	    DNS_INSECURE },
	{ "none", "h. TXT x\n", "", "mx.no-address@h", 0 },
	{ "no such name", "x. TXT x\n", "", "mx.no-address@h", 0 },
	{ "half failed", ";! secure h\nh. A 192.0.2.1\n;! timeout h AAAA\n",
	    "192.0.2.1", "mx.host-dns@h", DNS_SECURE },
	{ "half bogus", "h. A 192.0.2.1\n;! bogus h AAAA\n", "192.0.2.1",
	    "dnssec.bogus@h", 0 },
	{ "failed", ";! servfail h\n", "", "mx.host-dns@h",
	    DNS_INDETERMINATE },
	{ "unreadable", "h. A \\# 3 000102\n", "", "mx.no-address@h", 0 },
};

static void
addresses_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(host_rows); i++) {
		struct dns *dns = zone_of(host_rows[i].zone);
		struct buf text = BUF(4096), codes = BUF(4096);
		struct dns_name name = { 3, { 1, 'h' } };
		struct findings fs = { 0 };
		struct host h = { .n = 0 };

		host_find(dns, &name, &h);
		host_findings(&h, &fs);
		codes_text(&fs, &codes);
		for (size_t k = 0; k < h.n; k++) {
			char address[IP_TEXT_SIZE];

			buf_printf(&text, "%s%s", k ? " " : "",
			    ip_text(address, &h.v[k]));
		}
		if (host_security(&h) != host_rows[i].security ||
		    !span_eq(buf_get0(&text),
		    span_str(host_rows[i].addresses)) ||
		    !span_eq(buf_get0(&codes), span_str(host_rows[i].codes)))
			fail_msg("%s: %d, \"%.*s\", \"%.*s\"",
			    host_rows[i].what, host_security(&h),
			    (int)text.n, text.p, (int)codes.n, codes.p);
		host_free(&h);
		findings_free(&fs);
		buf_free(&text);
		buf_free(&codes);
		dns_free(dns);
	}
}

static void
views_take_their_own_form_only(void **state)
{
	struct dns_srv srv;
	struct dns_tlsa tlsa;
	struct ip_addr ip;

	(void)state;
	assert_true(dns_rr_srv(SPAN("\0\1\0\2\3\4\1x\0"), &srv));
	assert_int_equal(srv.priority, 1);
	assert_int_equal(srv.weight, 2);
	assert_int_equal(srv.port, 0x304);
	assert_int_equal(srv.target.n, 3);
	assert_false(dns_rr_srv(SPAN("\0\1\0\2\3\4\1x\0y"), &srv));
	assert_false(dns_rr_srv(SPAN("\0\1\0\2\3\4\1x"), &srv));
	assert_false(dns_rr_srv(SPAN("\0\1\0\2\3"), &srv));
	assert_true(dns_rr_tlsa(SPAN("\3\1\2abc"), &tlsa));
	assert_int_equal(tlsa.usage, 3);
	assert_int_equal(tlsa.selector, 1);
	assert_int_equal(tlsa.matching, 2);
	assert_true(span_eq(tlsa.data, SPAN("abc")));
	assert_false(dns_rr_tlsa(SPAN("\3\1\2"), &tlsa));
	assert_false(dns_rr_tlsa(SPAN("\3\1"), &tlsa));
	assert_true(dns_rr_address(DNS_A, SPAN("\1\2\3\4"), &ip));
	assert_int_equal(ip.family, 4);
	assert_false(dns_rr_address(DNS_AAAA, SPAN("\1\2\3\4"), &ip));
	assert_true(dns_rr_address(DNS_AAAA, SPAN("0123456789abcdef"), &ip));
	assert_false(dns_rr_address(DNS_A, SPAN("0123456789abcdef"), &ip));
	assert_false(dns_rr_address(DNS_A, SPAN("\1\2\3\4\5"), &ip));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mail_hosts_are_found),
		cmocka_unit_test(too_many_are_counted),
		cmocka_unit_test(owners_are_kept),
		cmocka_unit_test(what_dnssec_cannot_say_is_said),
		cmocka_unit_test(addresses_are_found),
		cmocka_unit_test(views_take_their_own_form_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
