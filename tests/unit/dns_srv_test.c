/* SRV: order, absence, refusal and failure are told apart. */
#include "unit.h"

#include <stdlib.h>

#include "dns/srv.h"

static const char zone[] =
    "_imaps._tcp.two.test. SRV 20 0 993 b.two.test.\n"
    "_imaps._tcp.two.test. SRV 10 0 9993 a.two.test.\n"
    "_imaps._tcp.no.test. SRV 0 0 0 .\n"
    "_imaps._tcp.odd.test. SRV 0 0 0 .\n"
    "_imaps._tcp.odd.test. SRV 5 0 993 a.odd.test.\n"
    "_imaps._tcp.bad.test. SRV \\# 3 000000\n"
    ";! servfail _imaps._tcp.down.test\n";

static const struct {
	const char *domain;
	enum srv_status status;
	size_t n;
	const char *first;
	uint16_t port;
} rows[] = {
	{ "two.test", SRV_OK, 2, "a.two.test", 9993 },
	{ "no.test", SRV_NOT_HERE, 0, NULL, 0 },
	{ "odd.test", SRV_OK, 1, "a.odd.test", 993 },
	{ "none.test", SRV_ABSENT, 0, NULL, 0 },
	{ "bad.test", SRV_UNKNOWN, 0, NULL, 0 },
	{ "down.test", SRV_UNKNOWN, 0, NULL, 0 },
};

static void
sets(void **state)
{
	char *why = NULL;
	struct dns *dns = dns_zone_read(span_str(zone), "zone", &why);

	(void)state;
	assert_non_null(dns);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct srv_set s = { 0 };

		srv_find(dns, "_imaps._tcp", span_str(rows[i].domain), &s);
		if (s.status != rows[i].status || s.n != rows[i].n)
			fail_msg("%s: status %d, %zu", rows[i].domain,
			    s.status, s.n);
		if (s.n > 0) {
			assert_string_equal(s.v[0].text, rows[i].first);
			assert_int_equal(s.v[0].port, rows[i].port);
		}
		srv_free(&s);
	}
	dns_free(dns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
