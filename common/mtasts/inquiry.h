/*
 * What a sender with MTA-STS finds out about a domain (RFC 8461 sections 3
 * and 5.1): the record, what it remembers, the policy anew where it has to
 * be fetched, and which policy is in force after all that.
 */
#ifndef MTASTS_INQUIRY_H
#define MTASTS_INQUIRY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/finding.h"
#include "dns/host.h"
#include "mtasts/memory.h"
#include "mtasts/policy.h"
#include "mtasts/preload.h"
#include "mtasts/record.h"
#include "net/fetch.h"
#include "sys/env.h"
#include "tls/names.h"

enum {
	STS_FETCH_SECONDS = 60,		/* section 3.3 */
	STS_BACK_OFF = 300,		/* seconds after a failed fetch, */
	STS_BACK_OFF_SPREAD = 150,	/* and up to so many more */
	STS_REFRESH = 86400,		/* seconds after a good one */
	STS_CERT_SOON = 14 * 86400,	/* seconds before a certificate ends */
};

/* What an inquiry may use. */
struct sts_ways {
	const struct env *env;		/* clock, DNS, fetcher */
	struct memory *memory;		/* NULL: nothing is remembered */
	enum memory_result lost;	/* why what is cannot be read, or
					   MEMORY_OK */
	const struct preload *preload;	/* NULL: no list */
	int64_t deadline;		/* of fetches, in the milliseconds
					   of env_monotonic_ms; 0: none */
	bool refresh;			/* fetch whatever is remembered */
	bool each_family;		/* compare IPv4 and IPv6 */
	bool host_tls;			/* see which versions are spoken */
	int valid_for;			/* days that the policy host's
					   certificate shall hold, or 0 */
};

/* An address of the policy host, and its TLS. */
struct sts_host_tls {
	struct ip_addr address;
	bool known;			/* any version at all */
	bool version[TLS_VERSIONS];	/* spoken, by tls_version_index */
};

enum { STS_FAMILIES = 2 };

/* Where the policy in force comes from. */
enum sts_source {
	STS_FROM_NOWHERE,
	STS_FROM_FETCH,
	STS_FROM_MEMORY,
	STS_FROM_PRELOAD,
};

/* Whether there is a policy, as far as could be found out. */
enum sts_standing {
	STS_WITHOUT,		/* none, for sure */
	STS_USELESS,		/* published, but of no use to a sender */
	STS_UNKNOWN,		/* nobody knows */
	STS_IN_FORCE,		/* "policy"; its mode may be none */
};

struct sts_inquiry {
	struct sts_discovered record;
	struct memory_entry remembered;
	bool memory_failed;	/* it might have known more */
	bool asked;		/* a fetch was made: the next two hold */
	struct host host;	/* the policy host */
	struct fetch_answer fetch;
	struct sts_host_tls tls[STS_FAMILIES];	/* with host_tls: one each */
	size_t tls_n;
	struct preload_policy preload;
	enum sts_standing standing;
	enum sts_source source;
	struct sts_policy policy;	/* STS_IN_FORCE; lent by its source */
	struct span body;		/* likewise; empty for a list's */
	/* STS_USELESS: what a report would call it */
	enum tlsrpt_result problem;
	/* what is to be remembered now: octets for memory_apply */
	struct buf changes;
};

/*
 * Inquire about a domain (A-labels), adding what there is to say. Nothing is
 * written; end with sts_inquiry_free.
 */
void sts_inquire(const struct sts_ways *ways, struct span domain,
    struct sts_inquiry *out, struct findings *fs);
void sts_inquiry_free(struct sts_inquiry *q);

/*
 * When a policy that is remembered is to be fetched again, whatever the DNS
 * says by then: a day after it was, or half of its life. Up to a quarter of
 * that comes off, by domain and time, so that what was learned together is not
 * asked for together for ever.
 */
int64_t sts_refresh_due(const struct memory_entry *e);

/* "fetched", "cache", "preload", "none". */
const char *sts_source_name(enum sts_source s);

/* The policy as the kinds of sender see it. */
struct sender_policy sts_sender_policy(const struct sts_inquiry *q);

#endif
