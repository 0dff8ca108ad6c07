/*
 * One connection as a sender makes it: greeting, STARTTLS, handshake, EHLO
 * again, QUIT. See probe.h.
 */
#include "probe/look.h"

static void
inside(struct way *w, struct stream *s, struct probe *p)
{
	struct hail_ask ask = way_ask(w, true);

	p->reach = PROBE_TLS;
	hail_inside(&p->hail, s, &ask);
	/* TLS 1.3 sends tickets behind the handshake: they are read by now */
	if (w->ask->full)
		w->ticket = session_ticket_of(s);
	if (p->hail.second == STEP_DONE)
		hail_bye(s, &ask);
}

/* The chain is judged here, once an address, not once a domain. */
static void
shake_hands(struct way *w, struct stream **s, struct probe *p)
{
	const struct session_want want = { .sni = place_sni0(w->place) };

	p->reach = PROBE_NO_HANDSHAKE;
	if (session_start(w->ctx->session, s, &want, w->until,
	    &p->session) != SESSION_OK)
		return;
	chain_judge_once(w->ctx->judged, w->ctx->trust, &p->session.chain,
	    env_now(w->ctx->env), &p->chain);
	inside(w, *s, p);
}

void
look_delivery(struct way *w, struct probe *p)
{
	struct stream *s = NULL;
	struct hail_ask ask = { .start = false };

	if (way_open(w, &s, &p->dial) != WAY_OPEN)
		return;
	p->reach = PROBE_NO_TLS;
	ask = way_ask(w, true);
	hail_clear(&p->hail, s, &ask);
	way_note(w, &p->hail);
	if (hail_ready(&p->hail))
		shake_hands(w, &s, p);
	else if (p->hail.step == STEP_DONE)
		hail_bye(s, &ask);
	way_close(w, s);
}
