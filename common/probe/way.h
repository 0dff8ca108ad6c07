/*
 * The way to one address: how many connections may be made, how far apart,
 * until when. For the files of this directory only.
 */
#ifndef PROBE_WAY_H
#define PROBE_WAY_H

#include "net/stream.h"
#include "probe/probe.h"
#include "tls/enum.h"

enum {
	/*
	 * Milliseconds for the first of many, on which the verdict hangs, and
	 * for each other one; a single one has all the time.
	 */
	WAY_FIRST_TIME = 30000,
	WAY_CONNECTION_TIME = 10000,
};

struct way {
	const struct probe_ctx *ctx;
	const struct probe_ask *ask;
	const struct probe_place *place;
	struct transcript *log;	/* NULL: none is kept */
	int64_t deadline;	/* of all, env_monotonic_ms */
	int64_t until;		/* of the connection last made */
	int64_t ended;		/* when the last one was closed; 0: none was */
	int64_t first_took;	/* milliseconds of the first connection */
	unsigned made;
	bool used_up, out_of_time;
	bool offered, absent;	/* STARTTLS, on connections seen so far */
	/* of the first handshake, where "full" wants to try it; or NULL */
	struct session_ticket *ticket;
};

enum way_result {
	WAY_OPEN,
	WAY_FAILED,		/* no connection; the next may succeed */
	WAY_SPENT,		/* no more connections, or no more time */
};

/*
 * What the next connection may take, in milliseconds, if there is so much
 * left: a server that took its time once takes it again.
 */
int64_t way_time(const struct way *w);

/*
 * A connection, with its own deadline in w->until. *how says why there is
 * none (WAY_FAILED).
 */
enum way_result way_open(struct way *w, struct stream **s,
    enum dial_result *how);

/*
 * The same, on to where a ClientHello may be sent. WAY_FAILED also when the
 * server does not get there this time.
 */
enum way_result way_open_tls(struct way *w, struct stream **s);

/* Take note of what a dialogue showed. */
void way_note(struct way *w, const struct hail *h);

/* The connection is over. */
void way_close(struct way *w, struct stream *s);

/* Where TLS begins: send the hello, and feed what comes to its flight. */
enum tls_link way_hello(struct stream *s, struct tls_question *q,
    int64_t until);

/* How to speak to this service until the connection's deadline. */
struct hail_ask way_ask(const struct way *w, bool start);

#endif
