/* Names of addresses, and CAA: each with what is bad, absent, unknown. */
#include "unit.h"

#include <string.h>

#include "dns/caa.h"
#include "dns/reverse.h"

static const char zone[] =
    "1.2.0.192.in-addr.arpa. PTR mx.good.test.\n"
    "mx.good.test. A 192.0.2.1\n"
    "2.2.0.192.in-addr.arpa. PTR other.test.\n"
    "2.2.0.192.in-addr.arpa. PTR two.test.\n"
    "other.test. A 192.0.2.99\n"
    "two.test. A 192.0.2.2\n"
    "3.2.0.192.in-addr.arpa. PTR other.test.\n"
    ";! servfail 5.2.0.192.in-addr.arpa\n"
    "6.2.0.192.in-addr.arpa. PTR down.test.\n"
    ";! servfail down.test\n"
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."
    " PTR six.test.\n"
    "six.test. AAAA 2001:db8::1\n"
    "good.test. CAA 0 issue \"ca.example\"\n"
    "good.test. CAA 128 iodef \"mailto:a@good.test\"\n"
    "own.good.test. CAA 0 issue \";\"\n"
    "odd.test. CAA \\# 3 000041\n"
    "none.test. A 192.0.2.9\n"
    ";! servfail deep.down.test CAA\n";

static const struct {
	const char *ip;
	enum reverse_status status;
	const char *name;
} rows[] = {
	{ "192.0.2.1", REVERSE_TRUE, "mx.good.test" },
	{ "192.0.2.2", REVERSE_TRUE, "two.test" },
	{ "192.0.2.3", REVERSE_FALSE, "other.test" },
	{ "192.0.2.4", REVERSE_NONE, NULL },
	{ "192.0.2.5", REVERSE_UNKNOWN, NULL },
	{ "192.0.2.6", REVERSE_UNKNOWN, "down.test" },
	{ "2001:db8::1", REVERSE_TRUE, "six.test" },
	{ "2001:db8::2", REVERSE_NONE, NULL },
};

static struct dns *
open_zone(void)
{
	char *why = NULL;
	struct dns *dns = dns_zone_read(span_str(zone), "zone", &why);

	if (dns == NULL)
		fail_msg("%s", why);
	return dns;
}

static void
names_lead_back_or_not(void **state)
{
	struct dns *dns = open_zone();

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct ip_addr ip;
		struct reverse r;

		assert_true(ip_parse(span_str(rows[i].ip), &ip));
		reverse_find(dns, &ip, &r);
		if (r.status != rows[i].status ||
		    (r.name == NULL) != (rows[i].name == NULL) ||
		    (r.name != NULL && strcmp(r.name, rows[i].name) != 0))
			fail_msg("%s: status %d, %s", rows[i].ip, r.status,
			    r.name ? r.name : "-");
		reverse_free(&r);
	}
	dns_free(dns);
}

static void
caa_is_the_nearest(void **state)
{
	static const struct {
		const char *host;
		enum caa_status status;
		size_t n, left_out;
		const char *first;
	} want[] = {
		{ "mx.good.test", CAA_PRESENT, 2, 0, "0 issue ca.example" },
		{ "good.test", CAA_PRESENT, 2, 0, "0 issue ca.example" },
		{ "a.own.good.test", CAA_PRESENT, 1, 0, "0 issue ;" },
		{ "mx.none.test", CAA_ABSENT, 0, 0, NULL },
		{ "odd.test", CAA_PRESENT, 0, 1, NULL },
		{ "deep.down.test", CAA_UNKNOWN, 0, 0, NULL },
	};
	struct dns *dns = open_zone();

	(void)state;
	for (size_t i = 0; i < ROWS(want); i++) {
		struct dns_name host;
		struct caa_set s;

		assert_true(dns_name_parse(span_str(want[i].host), &host));
		caa_find(dns, &host, &s);
		if (s.status != want[i].status || s.n != want[i].n ||
		    s.left_out != want[i].left_out ||
		    (s.n > 0 && strcmp(s.v[0], want[i].first) != 0))
			fail_msg("%s: status %d, %zu, %s", want[i].host,
			    s.status, s.n, s.n > 0 ? s.v[0] : "-");
		caa_free(&s);
	}
	dns_free(dns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_lead_back_or_not),
		cmocka_unit_test(caa_is_the_nearest),
	};

	return cmocka_run_group_tests_name("dns_reverse", tests, NULL, NULL);
}
