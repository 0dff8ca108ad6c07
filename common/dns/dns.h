/*
 * The one interface to the DNS. Behind it stand the live resolver, a zone
 * file, a recorder, a cache, or the DNS process of a bulk run; who asks
 * cannot tell which. "There is none" and "could not find out" never mix.
 */
#ifndef DNS_DNS_H
#define DNS_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ip.h"
#include "base/span.h"
#include "dns/name.h"

enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_SRV = 33,
	DNS_DNSKEY = 48,
	DNS_TLSA = 52,
	DNS_OPENPGPKEY = 61,
	DNS_CAA = 257,
};

enum dns_status {
	DNS_OK,			/* at least one RR of the type */
	DNS_NODATA,		/* the name exists, the type does not */
	DNS_NXDOMAIN,		/* the name does not exist */
	DNS_SERVFAIL,		/* answered, but with an error */
	DNS_TIMEOUT,		/* no answer */
	DNS_BOGUS,		/* DNSSEC says it was tampered with */
};

/* How far DNSSEC reaches (RFC 4033 section 5); bogus is a status. */
enum dns_security {
	DNS_INDETERMINATE,	/* nobody here validated */
	DNS_INSECURE,
	DNS_SECURE,
};

/*
 * What a resolver knows of DNSSEC: why its answers are DNS_INDETERMINATE,
 * where they are. It holds for the run.
 */
enum dns_trust {
	DNS_UNCHECKED,		/* nobody wanted it to validate */
	DNS_NO_ANCHOR,		/* it should, and has no trust anchor */
	DNS_STRIPPED,		/* it should, and is given no signatures */
	DNS_CHECKED,		/* it validates, or believes one that does */
};

/* One RRset, immutable and counted; lend it on with dns_answer_ref. */
struct dns_answer {
	enum dns_status status;
	enum dns_security security;
	uint32_t ttl;		/* seconds; of a negative answer too */
	struct dns_name canonical;	/* after CNAMEs; empty in failures */
	size_t n;		/* RRs, 0 unless DNS_OK */
	struct span *rdata;	/* n of them: wire form, names uncompressed */
	unsigned refs;		/* owned by dns_answer_ref / _free */
};

struct dns;

/*
 * Ask for name and type; CNAMEs are followed. Always an answer, to be freed
 * with dns_answer_free: failures are answers too. A name that cannot be sent
 * (RFC 1035 lengths) is DNS_NXDOMAIN: it cannot exist.
 */
struct dns_answer *dns_query(struct dns *dns, struct span name,
    enum dns_type type);
struct dns_answer *dns_query_name(struct dns *dns,
    const struct dns_name *name, enum dns_type type);

struct dns_answer *dns_answer_ref(struct dns_answer *a);
void dns_answer_free(struct dns_answer *a);

/* SERVFAIL, timeout, bogus: nothing is known (RFC 7208 "temperror"). */
bool dns_failed(enum dns_status s);
/* "ok", "nodata", "nxdomain", "servfail", "timeout", "bogus". */
const char *dns_status_name(enum dns_status s);
/* "unchecked", "no-anchor", "stripped", "checked". */
const char *dns_trust_name(enum dns_trust t);
/* "TXT" and friends; unknown ones as "TYPE999". Valid until the next call. */
const char *dns_type_name(enum dns_type type);

/*
 * Typed views of one rdata. False when it has not the type's form; the text
 * of TXT strings is appended joined without blanks (RFC 7208 section 3.3).
 */
bool dns_rr_txt(struct span rdata, struct buf *out);
bool dns_rr_name(struct span rdata, struct dns_name *out);
bool dns_rr_mx(struct span rdata, uint16_t *preference, struct dns_name *out);
/* Of A and AAAA: an address of just that family. */
bool dns_rr_address(enum dns_type type, struct span rdata,
    struct ip_addr *out);

/* RFC 2782. A target of one octet, the root, says "not here". */
struct dns_srv {
	uint16_t priority, weight, port;
	struct dns_name target;
};

bool dns_rr_srv(struct span rdata, struct dns_srv *out);

/* RFC 6698 section 2.1, any numbers; "data" lies in the rdata, not empty. */
struct dns_tlsa {
	uint8_t usage, selector, matching;
	struct span data;
};

bool dns_rr_tlsa(struct span rdata, struct dns_tlsa *out);

/*
 * Seconds that one query may take at most, all retries included, from now on;
 * 0: what it was before. Backends without a network ignore it, and the stub
 * resolver takes no longer than resolv.conf lets it. Where many are asked
 * within one limit, DNS_QUESTION_SECONDS leaves some of it to those that
 * follow one with a dead name server.
 */
enum { DNS_QUESTION_SECONDS = 10 };
void dns_set_timeout(struct dns *dns, unsigned seconds);

/* Free a resolver and what it holds, the one that it wraps too. */
void dns_free(struct dns *dns);

/* What a backend implements; for the files of this directory only. */
struct dns_ops {
	struct dns_answer *(*query)(struct dns *dns,
	    const struct dns_name *name, enum dns_type type);
	void (*set_timeout)(struct dns *dns, unsigned seconds); /* or NULL */
	void (*free)(struct dns *dns);
};

struct dns {
	const struct dns_ops *ops;
	bool fixed;		/* the same question always gets its answer */
	enum dns_trust trust;
};

static inline enum dns_trust
dns_trust(const struct dns *dns)
{
	return dns->trust;
}

/* An answer without RRs. */
struct dns_answer *dns_answer_empty(enum dns_status status, uint32_t ttl);
/* An answer DNS_OK with copies of n rdatas. */
struct dns_answer *dns_answer_new(const struct span *rdata, size_t n,
    uint32_t ttl);

/*
 * The backends.
 *
 * dns_live_open: stub resolver over ldns. "server" is "ADDR" or
 * "ADDR@PORT" or NULL for resolv.conf; "trust_ad" believes the AD bit. NULL
 * with *why (static text) when there is no usable server. With "trust_ad" an
 * answer without AD is insecure. By resolv.conf's own word it is only
 * indeterminate: systemd writes it there for resolvers that do not validate.
 */
struct dns *dns_live_open(const char *server, bool trust_ad,
    const char **why);

/*
 * dns_zone_open: answers from a msgsec-zone(5) file. NULL with *why (owned,
 * "FILE: line N: what") when it cannot be read or parsed. dns_zone_read
 * takes the text itself, which need not outlive the call; "path" is for the
 * errors only. dns_zone_now gives the file's ";! now", if it has one; false
 * for any other backend.
 */
struct dns *dns_zone_open(const char *path, char **why);
struct dns *dns_zone_read(struct span text, const char *path, char **why);
bool dns_zone_now(const struct dns *zone, int64_t *now);

/*
 * What such a file says of HTTPS servers: entry i, lent for the zone's life;
 * false behind the last one and for any other backend. Who fetches makes
 * something of it (net/fetch.h). dns_zone_is_recorded: it is a recording, in
 * which what is not listed is unknown.
 */
struct dns_fetch {
	struct span url;
	unsigned status;	/* 0: no answer came, for the reason "what" */
	struct span what;	/* media type, or the reason's name */
	struct span body;
};

bool dns_zone_fetch(const struct dns *zone, size_t i, struct dns_fetch *out);
bool dns_zone_is_recorded(const struct dns *zone);

/*
 * dns_record_open: asks "inner" (owned from now on) and writes each answer
 * to the file descriptor as msgsec-zone(5), marked ";! recorded". The first
 * write error is kept: dns_record_errno, 0 when all is well.
 */
struct dns *dns_record_open(struct dns *inner, int fd, int64_t now);
int dns_record_errno(const struct dns *record);

/*
 * dns_record_trust: write down what the resolver knows of DNSSEC, where it is
 * not "inner", whose own stands there already.
 */
void dns_record_trust(struct dns *record, enum dns_trust trust);

/*
 * dns_record_note: write down what was answered elsewhere, for a recorder
 * whose "inner" is not asked.
 */
void dns_record_note(struct dns *record, const struct dns_name *name,
    enum dns_type type, const struct dns_answer *a);

/*
 * dns_cache_open: remembers answers of "inner" (owned from now on), at most
 * "entries" of them, each for its TTL (failures for 30 seconds, zone answers
 * for the run). "seed" guards its hash table, "clock" gives seconds.
 */
struct dns *dns_cache_open(struct dns *inner, size_t entries, uint64_t seed,
    int64_t (*clock)(void *), void *arg);

/*
 * dns_budget_open: asks "inner" (owned from now on) for that many seconds in
 * all; then every question times out at once, until dns_budget_renew gives
 * the next subject its own seconds.
 */
struct dns *dns_budget_open(struct dns *inner, unsigned seconds);
void dns_budget_renew(struct dns *budget);

/*
 * dns_budget_within: the same over an "inner" that is lent, and has a limit of
 * its own: for questions that nothing depends on. dns_free gives inner back.
 */
struct dns *dns_budget_within(struct dns *inner, unsigned seconds);

/*
 * dns_keep_open: asks "inner" (lent) and appends each question with its
 * answer to *out. dns_kept_open answers from these octets, which must outlive
 * it: who asks the same there gets the same, and any other question times
 * out. So what was decided in one process is decided alike in another.
 */
struct dns *dns_keep_open(struct dns *inner, struct buf *out);
struct dns *dns_kept_open(struct span kept);

/* dns_none_open: every question times out (--offline without a zone). */
struct dns *dns_none_open(void);

/*
 * dns_remote_open: asks the DNS process at the other end of the socket "fd"
 * (owned from now on; see dns/process.h), which has said what it knows of
 * DNSSEC. When that process is gone, every question times out.
 */
struct dns *dns_remote_open(int fd, enum dns_trust trust);

#endif
