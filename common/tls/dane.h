/*
 * DANE for mail (RFC 6698, 7671, 7672): finding a service's TLSA records, and
 * holding what a server sent against them.
 */
#ifndef TLS_DANE_H
#define TLS_DANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "dns/dns.h"
#include "dns/host.h"
#include "dns/mx.h"
#include "tls/cert.h"
#include "tls/chain.h"

enum { DANE_RECORDS_MAX = 64 };

enum { DANE_TA = 2, DANE_EE = 3 };	/* RFC 7218 usages that mail has */

/* Whether a record can be used (RFC 7671 sections 4 and 5, 7672 3.1.3). */
enum dane_use {
	DANE_USABLE,
	DANE_PKIX,		/* usage 0 or 1: not for SMTP */
	DANE_USAGE,		/* no such usage, selector or matching */
	DANE_SELECTOR,
	DANE_MATCHING,
	DANE_LENGTH,		/* no digest of that kind is so long */
	DANE_DATA,		/* a whole certificate or key, unreadable */
	DANE_MALFORMED,		/* no TLSA RDATA at all */
};

struct dane_record {
	uint8_t usage, selector, matching;
	enum dane_use use;
	struct span data;	/* owned */
};

/* CLI.md's words, and what stands before a server was seen. */
enum dane_status {
	DANE_NONE,		/* there are no records, or DANE is not on */
	DANE_INSECURE,		/* records that no DNSSEC vouches for */
	DANE_BOGUS,		/* DNSSEC refuses an answer */
	DANE_UNKNOWN,		/* an answer could not be had */
	DANE_UNUSABLE,		/* records, none usable: TLS, unauthenticated */
	DANE_PRESENT,		/* usable ones: the server is yet to be seen */
	DANE_MATCH,
	DANE_MISMATCH,
};

/* struct dane_set d = { 0 }; is empty. */
struct dane_set {
	enum dane_status status;	/* up to DANE_PRESENT */
	enum dns_security security;	/* of the TLSA answer */
	enum dns_trust trust;
	enum dns_status dns;		/* how the last question ended */
	struct dns_name base;	/* TLSA base domain: SNI, and a name for TA */
	struct dane_record *v;
	size_t n;
	size_t left_out;	/* over DANE_RECORDS_MAX */
};

/*
 * The records at _PORT._tcp below the base domain: the host's canonical name
 * first where its whole chain of aliases is secure, then its own; its own
 * alone where the alias is secure and what it leads to is not (RFC 7672
 * section 2.2.2). "h" has been asked for its addresses, which comes first:
 * where they are insecure, records are only looked at, never used.
 */
void dane_find(struct dns *dns, const struct host *h, uint16_t port,
    struct dane_set *out);
void dane_free(struct dane_set *d);

/* Add what the RDATA holds; what is unusable is kept with its reason. */
void dane_add(struct dane_set *d, struct span rdata);

/* Why nothing matched. */
enum dane_reason {
	DANE_NO_RECORD,		/* no record is of any certificate sent */
	DANE_TA_CHAIN,		/* a TA's, but the chain from it is bad */
	DANE_TA_NAME,		/* a TA's, but for other names */
	DANE_TA_DATES,		/* a TA's, but out of date */
	DANE_WEAKER,		/* one does, but by the weaker of two digests */
	DANE_NO_CHAIN,		/* no certificate was sent */
};

struct dane_verdict {
	/* the set's, or MATCH, MISMATCH; UNKNOWN: none of those kept, of the
	   records or, for a TA, of the certificates */
	enum dane_status status;
	enum dane_reason reason;	/* of DANE_MISMATCH */
	size_t record;		/* of DANE_MATCH: which one, */
	size_t depth;		/* of which certificate */
	uint64_t matched;	/* bit i: record i is of this chain */
};

/* The reference identifiers, of which a DANE-TA chain has to name one. */
enum { DANE_NAMES_MAX = 3 };

struct dane_names {
	struct span v[DANE_NAMES_MAX];	/* owned */
	size_t n;
};

/*
 * Those of an MX host (RFC 7672 section 3.2.2): the base domain; the domain
 * whose mail it takes, and what that is an alias of, if the MX is secure. The
 * host's own name counts only where it is the base domain.
 */
void dane_names_of_mx(const struct dane_set *d, const struct mx_set *mx,
    struct dane_names *out);
/* Those of another server: the base domain, its name, "domain" if not empty. */
void dane_names_of_host(const struct dane_set *d, struct span host,
    struct span domain, struct dane_names *out);
void dane_names_free(struct dane_names *names);

/*
 * Hold a chain against the set. Names and dates count for DANE-TA only;
 * "names" are the reference identifiers. Of records of one usage and selector
 * SHA-256 counts only where none is by SHA-512 (RFC 7671 section 9).
 */
void dane_judge(const struct dane_set *d, const struct cert_chain *chain,
    const struct span *names, size_t n, int64_t now,
    struct dane_verdict *out);

/*
 * Bit i: usable record i is of no chain that is served, "matched" being those
 * of all verdicts together. It waits for the next key, or was forgotten (RFC
 * 7671 section 8).
 */
uint64_t dane_idle(const struct dane_set *d, uint64_t matched);

/* "none", "insecure", "bogus", "unknown", "unusable", "present", "match",
   "mismatch"; "usable", "pkix-usage", ... */
const char *dane_status_name(enum dane_status s);
const char *dane_use_name(enum dane_use u);

#endif
