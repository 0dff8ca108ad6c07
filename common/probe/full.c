/* Full depth: what one handshake does not show; see look.h. */
#include "probe/look.h"

#include "tls/enum.h"

enum { LIST_MAX = 1024, FLIGHT_ROOM = FLIGHT_MAX + 4096, TRIES = 3 };

/* Hand on what comes until the flight is complete. */
static enum tls_link
read_flight(struct line *l, struct stream *s, struct tls_flight *into)
{
	enum stream_result r = STREAM_OK;

	stream_limit(s, FLIGHT_ROOM);
	while (into->state == FLIGHT_MORE && r == STREAM_OK) {
		struct span came = stream_pending(s);

		if (came.n == 0)
			r = stream_fill(s, l->until);
		tls_flight_feed(into, came);
		stream_drop(s, came.n);
	}
	return into->state != FLIGHT_MORE ? TLS_LINK_ANSWERED :
	    r == STREAM_TIMEOUT ? TLS_LINK_TIMEOUT : TLS_LINK_CLOSED;
}

static enum tls_link
link_of(enum line_result r)
{
	return r == LINE_SPENT ? TLS_LINK_NONE : TLS_LINK_FAILED;
}

static enum tls_link
ask_one(struct line *l, struct tls_question *q)
{
	struct stream *s = NULL;
	enum line_result r = line_open_tls(l, &s);
	enum tls_link link = TLS_LINK_CLOSED;

	if (r != LINE_OPEN)
		return link_of(r);
	if (stream_write(s, q->hello, l->until) == STREAM_OK)
		link = read_flight(l, s, &q->flight);
	line_close(l, s);
	return link;
}

static void
ask(void *arg, struct tls_question *q, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		q[i].link = ask_one(arg, &q[i]);
		if (q[i].link == TLS_LINK_NONE)
			return;
	}
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

static void
put_chain(const struct cert_chain *chain, struct buf *out)
{
	for (size_t i = 0; i < chain->n; i++) {
		struct span der = chain->v[i].der;

		buf_byte(out, (unsigned char)(der.n >> 16));
		buf_u16(out, (uint16_t)der.n);
		buf_span(out, der);
	}
}

static enum tls_link
chain13(void *arg, const struct tls_codes *schemes, struct buf *list)
{
	struct line *l = arg;
	struct buf sigalgs = BUF(LIST_MAX);
	struct stream *s = NULL;
	struct session session = { 0 };
	struct session_want want = {
		.sni = place_sni0(l->place), .min = TLS_1_3, .max = TLS_1_3,
	};
	enum tls_link link = TLS_LINK_FAILED;
	enum line_result r = LINE_FAILED;

	if (!scheme_list(schemes, &sigalgs))
		goto out;
	r = line_open_tls(l, &s);
	link = link_of(r);
	if (r != LINE_OPEN)
		goto out;
	want.sigalgs = (const char *)sigalgs.p;
	session_start(l->ctx->session, &s, &want, l->until, &session);
	link = session.result == SESSION_OK ||
	    session.result == SESSION_ALERT ? TLS_LINK_ANSWERED :
	    session.result == SESSION_TIMEOUT ? TLS_LINK_TIMEOUT :
	    session.result == SESSION_CLOSED ? TLS_LINK_CLOSED :
	    TLS_LINK_FAILED;
	put_chain(&session.chain, list);
	session_free(&session);
	line_close(l, s);
out:
	buf_free(&sigalgs);
	return link;
}

static void
enumerate(struct line *l, struct probe *p)
{
	const struct tls_asker via = {
		.ask = ask, .parallel = 1, .chain13 = chain13, .arg = l,
		.env = l->ctx->env, .sni = span_str(l->place->sni),
	};

	tls_enumerate(&via, &p->offer);
	p->enumerated = true;
}

/* Whether a ticket of the first connection is worth something. */
static enum tls_known
resume(struct line *l)
{
	const struct session_want want = {
		.sni = place_sni0(l->place), .resume = l->ticket,
	};
	struct session session = { 0 };
	struct stream *s = NULL;
	enum tls_known answer = TLS_UNCLEAR;
	enum line_result r = LINE_FAILED;

	if (l->ticket == NULL)
		return TLS_MOOT;
	r = line_open_tls(l, &s);
	if (r != LINE_OPEN)
		return r == LINE_SPENT ? TLS_NOT_ASKED : TLS_UNCLEAR;
	if (session_start(l->ctx->session, &s, &want, l->until, &session) ==
	    SESSION_OK)
		answer = session.resumed ? TLS_YES : TLS_NO;
	session_free(&session);
	line_close(l, s);
	return answer;
}

/* MAIL without TLS, taken back: 587 ought to refuse it, 25 may not. */
static enum smtp_tls_need
try_mail(struct line *l)
{
	struct stream *s = NULL;
	struct talk t;
	struct hail h;
	struct hail_ask ask = { .start = false };
	enum dial_result how = DIAL_OK;
	enum smtp_tls_need need = SMTP_TLS_UNKNOWN;
	enum step step = STEP_NOT_TRIED;

	if (line_open(l, &s, &how) != LINE_OPEN)
		return need;
	ask = line_ask(l, false);
	hail_init(&h);
	hail_clear(&h, s, &ask);
	line_note(l, &h);
	if (h.step == STEP_DONE) {
		talk_init(&t, s, l->until, l->log);
		need = smtp_try_mail(&t, &step);
		talk_free(&t);
		hail_bye(s, &ask);
	}
	hail_free(&h);
	line_close(l, s);
	return need;
}

/* No STARTTLS: not ever, or of a farm's servers just on this one? */
static void
ask_again(struct line *l)
{
	struct stream *s = NULL;

	for (int i = 0; i < TRIES && l->absent && !l->offered; i++)
		if (line_open_tls(l, &s) == LINE_OPEN)
			line_close(l, s);
}

void
look_full(struct line *l, struct probe *p)
{
	enum service service = l->place->service;

	if (service == SERVICE_SUBMISSION || service == SERVICE_SMTP)
		p->mail_in_clear = try_mail(l);
	if (p->reach == PROBE_NO_TLS) {
		ask_again(l);
	} else {
		enumerate(l, p);
		p->resumes = resume(l);
	}
	p->flapping = l->offered && l->absent;
}
