/* What --active tries; see active.h. */
#include "probe/active.h"

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
attempt_protocol(const struct attempt *at)
{
	return service_info(at->ask->service)->protocol;
}

/* The talk goes over the stream that there is now. */
static void
talk_anew(struct attempt *at)
{
	talk_free(&at->t);
	talk_init(&at->t, at->s, at->deadline, at->ask->log);
}

enum session_result
attempt_secure(struct attempt *at)
{
	enum session_result r = SESSION_OK;

	stream_drop(at->s, stream_arrived(at->s).n);
	stream_limit(at->s, SIZE_MAX);
	r = at->ask->secure(at->ask->arg, &at->s, at->deadline);
	talk_anew(at);
	return r;
}

static enum attempt_result
failed(enum step step)
{
	return step == STEP_CLOSED || step == STEP_RESET ?
	    ATTEMPT_DEAD : ATTEMPT_FAILED;
}

/* Up to where commands are taken. */
static enum attempt_result
hail(struct attempt *at)
{
	struct hail_ask ask = {
		.service = at->ask->service, .helo = at->ask->helo,
		.deadline = at->deadline, .log = at->ask->log,
	};

	if (!service_info(at->ask->service)->implicit) {
		hail_clear(&at->h, at->s, &ask);
		return at->h.step == STEP_DONE ? ATTEMPT_OK :
		    failed(at->h.step);
	}
	if (attempt_secure(at) != SESSION_OK)
		return ATTEMPT_FAILED;
	hail_inside(&at->h, at->s, &ask);
	return at->h.second == STEP_DONE ? ATTEMPT_OK : failed(at->h.second);
}

int64_t
attempt_until(const struct active_ask *ask, int64_t patience)
{
	int64_t then = env_monotonic_ms() + patience;

	return then < ask->until ? then : ask->until;
}

enum attempt_result
attempt_begin(struct attempt *at, struct active *a,
    const struct active_ask *ask)
{
	enum dial_result dialled = DIAL_OK;

	*at = (struct attempt){
		.ask = ask, .deadline = attempt_until(ask, ask->timeout),
	};
	hail_init(&at->h);
	talk_init(&at->t, NULL, at->deadline, ask->log);
	dialled = ask->connect(ask->arg, &at->s, at->deadline);
	if (dialled == DIAL_OFFLINE)
		return ATTEMPT_NONE;
	a->connections++;
	transcript_note(ask->log, "connection %u: %s", a->connections,
	    dial_result_name(dialled));
	if (dialled == DIAL_REFUSED)
		return ATTEMPT_DEAD;
	if (dialled != DIAL_OK)
		return ATTEMPT_FAILED;
	talk_anew(at);
	return hail(at);
}

void
attempt_end(struct attempt *at)
{
	talk_free(&at->t);
	hail_free(&at->h);
	stream_free(at->s);
}

const char *
inject_lack_text(enum inject_lack l)
{
	static const char *const texts[] = {
		[LACK_NOTHING] = "",
		[LACK_DIALOGUE] = "no dialogue to compare with",
		[LACK_TLS] = "no TLS to compare with",
		[LACK_REFUSAL] = "the server takes what is no command, too",
		[LACK_SECOND] = "no dialogue to send the command in",
		[LACK_SECOND_TLS] = "silence behind STARTTLS and the command",
		[LACK_REPLY] = "what came inside of TLS was no reply",
	};

	return texts[l];
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
