/*
 * One address of a mail host, looked at as a careful sender would see it
 * (delivery), or from all sides (full). What comes out are facts, fit to
 * travel between processes; judging them is for who asked.
 */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "net/dial.h"
#include "net/hail.h"
#include "net/smtp.h"
#include "probe/active.h"
#include "probe/place.h"
#include "sys/env.h"
#include "tls/chain.h"
#include "tls/offer.h"
#include "tls/session.h"

/* What all probes of a process share; made before the sandbox closes. */
struct probe_ctx {
	const struct env *env;		/* clock, randomness, dialer */
	struct session_ctx *session;
	const struct trust *trust;
	struct chain_memo *judged;	/* may be NULL */
};

struct probe_ask {
	bool full;		/* else delivery: one connection */
	bool active;		/* injection, renegotiation, malformed input */
	bool transcript;
	const char *helo;	/* for EHLO */
	unsigned connections;	/* at most; 0: as many as it takes */
	int64_t gap;		/* milliseconds between two of them */
	int64_t time;		/* milliseconds for all of it */
};

/* How far the delivery's connection came. */
enum probe_reach {
	PROBE_NO_CONNECTION,	/* see dial */
	PROBE_NO_TLS,		/* see hail: STARTTLS was not to be had */
	PROBE_NO_HANDSHAKE,	/* see session */
	PROBE_TLS,
};

struct probe {
	struct probe_place place;
	enum probe_reach reach;
	enum dial_result dial;
	struct hail hail;	/* of the first connection */
	struct session session;
	struct chain_verdict chain;	/* of the session's */
	/* after probe_unpack: what session.why and chain.detail said */
	struct buf why, chain_detail;
	unsigned connections;	/* made in all */
	bool used_up;		/* "connections" did not suffice */
	bool out_of_time;	/* "time" did not */
	/* full depth: STARTTLS was offered on some connections only */
	bool flapping;

	/* full depth; TLS_NOT_ASKED in delivery */
	bool enumerated;
	struct tls_offer offer;
	enum tls_known resumes;	/* a second connection took a ticket up */
	enum tls_known early_data;	/* TLS 1.3: the ticket allows it */
	/* SMTP and submission: is MAIL taken without TLS? */
	enum smtp_tls_need mail_in_clear;
	/* active */
	struct active active;
	enum tls_known renegotiates;	/* when the client asks (TLS 1.2), */
	uint32_t renegotiations;	/* so often, TLS_RENEGOTIATIONS at
					   most */

	struct buf transcript;	/* as net/transcript.h has it, or empty */
};

/* Look. *out is written anew; free it with probe_free. */
void probe_address(const struct probe_ctx *ctx, const struct probe_ask *ask,
    const struct probe_place *place, struct probe *out);

/*
 * The same with the place as place_pack has it, and what was seen appended as
 * probe_pack does. Octets that are no place append nothing.
 */
void probe_packed(const struct probe_ctx *ctx, const struct probe_ask *ask,
    struct span place, struct buf *found);

/* As octets, and back; false for what probe_pack would not write. */
void probe_pack(const struct probe *p, struct buf *out);
bool probe_unpack(struct span in, struct probe *out);
/* The first of it, cheaply. */
bool probe_peek(struct span in, enum service *service,
    enum probe_reach *reach, enum dial_result *dial);

/* A probe of which nothing is known, and the end of any. */
void probe_init(struct probe *p);
void probe_free(struct probe *p);

#endif
