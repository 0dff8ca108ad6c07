/*
 * What TLS a server offers, found out by ClientHellos made by hand and what
 * comes back in clear. Each list is found by removal: all is offered, what
 * was chosen is taken out, until the server refuses. So the number of
 * connections grows with what is accepted, not with what exists.
 */
#ifndef TLS_ENUM_H
#define TLS_ENUM_H

#include "base/span.h"
#include "sys/env.h"
#include "tls/flight.h"
#include "tls/offer.h"

/* What became of a connection. */
enum tls_link {
	TLS_LINK_ANSWERED,	/* the flight is no longer FLIGHT_MORE */
	TLS_LINK_CLOSED,	/* by the server, after the hello; or reset */
	TLS_LINK_TIMEOUT,	/* it said nothing (more) */
	TLS_LINK_FAILED,	/* none was had, or no STARTTLS; the next may */
	TLS_LINK_NONE,		/* there are no more: the budget is used up */
};

/* One connection's worth. */
struct tls_question {
	struct span hello;		/* what to send */
	struct tls_flight flight;	/* where to feed the answer */
	enum tls_link link;		/* how it ended; TLS_LINK_NONE before */
};

enum { TLS_ASK_MAX = 32 };

struct tls_asker {
	/*
	 * For each of the n questions, which do not depend on each other:
	 * make a new connection, to where TLS begins (past STARTTLS), send
	 * the hello, feed what comes to tls_flight_feed until it wants no
	 * more, close, and set the link. One after the other or at once.
	 * After a TLS_LINK_NONE there is no further call.
	 */
	void (*ask)(void *arg, struct tls_question *q, size_t n);
	/* The most questions to be given at once: 1 to TLS_ASK_MAX. */
	size_t parallel;
	/*
	 * May be NULL. Make a whole TLS 1.3 handshake on a new connection, in
	 * which only these signature schemes are offered; append the
	 * certificate_list that came. TLS 1.3 encrypts it, so this is for
	 * servers that speak nothing older. TLS_LINK_ANSWERED with nothing
	 * appended says that the server refused; a certificate of no octets at
	 * the end, that others were left out.
	 */
	enum tls_link (*chain13)(void *arg, const struct tls_codes *schemes,
	    struct buf *certificate_list);
	void *arg;
	const struct env *env;		/* for its randomness */
	struct span sni;		/* a host name, or empty */
};

/*
 * For an "ask" that does one after the other: "one" asks a question and says
 * how it ended.
 */
void tls_ask_each(enum tls_link (*one)(void *arg, struct tls_question *q),
    void *arg, struct tls_question *q, size_t n);

/*
 * Ask everything, what weighs most first: versions, one suite of each class,
 * downgrade checks; then all suites, groups and signatures in turn; their
 * order last. When connections are used up, what is left stays "not asked"
 * and o->used_up is set. A server that three times in a row says nothing, and
 * then not even to a hello that it answered before, is left alone, and what
 * was not known yet is unclear. *o is written anew; free it with
 * tls_offer_free.
 */
void tls_enumerate(const struct tls_asker *via, struct tls_offer *o);

/* The first of it alone: o->version, and all else "not asked". */
void tls_enumerate_versions(const struct tls_asker *via,
    struct tls_offer *o);

#endif
