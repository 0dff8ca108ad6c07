/*
 * The way of a mail through the verbs that write one: read from stdin, and
 * when all of it is ready to stdout, or to the command that was given. What
 * goes wrong before that ends as --on-error says; see mail.h.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

#include "mail.h"
#include "sys/say.h"

/* --on-error=pass must have what came in, whatever becomes of the reader. */
static ssize_t
read_stdin(void *arg, void *p, size_t n)
{
	struct mail *m = arg;
	ssize_t got = file_read(STDIN_FILENO, p, n);

	if (got > 0 && m->r.a.onward.on_error == ON_ERROR_PASS)
		vault_add(&m->kept, span_of(p, (size_t)got));
	return got;
}

struct msg_source
mail_source(struct mail *m)
{
	return (struct msg_source){ read_stdin, m };
}

bool
mail_onward_start(struct mail *m)
{
	/* a reader that left is an error like another, not a signal */
	signal(SIGPIPE, SIG_IGN);
	if (isatty(STDIN_FILENO))
		return run_fail(&m->r, SOP_UNSUPPORTED_OPTION,
		    "stdin is a terminal: give it a message");
	return true;
}

/* What waited in memory stays there. */
static int
whole_file(const struct vault *v)
{
	return v->fd < 0 ? memfd_create("message", MFD_CLOEXEC) :
	    file_unnamed();
}

static bool
hand_over(struct mail *m, struct vault *v)
{
	struct run *r = &m->r;
	int file = whole_file(v);

	if (file < 0 || vault_copy(v, file) != SPOOL_OK) {
		if (file >= 0)
			close(file);
		return run_fail(r, SOP_UNSPECIFIED_FAILURE,
		    "the message cannot be kept: %s", strerror(errno));
	}
	r->has_child = false;
	if (!child_start(&r->child, file)) {
		run_fail(r, SOP_UNSPECIFIED_FAILURE,
		    "the command cannot be started: %s", strerror(errno));
		child_abandon(&r->child);
		return false;
	}
	m->command_status = child_end(&r->child);
	return true;
}

/* From here on nothing else may be written instead. */
static bool
deliver(struct mail *m, struct vault *v)
{
	m->begun = true;
	if (m->r.has_child)
		return hand_over(m, v);
	return vault_copy(v, STDOUT_FILENO) == SPOOL_OK ||
	    run_fail_stdout(&m->r);
}

bool
mail_deliver(struct mail *m)
{
	struct run *r = &m->r;
	struct vault *v = &m->out.vault;

	if (r->status != SOP_OK)
		return false;
	if (v->state != SPOOL_OK)
		return run_fail(r, SOP_UNSPECIFIED_FAILURE,
		    "what is to be written cannot be kept: %s",
		    strerror(v->error));
	return run_commit(r) && deliver(m, v);
}

/* What came in, as it came. */
static bool
pass_on(struct mail *m)
{
	char piece[4096];
	ssize_t n = 0;

	do
		n = read_stdin(m, piece, sizeof(piece));
	while (n > 0);
	if (n < 0 || m->kept.state != SPOOL_OK || m->kept.n == 0)
		return false;
	say_warn("handed on unchanged (--on-error=pass)");
	m->r.status = SOP_OK;
	return deliver(m, &m->kept);
}

int
mail_onward_end(struct mail *m)
{
	int on_error = m->r.a.onward.on_error, status = 0;

	if (m->r.status != SOP_OK && m->ready && !m->begun &&
	    on_error == ON_ERROR_PASS)
		pass_on(m);
	status = house_end(&m->r, true);
	if (status != EX_OK && m->ready && !m->begun &&
	    on_error == ON_ERROR_REJECT)
		status = EX_DATAERR;
	return status != EX_OK ? status : m->command_status;
}
