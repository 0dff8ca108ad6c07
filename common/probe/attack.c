/* --active within the connections that are allowed; see look.h. */
#include "probe/look.h"

enum {
	QUIET = 500,		/* milliseconds of silence, with */
	QUIET_MAX = 10000,	/* what a slow server needs beyond it */
	RENEGOTIATIONS = 3,
};

/* The deadline is the line's own: it knows the time for all. */
static enum dial_result
attack_connect(void *arg, struct stream **out, int64_t deadline)
{
	struct line *l = arg;
	enum dial_result how = DIAL_FAILED;
	enum line_result r = LINE_FAILED;

	(void)deadline;
	/* the one before was closed by now: the gap counts from here */
	l->ended = env_monotonic_ms();
	r = line_open(l, out, &how);
	return r == LINE_OPEN ? DIAL_OK : r == LINE_SPENT ? DIAL_OFFLINE :
	    how;
}

static enum session_result
attack_secure(void *arg, struct stream **s, int64_t deadline)
{
	const struct line *l = arg;
	const struct session_want want = { .sni = place_sni0(l->place) };
	struct session session = { 0 };
	enum session_result r = session_start(l->ctx->session, s, &want,
	    deadline, &session);

	session_free(&session);
	return r;
}

/* RFC 9325 section 3.5; TLS 1.3 has none. */
static enum tls_known
renegotiates(struct line *l)
{
	const struct session_want want = {
		.sni = place_sni0(l->place), .max = TLS_1_2,
	};
	struct session session = { 0 };
	struct stream *s = NULL;
	enum tls_known answer = TLS_MOOT;
	enum line_result r = line_open_tls(l, &s);

	if (r != LINE_OPEN)
		return r == LINE_SPENT ? TLS_NOT_ASKED : TLS_UNCLEAR;
	if (session_start(l->ctx->session, &s, &want, l->until, &session) ==
	    SESSION_OK)
		answer = session_renegotiate(s, RENEGOTIATIONS, l->until) > 0
		    ? TLS_YES : TLS_NO;
	session_free(&session);
	line_close(l, s);
	return answer;
}

/* A server that took its time for one dialogue has it for the next. */
static int64_t
quiet(const struct line *l)
{
	int64_t ms = QUIET + 2 * l->first_took;

	return ms < QUIET_MAX ? ms : QUIET_MAX;
}

void
look_active(struct line *l, struct probe *p)
{
	const struct active_ask ask = {
		.service = l->place->service, .helo = l->ask->helo,
		.seed = env_seed(l->ctx->env), .timeout = line_time(l),
		.until = l->deadline,
		.quiet = quiet(l), .log = l->log, .connect = attack_connect,
		.secure = attack_secure, .arg = l,
	};

	active_inject(&p->active, &ask);
	p->renegotiates = renegotiates(l);
	active_misuse(&p->active, &ask);
}
