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
put_harmless(struct buf *out, const struct visit *v, const char *tag)
{
	if (visit_protocol(v) == PROTOCOL_IMAP)
		buf_printf(out, "%s ", tag);
	buf_str(out, visit_protocol(v) == PROTOCOL_POP3 ? "CAPA" : "NOOP");
}

static void
put_misuse(struct buf *out, const struct visit *v, enum misuse m)
{
	put_harmless(out, v, TRIED);
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
		put_harmless(out, v, BEHIND);
		buf_str(out, "\r\n");
		break;
	case MISUSES:
		break;
	}
}

static enum step
reply_to(struct visit *v, const char *tag)
{
	switch (visit_protocol(v)) {
	case PROTOCOL_IMAP:
		return imap_reply(&v->t, tag);
	case PROTOCOL_POP3:
		return pop3_list(&v->t);
	default:
		return smtp_reply(&v->t);
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
after_silence(struct visit *v)
{
	enum misuse_result r = MISUSED_UNKNOWN;

	if (visit_protocol(v) == PROTOCOL_IMAP && v->t.lines > 0)
		return MISUSED_REJECTED;
	v->t.deadline = env_monotonic_ms() + v->ask->timeout;
	if (talk_send(&v->t, SPAN("")) != STEP_DONE)
		return MISUSED_CLOSED;
	r = result_of(reply_to(v, TRIED));
	return r == MISUSED_ACCEPTED ? MISUSED_REJECTED : r;
}

/* Replies that are one too many would be taken for those of the next. */
static void
drain(struct visit *v)
{
	struct span line = { NULL, 0 };

	do {
		v->t.deadline = env_monotonic_ms() + v->ask->quiet;
	} while (talk_line(&v->t, &line) == STEP_DONE);
}

static enum misuse_result
try_one(struct visit *v, enum misuse m)
{
	struct buf octets = BUF(LONG_LINE + 64);
	enum misuse_result r = MISUSED_CLOSED;
	int64_t patience = m == MISUSE_BARE_LF ? v->ask->quiet :
	    v->ask->timeout;

	put_misuse(&octets, v, m);
	v->t.deadline = env_monotonic_ms() + patience;
	transcript_sent(v->ask->log, buf_get0(&octets));
	if (stream_write(v->s, buf_get0(&octets), v->t.deadline) ==
	    STREAM_OK)
		r = result_of(reply_to(v, TRIED));
	if (r == MISUSED_SILENT)
		r = after_silence(v);
	if (r == MISUSED_ACCEPTED || r == MISUSED_REJECTED)
		drain(v);
	buf_free(&octets);
	return r;
}

/* Whether a command is answered in a dialogue that went on. */
static bool
still_answers(struct visit *v)
{
	struct buf line = BUF(64);
	enum step step = STEP_DONE;

	put_harmless(&line, v, AFTER);
	v->t.deadline = env_monotonic_ms() + v->ask->timeout;
	step = talk_send(&v->t, buf_get0(&line));
	if (step == STEP_DONE)
		step = reply_to(v, AFTER);
	buf_free(&line);
	return step == STEP_DONE || step == STEP_REFUSED ||
	    step == STEP_TEMPORARY;
}

/* A new visit shows it, if the server is asked one more time. */
static enum alive
greets_again(struct active *a, const struct active_ask *ask)
{
	struct visit v;
	enum visit_result r = visit_begin(&v, a, ask);

	visit_end(&v);
	return r == VISIT_OK ? ALIVE_YES :
	    r == VISIT_DEAD ? ALIVE_NO : ALIVE_UNKNOWN;
}

/*
 * What can be tried in one visit, from *m on. False when no more visits are
 * to be made.
 */
static bool
try_some(struct active *a, const struct active_ask *ask, unsigned *m)
{
	struct visit v;
	enum visit_result r = visit_begin(&v, a, ask);
	bool open = r == VISIT_OK;

	if (r == VISIT_DEAD && *m > 0)
		a->alive = ALIVE_NO;
	if (r == VISIT_FAILED || r == VISIT_DEAD)
		a->misuse[*m] = MISUSED_UNKNOWN;
	while (open && *m < MISUSES) {
		a->misuse[*m] = try_one(&v, *m);
		open = a->misuse[*m] == MISUSED_ACCEPTED ||
		    a->misuse[*m] == MISUSED_REJECTED;
		++*m;
	}
	if (open && still_answers(&v))
		a->alive = ALIVE_YES;
	visit_end(&v);
	return r == VISIT_OK;
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
