/* --active within the connections that are allowed; see look.h. */
#include "probe/look.h"

#include "tls/grade.h"

enum {
	QUIET = 500,		/* milliseconds of silence, with */
	QUIET_MAX = 10000,	/* what a slow server needs beyond it */
};

/* The deadline is the way's own: it knows the time for all. */
static enum dial_result
attack_connect(void *arg, struct stream **out, int64_t deadline)
{
	struct way *w = arg;
	enum dial_result how = DIAL_FAILED;
	enum way_result r = WAY_FAILED;

	(void)deadline;
	/* the one before was closed by now: the gap counts from here */
	w->ended = env_monotonic_ms();
	r = way_open(w, out, &how);
	return r == WAY_OPEN ? DIAL_OK : r == WAY_SPENT ? DIAL_OFFLINE :
	    how;
}

static enum session_result
attack_secure(void *arg, struct stream **s, int64_t deadline)
{
	const struct way *w = arg;
	const struct session_want want = { .sni = place_sni0(w->place) };
	struct session session = { 0 };
	enum session_result r = session_start(w->ctx->session, s, &want,
	    deadline, &session);

	session_free(&session);
	return r;
}

/* RFC 9325 section 3.5; TLS 1.3 has none. */
static enum tls_known
renegotiates(struct way *w, uint32_t *times)
{
	const struct session_want want = {
		.sni = place_sni0(w->place), .max = TLS_1_2,
	};
	struct session session = { 0 };
	struct stream *s = NULL;
	enum tls_known answer = TLS_MOOT;
	enum way_result r = way_open_tls(w, &s);

	if (r != WAY_OPEN)
		return r == WAY_SPENT ? TLS_NOT_ASKED : TLS_UNCLEAR;
	if (session_start(w->ctx->session, &s, &want, w->until, &session) ==
	    SESSION_OK) {
		*times = session_renegotiate(s, TLS_RENEGOTIATIONS,
		    w->until);
		answer = *times > 0 ? TLS_YES : TLS_NO;
	}
	session_free(&session);
	way_close(w, s);
	return answer;
}

/* A server that took its time for one dialogue has it for the next. */
static int64_t
quiet(const struct way *w)
{
	int64_t ms = QUIET + 2 * w->first_took;

	return ms < QUIET_MAX ? ms : QUIET_MAX;
}

void
look_active(struct way *w, struct probe *p)
{
	const struct active_ask ask = {
		.service = w->place->service, .helo = w->ask->helo,
		.seed = env_seed(w->ctx->env), .timeout = way_time(w),
		.until = w->deadline,
		.quiet = quiet(w), .log = w->log, .connect = attack_connect,
		.secure = attack_secure, .arg = w,
	};

	active_inject(&p->active, &ask);
	p->renegotiates = renegotiates(w, &p->renegotiations);
	active_misuse(&p->active, &ask);
}
