/*
 * Where the mail of a domain goes: its MX hosts (RFC 5321 section 5.1), its
 * own address in their place, or nowhere (RFC 7505).
 */
#ifndef DNS_MX_H
#define DNS_MX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/finding.h"
#include "base/span.h"
#include "dns/dns.h"

enum mx_status {
	MX_OK,
	MX_NULL,		/* says that it takes no mail */
	MX_IMPLICIT,		/* no MX: the domain is its own mail host */
	MX_NONE,		/* no MX, nor an address */
	MX_NXDOMAIN,
	MX_BOGUS,		/* DNSSEC refuses the answer */
	MX_UNKNOWN,		/* the DNS could not be asked */
};

/* What the right-hand side of an MX is. */
enum mx_kind {
	MX_HOST,
	MX_ADDRESS,		/* an IP address written as a name */
	MX_NOT_A_HOST,		/* no name that mail can use */
};

enum { MX_HOSTS_MAX = 100 };

struct mx_host {
	uint16_t preference;	/* the least, where it stands several times */
	enum mx_kind kind;
	bool repeated;
	struct dns_name name;
	char *text;		/* dns_name_str */
};

/* struct mx_set mx = { 0 }; is empty. */
struct mx_set {
	enum mx_status status;
	enum dns_security security;	/* of the MX, or of its absence */
	enum dns_trust trust;
	enum dns_status dns;	/* how the question that decided ended */
	struct dns_name domain;
	struct dns_name canonical;	/* of MX_OK: the owner of the MX */
	bool null_not_alone;	/* the "." beside other hosts, left out */
	size_t left_out;	/* hosts over MX_HOSTS_MAX */
	struct mx_host *v;	/* by preference, then by name */
	size_t n;		/* 0 unless MX_OK or MX_IMPLICIT */
};

/* Ask. The domain is A-labels; free what is found with mx_free. */
void mx_find(struct dns *dns, struct span domain, struct mx_set *out);
void mx_free(struct mx_set *mx);

/*
 * Add what the set gives rise to: the mx.* codes, and those dnssec.* ones
 * that the MX question decides. Hosts and domain stand as "where".
 */
void mx_findings(const struct mx_set *mx, struct findings *fs);

/* "ok", "null", "implicit", "none", "nxdomain", "bogus", "unknown". */
const char *mx_status_name(enum mx_status s);

#endif
