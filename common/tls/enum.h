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
	TLS_LINK_ANSWERED,	/* "into" is no longer FLIGHT_MORE */
	TLS_LINK_CLOSED,	/* by the server, after the hello; or reset */
	TLS_LINK_TIMEOUT,	/* it said nothing (more) */
	TLS_LINK_FAILED,	/* none was had, or no STARTTLS; the next may */
	TLS_LINK_NONE,		/* there are no more: the budget is used up */
};

struct tls_asker {
	/*
	 * Make a new connection, to where TLS begins (past STARTTLS), send
	 * the hello, feed what comes to tls_flight_feed(into) until it wants
	 * no more, and close. The answer to LINK_NONE is no further call.
	 */
	enum tls_link (*ask)(void *arg, struct span hello,
	    struct tls_flight *into);
	/*
	 * May be NULL. Make a whole TLS 1.3 handshake on a new connection, in
	 * which only these signature schemes are offered; append the
	 * certificate_list that came. TLS 1.3 encrypts it, so this is for
	 * servers that speak nothing older. TLS_LINK_ANSWERED with nothing
	 * appended says that the server refused.
	 */
	enum tls_link (*chain13)(void *arg, const struct tls_codes *schemes,
	    struct buf *certificate_list);
	void *arg;
	const struct env *env;		/* for its randomness */
	struct span sni;		/* a host name, or empty */
};

/*
 * Ask everything, what weighs most first: versions, weak suites before
 * strong ones, downgrade checks, groups, signatures, order. When connections
 * are used up, what is left stays "not asked" and o->used_up is set. *o is
 * written anew; free it with tls_offer_free.
 */
void tls_enumerate(const struct tls_asker *via, struct tls_offer *o);

#endif
