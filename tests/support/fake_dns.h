/* A resolver that answers from a table, for unit tests and fuzzing. */
#ifndef TESTS_FAKE_DNS_H
#define TESTS_FAKE_DNS_H

#include <stddef.h>

#include "dns/dns.h"

/*
 * A row is one RR: { "example.org", "TXT", "v=spf1 -all" }. Types are A,
 * AAAA, MX ("10 host"), PTR, TXT (strings are cut at '|', long ones at 255)
 * and CNAME. The types SERVFAIL, TIMEOUT and BOGUS make every question for
 * the name end so, or with data ("A") those of one type. What no row names
 * does not exist.
 */
struct fake_rr {
	const char *name;
	const char *type;
	const char *data;
};

/* Borrows the table; dns_free frees the rest. */
struct dns *fake_dns_open(const struct fake_rr *rrs, size_t n);

/* How many questions it was asked so far. */
size_t fake_dns_asked(const struct dns *fake);

#endif
