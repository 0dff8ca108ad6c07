/*
 * Input that no client sends. A server may refuse it or end the connection,
 * as it likes; it must not hang, and must be there afterwards.
 */
#include "net/imap.h"
#include "net/pop3.h"
#include "net/smtp.h"
#include "probe/active_int.h"
#include "sys/env.h"

enum { LONG_LINE = 12000 };

/* The tags of IMAP: of what is tried, and of what is asked behind it. */
#define TRIED "m1"
#define BEHIND "m2"
#define AFTER "m3"

/* A command that a server takes and forgets, and its tag where it has one. */
static void
put_harmless(struct buf *out, const struct attempt *at, const char *tag)
{
	if (attempt_protocol(at) == PROTOCOL_IMAP)
		buf_printf(out, "%s ", tag);
	buf_str(out, attempt_protocol(at) == PROTOCOL_POP3 ? "CAPA" : "NOOP");
}

static void
put_misuse(struct buf *out, const struct attempt *at, enum misuse m)
{
	put_harmless(out, at, TRIED);
	switch (m) {
	case MISUSE_LONG:
		buf_byte(out, ' ');
		for (unsigned i = 0; i < LONG_LINE; i++)
			buf_byte(out, 'x');
		buf_str(out, "\r\n");
		break;
	case MISUSE_NUL:
		out->p[out->n - 1] = '\0';
		buf_str(out, "\r\n");
		break;
	case MISUSE_BARE_LF:
		buf_byte(out, '\n');
		break;
	case MISUSE_BARE_CR:
		buf_byte(out, '\r');
		put_harmless(out, at, BEHIND);
		buf_str(out, "\r\n");
		break;
	case MISUSES:
		break;
	}
}

static enum step
reply_to(struct attempt *at, const char *tag)
{
	switch (attempt_protocol(at)) {
	case PROTOCOL_IMAP:
		return imap_reply(&at->t, tag);
	case PROTOCOL_POP3:
		return pop3_list(&at->t);
	default:
		return smtp_reply(&at->t);
	}
}

static enum misuse_result
result_of(enum step step)
{
	switch (step) {
	case STEP_DONE:
		return MISUSED_ACCEPTED;
	case STEP_REFUSED:
	case STEP_TEMPORARY:
		return MISUSED_REJECTED;
	case STEP_CLOSED:
	case STEP_RESET:
		return MISUSED_CLOSED;
	case STEP_TIMEOUT:
		return MISUSED_SILENT;
	default:
		return MISUSED_UNKNOWN;
	}
}

/*
 * A server that waits for a line's end is given one: what it says then shows
 * that it lives, and that the bare LF did not end a line for it. "* BAD" is
 * how IMAP refuses a line whose tag it could not read.
 */
static enum misuse_result
after_silence(struct attempt *at)
{
	enum misuse_result r = MISUSED_UNKNOWN;

	if (attempt_protocol(at) == PROTOCOL_IMAP && at->t.lines > 0)
		return MISUSED_REJECTED;
	at->t.deadline = attempt_until(at->ask, at->ask->timeout);
	if (talk_send(&at->t, SPAN("")) != STEP_DONE)
		return MISUSED_CLOSED;
	r = result_of(reply_to(at, TRIED));
	return r == MISUSED_ACCEPTED ? MISUSED_REJECTED : r;
}

/*
 * Replies that are one too many would be taken for those of the next. False
 * where the connection ends: that is no answer to the next either.
 */
static bool
drain(struct attempt *at)
{
	struct span line = { NULL, 0 };
	enum step step = STEP_DONE;

	do {
		at->t.deadline = attempt_until(at->ask, at->ask->quiet);
		step = talk_line(&at->t, &line);
	} while (step == STEP_DONE);
	return step == STEP_TIMEOUT;
}

/* *open is cleared if the connection is of no more use. */
static enum misuse_result
try_one(struct attempt *at, enum misuse m, bool *open)
{
	struct buf octets = BUF(LONG_LINE + 64);
	enum misuse_result r = MISUSED_CLOSED;
	int64_t patience = m == MISUSE_BARE_LF ? at->ask->quiet :
	    at->ask->timeout;

	put_misuse(&octets, at, m);
	at->t.deadline = attempt_until(at->ask, patience);
	transcript_sent(at->ask->log, buf_get0(&octets));
	if (stream_write(at->s, buf_get0(&octets), at->t.deadline) ==
	    STREAM_OK)
		r = result_of(reply_to(at, TRIED));
	if (r == MISUSED_SILENT)
		r = after_silence(at);
	*open = (r == MISUSED_ACCEPTED || r == MISUSED_REJECTED) && drain(at);
	buf_free(&octets);
	return r;
}

/* Whether a command is answered in a dialogue that went on. */
static bool
still_answers(struct attempt *at)
{
	struct buf line = BUF(64);
	enum step step = STEP_DONE;

	put_harmless(&line, at, AFTER);
	at->t.deadline = attempt_until(at->ask, at->ask->timeout);
	step = talk_send(&at->t, buf_get0(&line));
	if (step == STEP_DONE)
		step = reply_to(at, AFTER);
	buf_free(&line);
	return step == STEP_DONE || step == STEP_REFUSED ||
	    step == STEP_TEMPORARY;
}

/* A new attempt shows it, if the server is asked one more time. */
static enum alive
greets_again(struct active *a, const struct active_ask *ask)
{
	struct attempt at;
	enum attempt_result r = attempt_begin(&at, a, ask);

	attempt_end(&at);
	return r == ATTEMPT_OK ? ALIVE_YES :
	    r == ATTEMPT_DEAD ? ALIVE_NO : ALIVE_UNKNOWN;
}

/*
 * What can be tried in one attempt, from *m on. False when no more are to be
 * made.
 */
static bool
try_some(struct active *a, const struct active_ask *ask, unsigned *m)
{
	struct attempt at;
	enum attempt_result r = attempt_begin(&at, a, ask);
	bool open = r == ATTEMPT_OK;

	if (r == ATTEMPT_DEAD && *m > 0)
		a->alive = ALIVE_NO;
	if (r == ATTEMPT_FAILED || r == ATTEMPT_DEAD)
		a->misuse[*m] = MISUSED_UNKNOWN;
	for (unsigned tried = 0; open && *m < MISUSES; tried++) {
		enum misuse_result result = try_one(&at, *m, &open);

		/* what was tried before may have ended it: once more, alone */
		if (result == MISUSED_CLOSED && tried > 0)
			break;
		a->misuse[(*m)++] = result;
	}
	if (open && still_answers(&at))
		a->alive = ALIVE_YES;
	attempt_end(&at);
	return r == ATTEMPT_OK;
}

void
active_misuse(struct active *a, const struct active_ask *ask)
{
	unsigned m = 0;
	bool more = true;

	while (more && m < MISUSES)
		more = try_some(a, ask, &m);
	if (more && a->alive == ALIVE_UNKNOWN)
		a->alive = greets_again(a, ask);
}

const char *
misuse_name(enum misuse m)
{
	static const char *const names[MISUSES] = {
		[MISUSE_LONG] = "long", [MISUSE_NUL] = "nul",
		[MISUSE_BARE_LF] = "bare-lf", [MISUSE_BARE_CR] = "bare-cr",
	};

	return names[m];
}

const char *
misuse_result_name(enum misuse_result r)
{
	static const char *const names[] = {
		[MISUSED_NOT_ASKED] = "not-asked",
		[MISUSED_UNKNOWN] = "unknown",
		[MISUSED_REJECTED] = "rejected",
		[MISUSED_ACCEPTED] = "accepted",
		[MISUSED_CLOSED] = "closed",
		[MISUSED_SILENT] = "silent",
	};

	return names[r];
}
