/* Addresses: strict forms only, networks by bits, public or not. */
#include "unit.h"

#include "base/ip.h"

static void
text_forms_are_strict(void **state)
{
	static const struct {
		const char *in;
		const char *want;	/* NULL when it is no address */
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "0.0.0.0", "0.0.0.0" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "2001:DB8::1", "2001:db8::1" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "::ffff:192.0.2.1", "192.0.2.1" },
		{ "::FFFF:c000:201", "192.0.2.1" },
		{ "2001:db8:0:0:0:0:0:1", "2001:db8::1" },
		{ "", NULL },
		{ "192.0.2", NULL },
		{ "192.0.2.1.", NULL },
		{ "192.0.2.256", NULL },
		{ "192.0.2.01", NULL },
		{ "0x7f.0.0.1", NULL },
		{ "2130706433", NULL },
		{ " 192.0.2.1", NULL },
		{ "192.0.2.1 ", NULL },
		{ "192.0.2.1/32", NULL },
		{ "[192.0.2.1]", NULL },
		{ "[::1]", NULL },
		{ "fe80::1%eth0", NULL },
		{ "1::2::3", NULL },
		{ "12345::", NULL },
		{ ":::", NULL },
		{ "2001:db8:0:0:0:0:0:0:1", NULL },
		{ "IPv6:2001:db8::1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct ip_addr a = { 0 };
		char text[IP_TEXT_SIZE];
		bool ok = ip_parse(span_str(rows[i].in), &a);

		if (ok != (rows[i].want != NULL) ||
		    (ok && strcmp(ip_text(text, &a), rows[i].want) != 0))
			fail_msg("row \"%s\"", rows[i].in);
	}
}

static void
a_nul_ends_no_address(void **state)
{
	struct ip_addr a = { 0 };

	(void)state;
	assert_false(ip_parse(SPAN("192.0.2.1\0x"), &a));
	assert_int_equal(a.family, 0);
}

static void
families_are_kept_where_asked(void **state)
{
	struct ip_addr a = { 0 };

	(void)state;
	assert_true(ip_parse6(SPAN("::ffff:192.0.2.1"), &a));
	assert_int_equal(a.family, 6);
	a = ip_unmapped(a);
	assert_int_equal(a.family, 4);
	assert_false(ip_parse4(SPAN("::1"), &a));
	assert_false(ip_parse6(SPAN("192.0.2.1"), &a));
	assert_false(ip_from_octets(SPAN("12345"), &a));
}

static void
networks_hold_by_their_bits(void **state)
{
	static const struct {
		const char *net, *addr;
		bool want;
	} rows[] = {
		{ "192.0.2.0/24", "192.0.2.255", true },
		{ "192.0.2.0/24", "192.0.3.0", false },
		{ "192.0.2.77/24", "192.0.2.1", true },
		{ "192.0.2.128/25", "192.0.2.127", false },
		{ "192.0.2.128/25", "192.0.2.128", true },
		{ "192.0.2.1", "192.0.2.1", true },
		{ "192.0.2.1", "192.0.2.2", false },
		{ "0.0.0.0/0", "203.0.113.9", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "::/0", "2001:db8::1", true },
		{ "::/0", "192.0.2.1", false },
		{ "2001:db8::/33", "2001:db8:8000::", false },
		{ "2001:db8::/33", "2001:db8:7fff::", true },
		{ "2001:db8::1/128", "2001:db8::1", true },
		{ "192.0.2.0/24", "::ffff:192.0.2.9", true },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct ip_net net = { 0 };
		struct ip_addr a = { 0 };

		assert_true(ip_net_parse(span_str(rows[i].net), &net));
		assert_true(ip_parse(span_str(rows[i].addr), &a));
		if (ip_in_net(&a, &net) != rows[i].want)
			fail_msg("row %s in %s", rows[i].addr, rows[i].net);
	}
}

static void
networks_are_strict(void **state)
{
	static const char *const bad[] = {
		"", "/", "/8", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/08",
		"192.0.2.0/-1", "192.0.2.0/8/8", "::/129", "::/0x1",
		"::ffff:192.0.2.0/120", "192.0.2.0 /8",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(bad); i++) {
		struct ip_net net = { 0 };

		if (ip_net_parse(span_str(bad[i]), &net))
			fail_msg("row \"%s\"", bad[i]);
	}
}

static void
a_network_is_written_as_it_was_read(void **state)
{
	struct ip_net net = { 0 };
	char text[IP_NET_TEXT_SIZE];

	(void)state;
	assert_true(ip_net_parse(SPAN("2001:DB8::/32"), &net));
	assert_string_equal(ip_net_text(text, &net), "2001:db8::/32");
	assert_true(ip_net_parse(SPAN("192.0.2.1"), &net));
	assert_string_equal(ip_net_text(text, &net), "192.0.2.1/32");
}

static void
public_is_what_the_internet_routes(void **state)
{
	static const struct {
		const char *addr;
		enum ip_scope want;
	} rows[] = {
		{ "8.8.8.8", IP_PUBLIC },
		{ "172.15.255.255", IP_PUBLIC },
		{ "172.16.0.0", IP_PRIVATE },
		{ "172.31.255.255", IP_PRIVATE },
		{ "172.32.0.0", IP_PUBLIC },
		{ "10.1.2.3", IP_PRIVATE },
		{ "192.168.0.1", IP_PRIVATE },
		{ "100.63.255.255", IP_PUBLIC },
		{ "100.64.0.0", IP_PRIVATE },
		{ "100.127.255.255", IP_PRIVATE },
		{ "127.0.0.53", IP_LOOPBACK },
		{ "169.254.1.1", IP_LINK_LOCAL },
		{ "0.0.0.0", IP_RESERVED },
		{ "192.0.2.1", IP_DOCUMENTATION },
		{ "198.51.100.1", IP_DOCUMENTATION },
		{ "203.0.113.1", IP_DOCUMENTATION },
		{ "198.18.0.1", IP_RESERVED },
		{ "224.0.0.1", IP_MULTICAST },
		{ "255.255.255.255", IP_RESERVED },
		{ "2a00::1", IP_PUBLIC },
		{ "2001:4860:4860::8888", IP_PUBLIC },
		{ "::", IP_RESERVED },
		{ "::1", IP_LOOPBACK },
		{ "::ffff:127.0.0.1", IP_LOOPBACK },
		{ "fe80::1", IP_LINK_LOCAL },
		{ "fd00::1", IP_PRIVATE },
		{ "ff02::1", IP_MULTICAST },
		{ "2001:db8::1", IP_DOCUMENTATION },
		{ "3fff::1", IP_DOCUMENTATION },
		{ "2001::1", IP_RESERVED },
		{ "2002:c000:201::", IP_RESERVED },
		{ "64:ff9b::1", IP_RESERVED },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct ip_addr a = { 0 };

		assert_true(ip_parse(span_str(rows[i].addr), &a));
		if (ip_scope(&a) != rows[i].want ||
		    ip_is_public(&a) != (rows[i].want == IP_PUBLIC))
			fail_msg("row %s", rows[i].addr);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_forms_are_strict),
		cmocka_unit_test(a_nul_ends_no_address),
		cmocka_unit_test(families_are_kept_where_asked),
		cmocka_unit_test(networks_hold_by_their_bits),
		cmocka_unit_test(networks_are_strict),
		cmocka_unit_test(a_network_is_written_as_it_was_read),
		cmocka_unit_test(public_is_what_the_internet_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
