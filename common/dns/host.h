/*
 * The addresses of a mail host: A and AAAA, aliases followed. One family that
 * could not be asked does not hide the other, nor does it count as absent.
 */
#ifndef DNS_HOST_H
#define DNS_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/finding.h"
#include "base/ip.h"
#include "base/span.h"
#include "dns/dns.h"

enum { HOST_ADDRESSES_MAX = 64 };

/* How the question for one family ended. */
struct host_family {
	enum dns_status status;
	enum dns_security security;
};

/* struct host h = { 0 }; is empty. */
struct host {
	struct dns_name name;		/* as asked */
	struct dns_name canonical;	/* behind its aliases, else as name */
	enum dns_trust trust;
	struct host_family a, aaaa;
	struct ip_addr *v;		/* IPv4 first, each once, in order */
	size_t n;
	size_t left_out;		/* over HOST_ADDRESSES_MAX */
};

/* Ask for both families. Free what is found with host_free. */
void host_find(struct dns *dns, const struct dns_name *name,
    struct host *out);
void host_free(struct host *h);

/* Whether a family could not be found out. */
bool host_failed(const struct host *h);
/* Whether DNSSEC refused a family. */
bool host_bogus(const struct host *h);
/*
 * How far DNSSEC vouches for the addresses, or for there being none: the
 * weaker of the families that were answered (RFC 7672 section 2.2.2), every
 * alias on the way included. Indeterminate when none was.
 */
enum dns_security host_security(const struct host *h);

static inline bool
host_is_alias(const struct host *h)
{
	return !dns_name_eq(&h->name, &h->canonical);
}

/*
 * Add what an MX host's addresses give rise to: mx.cname, mx.no-address,
 * mx.host-dns, dnssec.bogus, with the host as "where".
 */
void host_findings(const struct host *h, struct findings *fs);

#endif
