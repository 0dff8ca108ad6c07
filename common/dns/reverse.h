/*
 * The name of an address, and whether it leads back to it (RFC 1035 section
 * 3.5, RFC 3596 section 2.5): servers want that of those who send.
 */
#ifndef DNS_REVERSE_H
#define DNS_REVERSE_H

#include "base/buf.h"
#include "base/ip.h"
#include "dns/dns.h"

enum reverse_status {
	REVERSE_UNKNOWN,	/* the DNS could not be asked */
	REVERSE_NONE,		/* the address has no name */
	REVERSE_FALSE,		/* names, none of which leads back */
	REVERSE_TRUE,
};

/* PTR names that are looked at: an attacker may give any number. */
enum { REVERSE_NAMES_MAX = 10 };

/* { 0 } is empty. */
struct reverse {
	enum reverse_status status;
	char *name;		/* the one that leads back, else the first, as
				   dns_name_str; NULL: none */
};

/* Ask. Free with reverse_free. */
void reverse_find(struct dns *dns, const struct ip_addr *ip,
    struct reverse *out);
void reverse_free(struct reverse *r);

/* Append "1.2.0.192.in-addr.arpa", or 32 nibbles and "ip6.arpa". */
void reverse_name(struct buf *out, const struct ip_addr *ip);

#endif
