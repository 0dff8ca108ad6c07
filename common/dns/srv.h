/* Where a service of a domain is (RFC 2782; RFC 6186 and 8314 for mail). */
#ifndef DNS_SRV_H
#define DNS_SRV_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "dns/dns.h"

enum srv_status {
	SRV_OK,
	SRV_ABSENT,		/* no SRV: the domain does not say */
	SRV_NOT_HERE,		/* the target is ".": no such service */
	SRV_UNKNOWN,		/* the DNS could not be asked */
};

enum { SRV_HOSTS_MAX = 32 };

struct srv_host {
	uint16_t priority, port;
	char *text;		/* dns_name_str of the target */
};

/* struct srv_set s = { 0 }; is empty. */
struct srv_set {
	enum srv_status status;
	enum dns_security security;
	struct srv_host *v;	/* by priority, then by name */
	size_t n;		/* 0 unless SRV_OK */
	size_t left_out;	/* over SRV_HOSTS_MAX */
};

/*
 * Ask for "prefix" ("_imaps._tcp") below the domain, A-labels. Free what is
 * found with srv_free.
 */
void srv_find(struct dns *dns, const char *prefix, struct span domain,
    struct srv_set *out);
void srv_free(struct srv_set *s);

#endif
