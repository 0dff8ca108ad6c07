/*
 * Where connections to mail hosts begin: a test's dialer plays a server,
 * --offline's refuses, and the live one stays off addresses that are not the
 * public Internet's. Name servers are asked by dns/exchange.c, and libcurl
 * connects for itself, to the addresses that net/fetch_https.c lets it have.
 */
#ifndef NET_DIAL_H
#define NET_DIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"

enum dial_result {
	DIAL_OK,
	DIAL_REFUSED,		/* the host is there, nobody listens */
	DIAL_TIMEOUT,		/* no answer until the deadline */
	DIAL_UNREACHABLE,	/* no route to it, says this side or a router */
	DIAL_NOT_PUBLIC,	/* forbidden: see ip_scope */
	DIAL_OFFLINE,		/* forbidden: --offline, --zone */
	DIAL_FAILED,		/* this machine's own trouble: errno */
};

struct dialer {
	enum dial_result (*dial)(struct dialer *d, const struct ip_addr *to,
	    uint16_t port, int64_t deadline, int *fd);
	void (*free)(struct dialer *d);
};

/*
 * Connect by TCP until "deadline", in the milliseconds of env_monotonic_ms.
 * DIAL_OK writes *fd: connected, non-blocking, close-on-exec, the caller's.
 */
enum dial_result dial(struct dialer *d, const struct ip_addr *to,
    uint16_t port, int64_t deadline, int *fd);

/*
 * The live dialer. With "source" (may be NULL) connections of its family
 * start there; "allow_private" lifts the ban on addresses that are not
 * public. Free with dial_free.
 */
struct dialer *dial_live(const struct ip_addr *source, bool allow_private);

/* The dialer of --offline: DIAL_OFFLINE every time. */
struct dialer *dial_none(void);

/* NULL is fine. */
void dial_free(struct dialer *d);

/* What an errno of connect(2) says of the way there; 0 is DIAL_OK. */
enum dial_result dial_result_of(int error);

/* "ok", "refused", "timeout", "unreachable", "not-public", ... "failed". */
const char *dial_result_name(enum dial_result r);

#endif
