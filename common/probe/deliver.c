/*
 * One connection as a sender makes it: greeting, STARTTLS, handshake, EHLO
 * again, QUIT. See probe.h.
 */
#include "probe/look.h"

static void
inside(struct line *l, struct stream *s, struct probe *p)
{
	struct hail_ask ask = line_ask(l, true);

	p->reach = PROBE_TLS;
	hail_inside(&p->hail, s, &ask);
	/* TLS 1.3 sends tickets behind the handshake: they are read by now */
	if (l->ask->full)
		l->ticket = session_ticket_of(s);
	if (p->hail.second == STEP_DONE)
		hail_bye(s, &ask);
}

/* The chain is judged here, once an address, not once a domain. */
static void
shake_hands(struct line *l, struct stream **s, struct probe *p)
{
	const struct session_want want = { .sni = place_sni0(l->place) };

	p->reach = PROBE_NO_HANDSHAKE;
	if (session_start(l->ctx->session, s, &want, l->until,
	    &p->session) != SESSION_OK)
		return;
	chain_judge_once(l->ctx->judged, l->ctx->trust, &p->session.chain,
	    env_now(l->ctx->env), &p->chain);
	inside(l, *s, p);
}

void
look_delivery(struct line *l, struct probe *p)
{
	struct stream *s = NULL;
	struct hail_ask ask = { .start = false };

	if (line_open(l, &s, &p->dial) != LINE_OPEN)
		return;
	p->reach = PROBE_NO_TLS;
	ask = line_ask(l, true);
	hail_clear(&p->hail, s, &ask);
	line_note(l, &p->hail);
	if (hail_ready(&p->hail))
		shake_hands(l, &s, p);
	else if (p->hail.step == STEP_DONE)
		hail_bye(s, &ask);
	line_close(l, s);
}
