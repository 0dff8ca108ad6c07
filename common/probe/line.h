/*
 * The way to one address: how many connections may be made, how far apart,
 * until when. For the files of this directory only.
 */
#ifndef PROBE_LINE_H
#define PROBE_LINE_H

#include "net/stream.h"
#include "probe/probe.h"

enum {
	/*
	 * Milliseconds for the first of many, on which the verdict hangs, and
	 * for each other one; a single one has all the time.
	 */
	LINE_FIRST_TIME = 30000,
	LINE_CONNECTION_TIME = 10000,
};

struct line {
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

enum line_result {
	LINE_OPEN,
	LINE_FAILED,		/* no connection; the next may succeed */
	LINE_SPENT,		/* no more connections, or no more time */
};

/*
 * What the next connection may take, in milliseconds, if there is so much
 * left: a server that took its time once takes it again.
 */
int64_t line_time(const struct line *l);

/*
 * A connection, with its own deadline in l->until. *how says why there is
 * none (LINE_FAILED).
 */
enum line_result line_open(struct line *l, struct stream **s,
    enum dial_result *how);

/*
 * The same, on to where a ClientHello may be sent. LINE_FAILED also when the
 * server does not get there this time.
 */
enum line_result line_open_tls(struct line *l, struct stream **s);

/* Take note of what a dialogue showed. */
void line_note(struct line *l, const struct hail *h);

/* The connection is over. */
void line_close(struct line *l, struct stream *s);

/* How to speak to this service until the connection's deadline. */
struct hail_ask line_ask(const struct line *l, bool start);

#endif
