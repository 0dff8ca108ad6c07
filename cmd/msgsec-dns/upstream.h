/*
 * The resolver behind the DNS process: libunbound, with its cache for the
 * whole run. It has no thread of its own, since handing each answer on would
 * take more system calls than the DNS does. It forwards to the configured
 * servers, and validates (RFC 4035) when there is a trust anchor and the
 * servers give the signatures: without those, libunbound would call
 * everything bogus.
 */
#ifndef UPSTREAM_H
#define UPSTREAM_H

#include <stdbool.h>

#include "dns/dns.h"

struct event_base;
struct upstream;

struct upstream_config {
	const char *resolver;	/* "ADDR[@PORT]", "recurse", or NULL for
				   resolv.conf */
	const char *anchor;	/* file with DS or DNSKEY RRs; NULL: the
				   system's, where "dnssec" is wanted */
	bool dnssec;		/* validate, if only it can be done */
	bool keep;		/* the first answer holds for the whole run */
	bool has_now;		/* signatures are judged as of "now", */
	int64_t now;		/* and not by the machine's clock */
};

/*
 * NULL with *why (static text) and *what, the option's value at fault or
 * NULL, when it cannot be made. "done" is called with each answer, which is
 * its to free, from the loop of "base" or from upstream_ask.
 */
struct upstream *upstream_open(const struct upstream_config *config,
    struct event_base *base,
    void (*done)(void *arg, struct dns_answer *a), const char **what,
    const char **why);

/* What it knows of DNSSEC. */
enum dns_trust upstream_trust(const struct upstream *up);

/* Ask; false when that could not be done, and "done" will not be called. */
bool upstream_ask(struct upstream *up, const struct dns_name *name,
    enum dns_type type, void *arg);

/* What is under way is dropped, without a word to "done". */
void upstream_free(struct upstream *up);

#endif
