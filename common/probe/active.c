/* What --active tries; see active.h. */
#include "probe/active.h"

#include "net/imap.h"
#include "net/pop3.h"
#include "net/smtp.h"
#include "probe/active_int.h"
#include "sys/env.h"

void
active_init(struct active *a)
{
	*a = (struct active){ .seen = BUF(ACTIVE_SEEN_MAX) };
}

void
active_free(struct active *a)
{
	buf_free(&a->seen);
}

enum protocol
visit_protocol(const struct visit *v)
{
	return service_info(v->ask->service)->protocol;
}

/* The talk goes over the stream that there is now. */
static void
talk_anew(struct visit *v)
{
	talk_free(&v->t);
	talk_init(&v->t, v->s, v->deadline, v->ask->log);
}

enum session_result
visit_secure(struct visit *v)
{
	enum session_result r = SESSION_OK;

	stream_drop(v->s, stream_arrived(v->s).n);
	stream_limit(v->s, SIZE_MAX);
	r = v->ask->secure(v->ask->arg, &v->s, v->deadline);
	talk_anew(v);
	return r;
}

static enum visit_result
failed(enum step step)
{
	return step == STEP_CLOSED || step == STEP_RESET ?
	    VISIT_DEAD : VISIT_FAILED;
}

/* Up to where commands are taken. */
static enum visit_result
hail(struct visit *v)
{
	struct hail_ask ask = {
		.service = v->ask->service, .helo = v->ask->helo,
		.deadline = v->deadline, .log = v->ask->log,
	};

	if (!service_info(v->ask->service)->implicit) {
		hail_clear(&v->h, v->s, &ask);
		return v->h.step == STEP_DONE ? VISIT_OK : failed(v->h.step);
	}
	if (visit_secure(v) != SESSION_OK)
		return VISIT_FAILED;
	hail_inside(&v->h, v->s, &ask);
	return v->h.second == STEP_DONE ? VISIT_OK : failed(v->h.second);
}

enum visit_result
visit_begin(struct visit *v, struct active *a, const struct active_ask *ask)
{
	enum dial_result dialled = DIAL_OK;

	*v = (struct visit){
		.ask = ask, .deadline = env_monotonic_ms() + ask->timeout,
	};
	hail_init(&v->h);
	talk_init(&v->t, NULL, v->deadline, ask->log);
	dialled = ask->connect(ask->arg, &v->s, v->deadline);
	if (dialled == DIAL_OFFLINE)
		return VISIT_NONE;
	a->connections++;
	transcript_note(ask->log, "connection %u: %s", a->connections,
	    dial_result_name(dialled));
	if (dialled == DIAL_REFUSED)
		return VISIT_DEAD;
	if (dialled != DIAL_OK)
		return VISIT_FAILED;
	talk_anew(v);
	return hail(v);
}

void
visit_end(struct visit *v)
{
	talk_free(&v->t);
	hail_free(&v->h);
	stream_free(v->s);
}

enum step
visit_reply(struct visit *v, const char *tag)
{
	switch (visit_protocol(v)) {
	case PROTOCOL_IMAP:
		return imap_reply(&v->t, tag);
	case PROTOCOL_POP3:
		return pop3_reply(&v->t);
	default:
		return smtp_reply(&v->t);
	}
}

const char *
inject_name(enum inject i)
{
	static const char *const names[] = {
		[INJECT_NOT_ASKED] = "not-asked",
		[INJECT_UNKNOWN] = "unknown",
		[INJECT_SAFE] = "safe",
		[INJECT_REFUSED] = "refused",
		[INJECT_SUSPECT] = "suspect",
		[INJECT_DELAYED] = "vulnerable-delayed",
		[INJECT_VULNERABLE] = "vulnerable",
	};

	return names[i];
}
