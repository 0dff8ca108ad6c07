/*
 * IP addresses: strict text forms in and out, CIDR networks, and whether an
 * address can belong to a host on the public Internet. An IPv4-mapped IPv6
 * address (RFC 4291 section 2.5.5.2) is the IPv4 address that it carries.
 */
#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* The longest text form of either family with its NUL. */
enum { IP_TEXT_SIZE = 46, IP_NET_TEXT_SIZE = 50 };

struct ip_addr {
	unsigned char family;	/* 4 or 6; 0 is "no address" */
	unsigned char b[16];	/* network order; IPv4 in the first four */
};

struct ip_net {
	struct ip_addr addr;	/* bits behind the prefix are kept as given */
	unsigned char bits;
};

/*
 * Text to address: four decimals without leading zeros, or RFC 4291 section
 * 2.2. No brackets, no zone, no blanks, no octal or short forms. ip_parse
 * takes either family and turns mapped addresses into IPv4; ip_parse4 and
 * ip_parse6 take one family and change nothing. *out is written on success.
 */
bool ip_parse(struct span text, struct ip_addr *out);
bool ip_parse4(struct span text, struct ip_addr *out);
bool ip_parse6(struct span text, struct ip_addr *out);

/* From 4 or 16 octets (A and AAAA data); false for any other length. */
bool ip_from_octets(struct span octets, struct ip_addr *out);

/* The address with the IPv4-mapped form undone. */
struct ip_addr ip_unmapped(struct ip_addr a);

/* "ADDR" or "ADDR/BITS"; a bare address is the network of itself alone. */
bool ip_net_parse(struct span text, struct ip_net *out);

/* Write the text form (RFC 5952 for IPv6; "" for no address); returns out. */
char *ip_text(char out[static IP_TEXT_SIZE], const struct ip_addr *a);
char *ip_net_text(char out[static IP_NET_TEXT_SIZE], const struct ip_net *net);

/* Octets of the family's addresses: 4, 16, or 0 for no address. */
static inline size_t
ip_octets(const struct ip_addr *a)
{
	return a->family == 4 ? 4 : a->family == 6 ? 16 : 0;
}

bool ip_eq(const struct ip_addr *a, const struct ip_addr *b);
/* Whether the first "bits" bits agree; never across families. */
bool ip_in(const struct ip_addr *a, const struct ip_addr *net, unsigned bits);
bool ip_in_net(const struct ip_addr *a, const struct ip_net *net);

/* What an address is for (IANA special-purpose registries, RFC 6890). */
enum ip_scope {
	IP_PUBLIC,
	IP_LOOPBACK,
	IP_PRIVATE,		/* RFC 1918, RFC 4193, and CGNAT (RFC 6598) */
	IP_LINK_LOCAL,
	IP_MULTICAST,
	IP_DOCUMENTATION,
	IP_RESERVED,		/* everything else that no host is met at */
};

enum ip_scope ip_scope(const struct ip_addr *a);

static inline bool
ip_is_public(const struct ip_addr *a)
{
	return ip_scope(a) == IP_PUBLIC;
}

#endif
