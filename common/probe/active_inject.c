/*
 * Commands hidden behind STARTTLS. A server that reads more than the line
 * from the socket, starts TLS and goes on with its buffer runs what an
 * attacker on the way appended in clear as if the client had said it inside.
 * Two passes, one without and one with the hidden command; both count the
 * lines that come inside of TLS: in silence, and after a command that no
 * server knows. A server that greets anew or talks on its own does so in
 * both, so the difference decides, not what the lines look like, if they are
 * replies at all.
 *
 * A careful server may also leave the hidden octets to its handshake. There
 * they are the head of a record, and with a length that a record may have the
 * server would wait for the rest of it, as Dovecot 2.4 does: a silence like
 * any other. So the hidden commands are such that no record is of that length
 * (at most 2^14 + 2048 octets, RFC 5246 section 6.2.3), and the handshake
 * fails at once.
 */
#include <inttypes.h>
#include <stdio.h>

#include "net/imap.h"
#include "net/pop3.h"
#include "net/smtp.h"
#include "probe/active_int.h"
#include "sys/env.h"

enum { WORD_SIZE = 32 };

/* The words of both passes; random, so that no banner has them by chance. */
struct words {
	char start_tag[WORD_SIZE], hidden_tag[WORD_SIZE];	/* IMAP */
	char bogus_tag[WORD_SIZE];
	char bogus[WORD_SIZE];	/* a command that no server knows */
};

/* How one pass went, and what was heard inside of TLS. */
struct pass {
	enum {
		PASS_NOTHING,	/* no connection, or no STARTTLS to try */
		PASS_FAILED,	/* before there was anything to compare */
		PASS_REFUSED,	/* STARTTLS or the handshake, by the server */
		PASS_HUNG,	/* STARTTLS or the handshake, in silence */
		PASS_BABBLED,	/* inside of TLS, no replies */
		PASS_INSIDE,
	} end;
	size_t in_silence;	/* lines before anything was asked */
	size_t to_bogus;	/* lines after the command nobody knows */
	bool agreed;		/* the first of these agrees to it */
	bool closed;
	bool babble;		/* a line was none of the protocol */
	struct buf seen;	/* the first line that the other pass lacked */
};

/* A tag of letters alone: as a record's length they are too much. */
static void
hidden_tag(char tag[WORD_SIZE], uint32_t n)
{
	size_t i = 0;

	tag[i++] = 'h';
	for (int shift = 28; shift >= 0; shift -= 4)
		tag[i++] = (char)('a' + (n >> shift & 0xf));
	tag[i] = '\0';
}

static void
choose_words(struct words *w, uint64_t seed)
{
	uint32_t a = (uint32_t)seed, b = (uint32_t)(seed >> 32);

	snprintf(w->start_tag, WORD_SIZE, "s%08" PRIx32, a);
	hidden_tag(w->hidden_tag, b);
	snprintf(w->bogus_tag, WORD_SIZE, "b%08" PRIx32, a ^ b);
	snprintf(w->bogus, WORD_SIZE, "Q%07" PRIx32, (a + b) & 0xfffffff);
}

/*
 * STARTTLS and, hidden behind it, a command whose answer shows. The case of
 * "capa" makes no difference but to who takes "CAPA" CR for a length.
 */
static void
put_start(struct buf *out, const struct attempt *at, const struct words *w,
    bool hidden)
{
	switch (attempt_protocol(at)) {
	case PROTOCOL_SMTP:
		buf_str(out, "STARTTLS");
		if (hidden)
			buf_printf(out, "\r\nEHLO %s", at->ask->helo);
		break;
	case PROTOCOL_IMAP:
		buf_printf(out, "%s STARTTLS", w->start_tag);
		if (hidden)
			buf_printf(out, "\r\n%s NOOP", w->hidden_tag);
		break;
	case PROTOCOL_POP3:
		buf_str(out, "STLS");
		if (hidden)
			buf_str(out, "\r\ncapa");
		break;
	}
}

static enum step
reply_to_start(struct attempt *at, const struct words *w)
{
	switch (attempt_protocol(at)) {
	case PROTOCOL_IMAP:
		return imap_reply(&at->t, w->start_tag);
	case PROTOCOL_POP3:
		return pop3_reply(&at->t);
	default:
		return smtp_reply(&at->t);
	}
}

/* Whether the line is a "yes", which the unknown command cannot earn. */
static bool
agrees(const struct attempt *at, const struct words *w, struct span line)
{
	switch (attempt_protocol(at)) {
	case PROTOCOL_IMAP:
		return span_starts(line, span_str(w->hidden_tag));
	case PROTOCOL_POP3:
		return span_starts(line, SPAN("+"));
	default:
		return span_starts(line, SPAN("2"));
	}
}

/* Only the first line of POP3's lists has a form. */
static bool
is_reply(const struct attempt *at, const struct words *w, struct span line,
    bool first)
{
	switch (attempt_protocol(at)) {
	case PROTOCOL_IMAP:
		return span_starts(line, SPAN("* ")) ||
		    span_starts(line, span_str(w->hidden_tag)) ||
		    span_starts(line, span_str(w->bogus_tag));
	case PROTOCOL_POP3:
		return !first || span_starts(line, SPAN("+OK")) ||
		    span_starts(line, SPAN("-ERR"));
	default:
		return smtp_is_reply_line(line);
	}
}

/*
 * Count lines until it is quiet; the first may take so many milliseconds. The
 * one behind "skip" others is kept in *seen if that is empty; *agreed is about
 * the first.
 */
static size_t
count_lines(struct attempt *at, const struct words *w, int64_t patience,
    size_t skip, struct pass *p, bool *agreed)
{
	struct span line = { NULL, 0 };
	enum step step = STEP_DONE;
	size_t n = 0;

	for (;;) {
		int64_t until = attempt_until(at->ask,
		    n == 0 ? patience : at->ask->quiet);

		at->t.deadline = until < at->deadline ? until : at->deadline;
		step = talk_line(&at->t, &line);
		if (step != STEP_DONE)
			break;
		p->babble |= !is_reply(at, w, line, n == 0);
		if (n == 0)
			*agreed = agrees(at, w, line);
		if (n++ == skip && p->seen.n == 0)
			buf_span(&p->seen, span_first(line, ACTIVE_SEEN_MAX));
	}
	at->t.deadline = at->deadline;
	p->closed |= step != STEP_TIMEOUT;
	return n;
}

static void
listen_inside(struct attempt *at, const struct words *w, size_t usual,
    struct pass *p)
{
	struct buf bogus = BUF(256);
	bool ignored = false;

	if (attempt_protocol(at) == PROTOCOL_IMAP)
		buf_printf(&bogus, "%s ", w->bogus_tag);
	buf_str(&bogus, w->bogus);
	/* however long the handshake took: what is silent has its time */
	at->deadline = attempt_until(at->ask, at->ask->timeout);
	p->in_silence = count_lines(at, w, at->ask->quiet, usual, p, &ignored);
	/* a silence that would be held against the server has to last */
	at->deadline = attempt_until(at->ask, at->ask->timeout);
	at->t.deadline = at->deadline;
	if (talk_send(&at->t, buf_get0(&bogus)) == STEP_DONE)
		p->to_bogus = count_lines(at, w, at->ask->timeout, 0, p,
		    &p->agreed);
	else
		p->closed = true;
	p->end = p->babble ? PASS_BABBLED : PASS_INSIDE;
	buf_free(&bogus);
}

static void
start_tls(struct attempt *at, const struct words *w, bool hidden, size_t usual,
    struct pass *p)
{
	struct buf line = BUF(512);
	enum step step = STEP_DONE;

	put_start(&line, at, w, hidden);
	step = talk_send(&at->t, buf_get0(&line));
	buf_free(&line);
	if (step == STEP_DONE)
		step = reply_to_start(at, w);
	/* 4xx and what is no reply tell nothing of the hidden command */
	if (step == STEP_REFUSED || step == STEP_CLOSED || step == STEP_RESET)
		p->end = PASS_REFUSED;
	if (step == STEP_TIMEOUT)
		p->end = PASS_HUNG;
	if (step != STEP_DONE)
		return;
	switch (attempt_secure(at)) {
	case SESSION_OK:
		listen_inside(at, w, usual, p);
		break;
	case SESSION_TIMEOUT:
		p->end = PASS_HUNG;
		break;
	case SESSION_FAILED:
		break;
	default:
		p->end = PASS_REFUSED;
		break;
	}
}

/* "usual" lines come in silence even if nothing is hidden. */
static void
run_pass(struct active *a, const struct active_ask *ask,
    const struct words *w, bool hidden, size_t usual, struct pass *p)
{
	struct attempt at;
	enum attempt_result began = attempt_begin(&at, a, ask);

	*p = (struct pass){
		.end = PASS_FAILED, .seen = BUF(ACTIVE_SEEN_MAX)
	};
	if (began == ATTEMPT_NONE ||
	    (began == ATTEMPT_OK && !at.h.clear.starttls && at.h.clear.known))
		p->end = PASS_NOTHING;
	else if (began == ATTEMPT_OK)
		start_tls(&at, w, hidden, usual, p);
	attempt_end(&at);
}

/* A server that is silent, or polite, to nonsense cannot be compared. */
static bool
comparable(const struct pass *plain)
{
	return plain->end == PASS_INSIDE && plain->to_bogus > 0 &&
	    !plain->agreed;
}

static enum inject
judge(const struct pass *plain, const struct pass *hidden)
{
	switch (hidden->end) {
	case PASS_NOTHING:
		return INJECT_NOT_ASKED;
	case PASS_FAILED:
	case PASS_HUNG:
	case PASS_BABBLED:
		/* without TLS nothing was carried out inside of it */
		return INJECT_UNKNOWN;
	case PASS_REFUSED:
		return INJECT_REFUSED;
	case PASS_INSIDE:
		break;
	}
	if (hidden->in_silence > plain->in_silence)
		return INJECT_VULNERABLE;
	if (hidden->agreed || hidden->to_bogus > plain->to_bogus)
		return INJECT_DELAYED;
	if (hidden->to_bogus > 0)
		return INJECT_SAFE;
	return hidden->closed ? INJECT_REFUSED : INJECT_SUSPECT;
}

/* What the pass without the hidden command lacks for a comparison. */
static enum inject_lack
lack_of_plain(const struct pass *plain)
{
	switch (plain->end) {
	case PASS_NOTHING: case PASS_FAILED:
		return LACK_DIALOGUE;
	case PASS_REFUSED: case PASS_HUNG:
		return LACK_TLS;
	case PASS_BABBLED: case PASS_INSIDE:
		break;
	}
	return LACK_REFUSAL;
}

static enum inject_lack
lack_of_hidden(const struct pass *hidden)
{
	switch (hidden->end) {
	case PASS_HUNG:
		return LACK_SECOND_TLS;
	case PASS_BABBLED:
		return LACK_REPLY;
	default:
		return LACK_SECOND;
	}
}

static enum inject
run_hidden(struct active *a, const struct active_ask *ask,
    const struct words *w, const struct pass *plain)
{
	struct pass hidden;
	enum inject i = INJECT_UNKNOWN;

	run_pass(a, ask, w, true, plain->in_silence, &hidden);
	i = judge(plain, &hidden);
	/* a silence that the end of all cut short is none */
	if ((i == INJECT_UNKNOWN || i == INJECT_SUSPECT) &&
	    env_monotonic_ms() >= ask->until)
		i = INJECT_NOT_ASKED;
	if (i == INJECT_UNKNOWN)
		a->lack = lack_of_hidden(&hidden);
	if (i >= INJECT_DELAYED && a->seen.n == 0)
		buf_span(&a->seen, buf_get0(&hidden.seen));
	buf_free(&hidden.seen);
	return i;
}

/*
 * What is so grave has to happen twice, if the server can be asked twice.
 * Where it does not, one of several servers behind the address may be to
 * blame, or chance; a silence that is none the second time was chance.
 */
static enum inject
confirmed(enum inject first, enum inject again)
{
	if (again == INJECT_NOT_ASKED)
		return first;
	if (first == INJECT_SUSPECT && again < INJECT_SUSPECT)
		return again;
	return again >= INJECT_DELAYED || again == INJECT_UNKNOWN ?
	    first : INJECT_SUSPECT;
}

void
active_inject(struct active *a, const struct active_ask *ask)
{
	struct words w;
	struct pass plain;

	if (service_info(ask->service)->implicit)
		return;
	choose_words(&w, ask->seed);
	run_pass(a, ask, &w, false, SIZE_MAX, &plain);
	if (comparable(&plain)) {
		a->inject = run_hidden(a, ask, &w, &plain);
		if (a->inject >= INJECT_SUSPECT)
			a->inject = confirmed(a->inject,
			    run_hidden(a, ask, &w, &plain));
	} else if (plain.end != PASS_NOTHING) {
		a->inject = INJECT_UNKNOWN;
		a->lack = lack_of_plain(&plain);
	}
	if (a->inject != INJECT_UNKNOWN)
		a->lack = LACK_NOTHING;
	buf_free(&plain.seen);
}
