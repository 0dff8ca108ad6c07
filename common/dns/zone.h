/*
 * What a zone file says, and how the DNS would answer from it: exact names,
 * empty non-terminals, wildcards (RFC 4592), CNAME chains (RFC 1034 section
 * 4.3.2), and failures on request. For the files of this directory only.
 */
#ifndef DNS_ZONE_H
#define DNS_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "dns/dns.h"

/* Stands for "all types" in zone_fault. */
enum { ZONE_ANY_TYPE = 0 };

struct zone;

struct zone *zone_new(void);
void zone_free(struct zone *z);

/*
 * Add one RR; a copy is kept, a second equal one is not (RFC 2181 section 5).
 * The set takes its first TTL. False when the set passes 65535 octets.
 */
bool zone_add(struct zone *z, const struct dns_name *owner,
    enum dns_type type, uint32_t ttl, struct span rdata);

/* Make questions for the name and type end with this status. */
void zone_fault(struct zone *z, const struct dns_name *owner,
    enum dns_type type, enum dns_status status);
/* The name does not exist, except for the types that the zone has. */
void zone_deny(struct zone *z, const struct dns_name *owner);
/* How DNSSEC sees the name and all below it. */
void zone_secure(struct zone *z, const struct dns_name *owner,
    enum dns_security security);
/* What is not listed was never asked: it times out. */
void zone_recorded(struct zone *z);

struct dns_answer *zone_query(const struct zone *z,
    const struct dns_name *name, enum dns_type type);

#endif
