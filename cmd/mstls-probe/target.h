/*
 * What a subject leads to: a domain's mail hosts (and services), or one
 * endpoint; their addresses, and what the DNS says of their keys. Found out
 * by "plan", and once more from the same answers by "finish".
 */
#ifndef MSTLS_PROBE_TARGET_H
#define MSTLS_PROBE_TARGET_H

#include "dns/caa.h"
#include "dns/host.h"
#include "dns/mx.h"
#include "dns/reverse.h"
#include "mtasts/sender.h"
#include "net/service.h"
#include "probe/probe.h"
#include "run/plan.h"
#include "run/subject.h"
#include "tls/dane.h"

struct args;

enum { NO_VISIT = -1 };

struct address {
	struct probe_place place;
	int visit;		/* index in the plan, or NO_VISIT */
	enum visit_end how;	/* of the visit */
	bool seen;		/* "probe" holds what was found */
	struct probe probe;
	struct dane_verdict dane;
	struct reverse reverse;	/* of an MX, in full depth */
	/* the certificates shown, one chain for each kind of key */
	struct shown *shown;
	size_t shown_n;
};

/* One chain that an address shows, and what it is worth. */
struct shown {
	struct cert_chain chain;
	struct chain_verdict verdict;
	struct dane_verdict dane;
	bool name_match;
};

enum server_source { SOURCE_MX, SOURCE_SRV, SOURCE_GIVEN, SOURCE_DEFAULT };

struct server {
	enum server_source source;
	enum service service;
	uint16_t preference, port;
	char *name;		/* as the DNS has it, or an address */
	bool no_host;		/* an MX or SRV target that is no host name */
	/* of the MX or SRV that names it; where none does: secure */
	enum dns_security named;
	struct host host;	/* empty for an address */
	struct dane_set dane;
	bool looked_up;		/* "caa", and its addresses' "reverse" */
	struct caa_set caa;
	struct address *v;
	size_t n, cap;
	bool left_out;		/* over --max-hosts: not looked at */
	struct sender_row rows[SENDERS];	/* of an MX, once judged */
};

/* What who has but one family of addresses finds. */
struct family {
	size_t addresses, connected;
	enum severity worst;
};

enum { FAMILIES = 2 };	/* IPv4, IPv6 */

struct target {
	bool is_domain;		/* else an endpoint; neither: no subject */
	bool is_endpoint;
	struct buf name;	/* the domain, or the endpoint's host */
	uint16_t port;		/* of an endpoint */
	struct mx_set mx;	/* of a domain whose MX was asked for */
	bool has_mx;
	struct { struct server *v; size_t n, cap; } servers;
	struct findings findings;
	struct family family[FAMILIES];
	bool shortened;		/* by target_shorten */
};

/* Find it out. Free with target_free, be it a subject or not. */
void target_find(struct dns *dns, const struct args *args,
    const struct subject *s, struct target *out);
void target_free(struct target *t);
/* Forget the addresses, where no record has room for them all. */
void target_shorten(struct target *t);

/* Add the visits to a plan, in the order of their indices. */
void target_plan(const struct target *t, struct plan *p);
/* Take in what the visits found. */
void target_take(struct target *t, const struct planned *p);

/* "srv", "given", "default". */
const char *server_source_name(enum server_source s);

#endif
