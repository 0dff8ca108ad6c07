/*
 * One document over HTTPS, by the rules of RFC 8461 section 3.3: no redirect
 * is followed, nothing is cached, the certificate must name the host as a
 * DNS-ID and lead to a trusted root, time and size have an end. Behind the
 * one interface stand the network, a zone file, a recorder, or nothing.
 */
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ip.h"
#include "base/span.h"
#include "dns/dns.h"
#include "sys/env.h"

enum fetch_result {
	FETCH_OK,		/* an HTTP answer, whatever its status */
	FETCH_OFFLINE,		/* forbidden: --offline, --zone */
	FETCH_NO_HOST,		/* there is no address to go to */
	FETCH_NOT_PUBLIC,	/* forbidden: see ip_scope */
	FETCH_REFUSED,		/* nobody listens at any address */
	FETCH_UNREACHABLE,
	FETCH_TIMEOUT,
	FETCH_CUT,		/* the connection broke off */
	FETCH_TLS,		/* no handshake */
	FETCH_CERT_EXPIRED,
	FETCH_CERT_NAME,
	FETCH_CERT_UNTRUSTED,
	FETCH_CERT_INVALID,	/* for any other reason */
	FETCH_HTTP,		/* what came is not HTTP */
	FETCH_TOO_BIG,
	FETCH_FAILED,		/* this machine's own trouble */
	FETCH_RESULTS,
};

struct fetch_request {
	const char *host;	/* A-labels: SNI, Host field and DNS-ID */
	const char *path;	/* "/.well-known/mta-sts.txt" */
	const struct ip_addr *to;	/* tried in this order */
	size_t n;
	int64_t deadline;	/* in the milliseconds of env_monotonic_ms */
	size_t max;		/* octets of the content */
};

/* Ends with fetch_answer_free. */
struct fetch_answer {
	enum fetch_result result;
	unsigned faults;	/* bit 1 << FETCH_CERT_...: all that apply */
	bool connected;
	struct ip_addr address;	/* the one that was, or was last tried */
	unsigned status;	/* HTTP's; 0: none came */
	char *type;		/* media type as sent; NULL: none */
	struct buf body;	/* of status 200 only */
	char *error;		/* for people; NULL: nothing to add */
	bool has_cert;		/* the host's own, trusted or not */
	int64_t not_before, not_after;
};

struct fetcher {
	void (*get)(struct fetcher *f, const struct fetch_request *want,
	    struct fetch_answer *out);
	void (*free)(struct fetcher *f);
};

/* Always an answer. */
void fetch_get(struct fetcher *f, const struct fetch_request *want,
    struct fetch_answer *out);
void fetch_answer_free(struct fetch_answer *a);

/* "ok", "timeout", "cert-expired" and so on; the same back, or RESULTS. */
const char *fetch_result_name(enum fetch_result r);
enum fetch_result fetch_result_named(struct span name);

/* NULL is fine. */
void fetch_free(struct fetcher *f);

/*
 * The fetchers.
 *
 * fetch_https_open: the network, but for addresses that are not public unless
 * "allow_private". Certificates are judged by the env's clock. To be opened
 * before workers are forked and the sandbox closes. NULL when libcurl cannot
 * be set up.
 */
enum { FETCH_HTTPS_PORT = 443 };

struct fetch_https {
	X509_STORE *roots;	/* the caller's, as is the env */
	const struct env *env;
	bool allow_private;
	uint16_t port;		/* 0: 443 */
};

struct fetcher *fetch_https_open(const struct fetch_https *with);

/*
 * fetch_zone_open: what a msgsec-zone(5) file says. A URL that it does not
 * name is FETCH_OFFLINE, in a recording FETCH_TIMEOUT, and FETCH_NO_HOST
 * where the request has no address. "zone" stays the caller's. NULL with
 * *why (owned) when an entry gives a reason that is none.
 */
struct fetcher *fetch_zone_open(const struct dns *zone, uint64_t seed,
    char **why);

/* fetch_none_open: FETCH_OFFLINE every time. */
struct fetcher *fetch_none_open(void);

/*
 * fetch_record_open: asks "inner" (owned from now on) and appends each answer
 * to the descriptor as an entry of a zone file, in one write(2). The first
 * write error is kept: fetch_record_errno, 0 when all is well.
 */
struct fetcher *fetch_record_open(struct fetcher *inner, int fd);
int fetch_record_errno(const struct fetcher *record);

#endif
