/* The looks in their order; see probe.h. */
#include "probe/probe.h"

#include "probe/look.h"

enum { DETAIL_MAX = 1024 };

void
probe_init(struct probe *p)
{
	*p = (struct probe){
		.why = BUF(DETAIL_MAX), .chain_detail = BUF(DETAIL_MAX),
		.transcript = BUF(TRANSCRIPT_MAX),
	};
	hail_init(&p->hail);
	active_init(&p->active);
}

void
probe_free(struct probe *p)
{
	hail_free(&p->hail);
	session_free(&p->session);
	tls_offer_free(&p->offer);
	active_free(&p->active);
	buf_free(&p->why);
	buf_free(&p->chain_detail);
	buf_free(&p->transcript);
}

void
probe_address(const struct probe_ctx *ctx, const struct probe_ask *ask,
    const struct probe_place *place, struct probe *out)
{
	struct transcript log = TRANSCRIPT;
	struct way w = {
		.ctx = ctx, .ask = ask, .place = place,
		.log = ask->transcript ? &log : NULL,
		.deadline = env_monotonic_ms() + ask->time,
	};

	probe_init(out);
	out->place = *place;
	look_delivery(&w, out);
	w.first_took = env_monotonic_ms() + ask->time - w.deadline;
	/* who does not answer once is not asked a hundred times */
	if (ask->full && (out->reach > PROBE_NO_TLS ||
	    out->hail.starttls != STARTTLS_UNKNOWN))
		look_full(&w, out);
	if (ask->active && out->reach == PROBE_TLS)
		look_active(&w, out);
	out->connections = w.made;
	out->used_up = w.used_up;
	out->out_of_time = w.out_of_time;
	buf_span(&out->transcript, buf_get0(&log.text));
	transcript_free(&log);
	session_ticket_free(w.ticket);
}

void
probe_packed(const struct probe_ctx *ctx, const struct probe_ask *ask,
    struct span octets, struct buf *found)
{
	struct probe_place place;
	struct probe p;

	if (!place_unpack(octets, &place))
		return;
	probe_address(ctx, ask, &place, &p);
	probe_pack(&p, found);
	probe_free(&p);
}
