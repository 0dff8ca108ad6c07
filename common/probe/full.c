/* Full depth: what one handshake does not show; see look.h. */
#include "probe/look.h"

enum { LIST_MAX = 1024, TRIES = 3 };

static enum tls_link
link_of(enum way_result r)
{
	return r == WAY_SPENT ? TLS_LINK_NONE : TLS_LINK_FAILED;
}

static enum tls_link
ask_one(void *arg, struct tls_question *q)
{
	struct way *w = arg;
	struct stream *s = NULL;
	enum way_result r = way_open_tls(w, &s);
	enum tls_link link = TLS_LINK_CLOSED;

	if (r != WAY_OPEN)
		return link_of(r);
	link = way_hello(s, q, w->until);
	way_close(w, s);
	return link;
}

static void
ask(void *arg, struct tls_question *q, size_t n)
{
	tls_ask_each(ask_one, arg, q, n);
}

/* As OpenSSL 3.0 knows them; it would refuse a list with any other. */
static bool
is_known(const struct tls_scheme *s)
{
	return s != NULL && s->in13 && (s->key == TLS_KEY_RSA ||
	    s->key == TLS_KEY_RSA_PSS || s->key == TLS_KEY_ED25519 ||
	    s->key == TLS_KEY_ED448 ||
	    span_starts(span_str(s->name), SPAN("ecdsa_secp")));
}

static bool
scheme_list(const struct tls_codes *codes, struct buf *out)
{
	for (size_t i = 0; i < codes->n; i++) {
		const struct tls_scheme *s =
		    tls_scheme((uint16_t)codes->v[i]);

		if (!is_known(s))
			continue;
		if (out->n > 0)
			buf_byte(out, ':');
		buf_str(out, s->name);
	}
	if (out->n == 0)
		return false;
	buf_byte(out, '\0');
	return !out->over;
}

/* One of no octets behind them: others were sent, and left out. */
static void
put_chain(const struct cert_chain *chain, struct buf *out)
{
	for (size_t i = 0; i < chain->n; i++) {
		struct span der = chain->v[i].der;

		buf_byte(out, (unsigned char)(der.n >> 16));
		buf_u16(out, (uint16_t)der.n);
		buf_span(out, der);
	}
	if (chain->n > 0 && chain->left_out > 0)
		buf_add(out, "\0\0", 3);
}

static enum tls_link
chain13(void *arg, const struct tls_codes *schemes, struct buf *list)
{
	struct way *w = arg;
	struct buf sigalgs = BUF(LIST_MAX);
	struct stream *s = NULL;
	struct session session = { 0 };
	struct session_want want = {
		.sni = place_sni0(w->place), .min = TLS_1_3, .max = TLS_1_3,
	};
	enum tls_link link = TLS_LINK_FAILED;
	enum way_result r = WAY_FAILED;

	if (!scheme_list(schemes, &sigalgs))
		goto out;
	r = way_open_tls(w, &s);
	link = link_of(r);
	if (r != WAY_OPEN)
		goto out;
	want.sigalgs = (const char *)sigalgs.p;
	session_start(w->ctx->session, &s, &want, w->until, &session);
	link = session.result == SESSION_OK ||
	    session.result == SESSION_ALERT ? TLS_LINK_ANSWERED :
	    session.result == SESSION_TIMEOUT ? TLS_LINK_TIMEOUT :
	    session.result == SESSION_CLOSED ? TLS_LINK_CLOSED :
	    TLS_LINK_FAILED;
	put_chain(&session.chain, list);
	session_free(&session);
	way_close(w, s);
out:
	buf_free(&sigalgs);
	return link;
}

static void
enumerate(struct way *w, struct probe *p)
{
	const struct tls_asker via = {
		.ask = ask, .parallel = 1, .chain13 = chain13, .arg = w,
		.env = w->ctx->env, .sni = span_str(w->place->sni),
	};

	tls_enumerate(&via, &p->offer);
	p->enumerated = true;
}

/* Whether a ticket of the first connection is worth something. */
static enum tls_known
resume(struct way *w)
{
	const struct session_want want = {
		.sni = place_sni0(w->place), .resume = w->ticket,
	};
	struct session session = { 0 };
	struct stream *s = NULL;
	enum tls_known answer = TLS_UNCLEAR;
	enum way_result r = WAY_FAILED;

	if (w->ticket == NULL)
		return TLS_MOOT;
	r = way_open_tls(w, &s);
	if (r != WAY_OPEN)
		return r == WAY_SPENT ? TLS_NOT_ASKED : TLS_UNCLEAR;
	if (session_start(w->ctx->session, &s, &want, w->until, &session) ==
	    SESSION_OK)
		answer = session.resumed ? TLS_YES : TLS_NO;
	session_free(&session);
	way_close(w, s);
	return answer;
}

/* MAIL without TLS, taken back: 587 ought to refuse it, 25 may not. */
static enum smtp_tls_need
try_mail(struct way *w)
{
	struct stream *s = NULL;
	struct talk t;
	struct hail h;
	struct hail_ask ask = { .start = false };
	enum dial_result how = DIAL_OK;
	enum smtp_tls_need need = SMTP_TLS_UNKNOWN;
	enum step step = STEP_NOT_TRIED;

	if (way_open(w, &s, &how) != WAY_OPEN)
		return need;
	ask = way_ask(w, false);
	hail_init(&h);
	hail_clear(&h, s, &ask);
	way_note(w, &h);
	if (h.step == STEP_DONE) {
		talk_init(&t, s, w->until, w->log);
		need = smtp_try_mail(&t, &step);
		talk_free(&t);
		hail_bye(s, &ask);
	}
	hail_free(&h);
	way_close(w, s);
	return need;
}

/* No STARTTLS: not ever, or of a farm's servers just on this one? */
static void
ask_again(struct way *w)
{
	struct stream *s = NULL;

	for (int i = 0; i < TRIES && w->absent && !w->offered; i++)
		if (way_open_tls(w, &s) == WAY_OPEN)
			way_close(w, s);
}

/*
 * 0-RTT comes with a ticket, or not at all (RFC 8446 section 2.3). Tickets
 * come behind the handshake: who said nothing there may have had one.
 */
static enum tls_known
early_data(const struct way *w, const struct probe *first)
{
	if (first->session.version != TLS_1_3)
		return TLS_MOOT;
	if (w->ticket == NULL && first->hail.second != STEP_DONE)
		return TLS_UNCLEAR;
	return w->ticket != NULL && session_ticket_early_data(w->ticket) ?
	    TLS_YES : TLS_NO;
}

void
look_full(struct way *w, struct probe *p)
{
	enum service service = w->place->service;

	if (service == SERVICE_SUBMISSION || service == SERVICE_SMTP)
		p->mail_in_clear = try_mail(w);
	if (p->reach == PROBE_NO_TLS) {
		ask_again(w);
	} else {
		enumerate(w, p);
		p->resumes = resume(w);
		p->early_data = early_data(w, p);
	}
	p->flapping = w->offered && w->absent;
}
