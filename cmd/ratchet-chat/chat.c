/*
 * The interactive chat: what is typed goes to the peer's mailbox, what is in
 * ours comes. Two processes connect: one waits at our mailboxes, one leaves
 * messages. What is typed is on our disk, encrypted, before it is sent; what
 * comes is on our disk before the relay hears that it came.
 */
#include "chat.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/exit.h"
#include "sys/file.h"
#include "sys/say.h"
#include "unsent.h"

enum { WAIT = 30, GRACE = 15000, RETRY_MS = 3000 };

static volatile sig_atomic_t stopped;

static void
note_signal(int number)
{
	(void)number;
	stopped = 1;
}

/* Signals come while we wait, at no other time. */
static void
hold_signals(sigset_t *before)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction act = { .sa_handler = note_signal };
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaction(numbers[i], &act, NULL);
		sigaddset(&held, numbers[i]);
	}
	sigprocmask(SIG_BLOCK, &held, before);
}

/* --- what comes */

static void
ask_mailbox(struct chat *c, struct visit *v)
{
	struct buf ask = BUF(RELAY_ASK_MAX);
	struct post p = { .at = &v->box->address, .token = v->box->token,
	    .call.verb = RELAY_FETCH, .timeout = WAIT * 1000 + GRACE };

	memcpy(p.call.id, v->box->address.id, RELAY_ID);
	fetch_write(&v->haul, RELAY_FETCH_MAX, WAIT, &ask);
	p.body = buf_get0(&ask);
	v->asked = post_begin(&v->web, &p);
	if (!v->asked)
		c->status = EXIT_INTERNAL;
	buf_free(&ask);
}

/* An answer of the mailbox: onto our disk, then onto the screen. */
static void
take_answer(struct chat *c, struct visit *v)
{
	struct buf answer = BUF(RELAY_ANSWER_MAX);
	int status = post_end(&v->web, &v->box->address, &answer,
	    v->failures > 0);

	v->asked = false;
	if (status == EXIT_HOLDS)
		status = fetch_keep(c->j, v->box, buf_get0(&answer), &v->haul);
	v->failures = status == EXIT_HOLDS ? 0 : v->failures + 1;
	/* who has nothing to say is not asked at once for more of it */
	v->again = env_monotonic_ms() + (status != EXIT_HOLDS ||
	    v->haul.futile > 1 ? RETRY_MS : 0);
	/* one that will never open is not asked for ever */
	if (status == EXIT_REFUSED || status == EXIT_IMPOSTOR ||
	    status == EXIT_INTERNAL)
		c->status = status;
	if (status == EXIT_HOLDS && v->haul.kept > 0)
		chat_read_mail(c);
	/* the peer's may be behind what only recv takes away */
	if (c->status == EXIT_HOLDS && v->haul.full)
		c->status = EXIT_UNKNOWN;
	buf_free(&answer);
}

/* What was taken and not acknowledged with a next question. */
static void
acknowledge(struct chat *c, struct visit *v)
{
	struct buf ask = BUF(RELAY_ASK_MAX), none = BUF(RELAY_ANSWER_MAX);
	struct post p = { .at = &v->box->address, .token = v->box->token,
	    .call.verb = RELAY_FETCH };

	if (v->asked || v->haul.acks.n == 0)
		return;
	memcpy(p.call.id, v->box->address.id, RELAY_ID);
	fetch_write(&v->haul, 0, 0, &ask);
	p.body = buf_get0(&ask);
	post_ask(&c->pusher, &p, &none, true);
	buf_free(&ask);
	buf_free(&none);
}

/* --- what goes */

static void
push_unsent(struct chat *c)
{
	int status = EXIT_HOLDS;

	if (!c->where.known || c->unsent == 0)
		return;
	status = unsent_push(c->j, &c->pusher, c->peer, &c->where.address,
	    c->failures > 0, &c->unsent);
	c->failures = status == EXIT_HOLDS ? 0 : c->failures + 1;
	c->push_again = env_monotonic_ms() + RETRY_MS;
	if (status == EXIT_REFUSED || status == EXIT_IMPOSTOR ||
	    status == EXIT_INTERNAL)
		c->status = status;
}

static void
take_typed(struct chat *c)
{
	struct span line = { NULL, 0 };

	if (!screen_read(&c->screen)) {
		say_error("stdin: %s", errno != 0 ? file_why(FILE_IO) :
		    "a line is longer than allowed");
		c->status = EXIT_IO;
	}
	while (c->status == EXIT_HOLDS && screen_line(&c->screen, &line))
		if (line.n > 0) {
			int status = chat_send(c, line);

			/* what cannot be said now is told, and the rest goes */
			if (status == EXIT_HOLDS && c->screen.terminal)
				screen_print(&c->screen, "you", line);
			else if (status == EXIT_IO ||
			    status == EXIT_ROLLED_BACK)
				c->status = status;
			c->refused = status;
		}
	push_unsent(c);
}

/* --- waiting for both */

/* Milliseconds until something is due without an event; -1 for never. */
static int
patience(const struct chat *c)
{
	int64_t now = env_monotonic_ms(), due = -1;

	for (size_t i = 0; i < c->n_visits; i++)
		if (!c->visits[i].asked && (due < 0 || c->visits[i].again <
		    due))
			due = c->visits[i].again;
	if (c->unsent > 0 && c->where.known && (due < 0 || c->push_again <
	    due))
		due = c->push_again;
	/* once it is over, only what is above is waited for */
	if (c->screen.ended && c->end > now && (due < 0 || c->end < due))
		due = c->end;
	return due < 0 ? -1 : due <= now ? 0 : (int)(due - now);
}

/*
 * Nothing more is typed, all is sent or cannot be, and the time to wait is
 * over.
 */
static bool
is_done(const struct chat *c)
{
	return stopped || c->status != EXIT_HOLDS || (c->screen.ended &&
	    (c->unsent == 0 || c->failures > 0 || !c->where.known) &&
	    env_monotonic_ms() >= c->end);
}

static void
ask_mailboxes(struct chat *c)
{
	for (size_t i = 0; i < c->n_visits; i++)
		if (!c->visits[i].asked &&
		    c->visits[i].again <= env_monotonic_ms())
			ask_mailbox(c, &c->visits[i]);
}

static void
turn(struct chat *c, const sigset_t *open)
{
	struct pollfd fds[1 + CHAT_MAILBOXES];
	struct timespec wait, *until = NULL;
	int ms = patience(c), n = 0;

	fds[0] = (struct pollfd){ .fd = c->screen.ended ? -1 : STDIN_FILENO,
	    .events = POLLIN };
	for (size_t i = 0; i < c->n_visits; i++)
		fds[1 + i] = (struct pollfd){ .fd = c->visits[i].asked ?
		    c->visits[i].web.fd : -1, .events = POLLIN };
	if (ms >= 0) {
		wait = (struct timespec){ ms / 1000, ms % 1000 * 1000000L };
		until = &wait;
	}
	n = ppoll(fds, 1 + c->n_visits, until, open);
	if (n < 0 && errno != EINTR)
		c->status = EXIT_INTERNAL;
	if (n < 0)
		return;
	screen_hide(&c->screen);
	for (size_t i = 0; i < c->n_visits; i++)
		if (fds[1 + i].revents != 0)
			take_answer(c, &c->visits[i]);
	if (fds[0].revents != 0)
		take_typed(c);
	else if (c->unsent > 0 && env_monotonic_ms() >= c->push_again)
		push_unsent(c);
	screen_show(&c->screen);
}

static void
talk(struct chat *c)
{
	sigset_t open;

	hold_signals(&open);
	screen_open(&c->screen, c->j->talk.self.name);
	chat_read_mail(c);
	push_unsent(c);
	screen_show(&c->screen);
	c->end = 0;
	while (!is_done(c)) {
		bool ended = c->screen.ended;

		ask_mailboxes(c);
		turn(c, &open);
		if (!ended && c->screen.ended)
			c->end = env_monotonic_ms() + (c->screen.terminal ? 0 :
			    (int64_t)c->j->a->wait * 1000);
	}
	screen_close(&c->screen);
	for (size_t i = 0; i < c->n_visits; i++)
		acknowledge(c, &c->visits[i]);
}

static int
end_status(const struct chat *c)
{
	if (c->status != EXIT_HOLDS)
		return c->status;
	if (c->unsent > 0) {
		say_error("%s: %zu messages are not at the relay", c->peer,
		    c->unsent);
		say_hint("the next chat with %s sends them", c->peer);
		return EXIT_UNKNOWN;
	}
	return c->refused;
}

int
chat_run(struct job *j)
{
	struct chat *c = xcalloc(1, sizeof(*c));
	int status = chat_name(j->operands[0]);

	c->j = j;
	c->peer = j->operands[0];
	if (status == EXIT_HOLDS)
		status = chat_prepare(c);
	if (status == EXIT_HOLDS) {
		talk(c);
		status = end_status(c);
	}
	chat_dismiss(c);
	free(c);
	return status;
}
