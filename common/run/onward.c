/* Messages for onward delivery; see onward.h. */
#include "run/onward.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

#include "sys/file.h"
#include "sys/say.h"

enum { IN_MEMORY = 256 * 1024, TOP_MAX = 16 << 20 };

const struct opt onward_rows[ONWARD_ROWS] = {
	{ .name = "on-error", .arg = "tempfail|pass|reject",
	  .help = "when it cannot be done: 75, unchanged with 0, or 65",
	  .kind = OPT_CHOICE, .at = offsetof(struct onward_opts, on_error) },
	{ .name = "max-header", .arg = "BYTES",
	  .help = "ceiling of the header section (1048576)",
	  .kind = OPT_INT, .at = offsetof(struct onward_opts, max_header),
	  .min = 1024, .max = 64 << 20 },
};

enum opt_next
onward_check(const struct opt_spec *spec, struct opt_result *res)
{
	if (res->operands.n > 0)
		return opt_wrong(spec, res, "%s: the message is read from "
		    "stdin", res->operands.v[0]);
	if (isatty(STDIN_FILENO))
		return opt_wrong(spec, res,
		    "stdin is a terminal: give it a message");
	return OPT_RUN;
}

void
onward_start_reading(struct onward *o, const struct onward_opts *opts)
{
	*o = (struct onward){ .opts = *opts, .top = BUF(TOP_MAX) };
	spool_init(&o->rest, IN_MEMORY);
}

bool
onward_start(struct onward *o, const struct onward_opts *opts,
    char **command)
{
	onward_start_reading(o, opts);
	o->has_child = command != NULL && child_prepare(&o->child, command);
	if (command != NULL && !o->has_child)
		say_error("fork: %s", strerror(errno));
	/* a reader that left is an error like another, not a signal; what
	 * COMMAND does about that is its own matter */
	signal(SIGPIPE, SIG_IGN);
	return command == NULL || o->has_child;
}

static const char *
problem(enum msg_status status, int error)
{
	switch (status) {
	case MSG_EMPTY:
		return "the message is empty";
	case MSG_TOO_LONG:
		return "the header section is longer than --max-header";
	case MSG_TOO_MANY:
		return "the header section has over 10000 fields";
	default:
		return strerror(error);
	}
}

/* What came in is kept where it may be handed on. */
static void
keep(struct onward *o, struct span s)
{
	if (o->instead == NULL || o->opts.on_error == ON_ERROR_PASS)
		spool_add(&o->rest, s);
}

bool
onward_header(struct onward *o)
{
	static int in = STDIN_FILENO;
	struct msg_limits limits = msg_limits_default;
	enum msg_status status = MSG_OK;

	if (o->opts.max_header > 0)
		limits.header_bytes = (size_t)o->opts.max_header;
	status = msg_open(&o->msg, msg_source_fd(&in), &limits);
	if (status == MSG_OK) {
		size_t head = o->msg.envelope + o->msg.header.raw.n;
		struct span read = buf_get0(&o->msg.read);

		/* the empty line; the body's first octets come as a piece */
		keep(o, span_from(span_first(read,
		    read.n - o->msg.first.n), head));
		return true;
	}
	say_error("stdin: %s", problem(status, o->msg.error));
	keep(o, buf_get0(&o->msg.read));
	return false;
}

bool
onward_body(struct onward *o,
    void (*each)(void *arg, struct span piece), void *arg)
{
	struct span piece = { NULL, 0 };

	while (msg_next(&o->msg, &piece)) {
		keep(o, piece);
		if (each != NULL)
			each(arg, piece);
	}
	if (o->msg.error != 0)
		say_error("stdin: %s", strerror(o->msg.error));
	else if (o->rest.state != SPOOL_OK)
		say_error("spool: %s", spool_why(&o->rest));
	return o->msg.error == 0 && o->rest.state == SPOOL_OK;
}

/*
 * How many fields and other lines are left out above the first field that
 * stays. What is no field would become a part of o->top: a line that begins
 * blank for every reader, any other for some. No signature covers it.
 */
static size_t
left_out_on_top(const struct onward *o)
{
	const struct header *h = &o->msg.header;
	size_t n = 0;

	if (o->top.n == 0)
		return 0;
	while (n < h->n && (h->v[n].name.n == 0 ||
	    (o->drop != NULL && o->drop[n])))
		n++;
	return n;
}

/*
 * Whether o->top can stand above this header. What has no field is no header
 * and may be text that somebody wants: it is not thrown away.
 */
static bool
takes_top(const struct onward *o)
{
	const struct header *h = &o->msg.header;
	size_t n = left_out_on_top(o), garbage = 0;

	if (n > 0 && h->garbage == h->n) {
		say_error("stdin: the header section has no field");
		return false;
	}
	for (size_t i = 0; i < n; i++)
		garbage += h->v[i].name.n == 0;
	if (garbage > 0)
		say_warn("stdin: what stands above the first field is left "
		    "out: it would become a part of ours");
	return true;
}

/* The header section, without what is dropped. */
static bool
write_header(const struct onward *o, int fd)
{
	const struct header *h = &o->msg.header;
	const unsigned char *from = h->raw.p;
	size_t i = left_out_on_top(o);

	if (i > 0)
		from = h->v[i - 1].raw.p + h->v[i - 1].raw.n;
	for (; o->drop != NULL && i < h->n; i++) {
		if (!o->drop[i])
			continue;
		if (!file_write_all(fd, span_of(from,
		    (size_t)(h->v[i].raw.p - from))))
			return false;
		from = h->v[i].raw.p + h->v[i].raw.n;
	}
	return file_write_all(fd, span_of(from,
	    h->raw.n - (size_t)(from - h->raw.p)));
}

static bool
write_message(struct onward *o, int fd)
{
	struct span envelope = span_first(buf_get0(&o->msg.read),
	    o->msg.envelope);

	if (o->instead != NULL ? vault_copy(o->instead, fd) == SPOOL_OK :
	    file_write_all(fd, envelope) &&
	    file_write_all(fd, buf_get0(&o->top)) && write_header(o, fd) &&
	    spool_copy(&o->rest, fd) == SPOOL_OK)
		return true;
	if (errno != EPIPE)
		say_error("output: %s", strerror(errno));
	return false;
}

/* What waited in memory stays there. */
static int
whole_file(const struct onward *o)
{
	int fd = o->instead != NULL ? o->instead->fd : o->rest.fd;

	return fd < 0 ? memfd_create("message", MFD_CLOEXEC) :
	    file_unnamed();
}

static int
hand_over(struct onward *o)
{
	int file = whole_file(o);

	if (file < 0) {
		say_error("spool: %s", strerror(errno));
		return EX_TEMPFAIL;
	}
	if (!write_message(o, file)) {
		close(file);
		return EX_TEMPFAIL;
	}
	o->has_child = false;
	if (!child_start(&o->child, file)) {
		say_error("the command cannot be started: %s",
		    strerror(errno));
		child_abandon(&o->child);
		return EX_TEMPFAIL;
	}
	return child_end(&o->child);
}

static int
deliver(struct onward *o)
{
	if (o->has_child)
		return hand_over(o);
	return write_message(o, STDOUT_FILENO) && file_close_stdout() ?
	    EX_OK : EX_TEMPFAIL;
}

/* What came in, as it came: --on-error=pass. */
static bool
restore(struct onward *o)
{
	struct span piece = { NULL, 0 };

	buf_reset(&o->top);
	o->drop = NULL;
	o->instead = NULL;
	while (msg_next(&o->msg, &piece))
		spool_add(&o->rest, piece);
	return o->msg.error == 0 && o->rest.state == SPOOL_OK &&
	    o->msg.read.n > 0;
}

int
onward_finish(struct onward *o, bool ok)
{
	int status = EX_TEMPFAIL;

	if (ok && takes_top(o)) {
		status = deliver(o);
	} else if (o->opts.on_error == ON_ERROR_REJECT) {
		status = EX_DATAERR;
	} else if (o->opts.on_error == ON_ERROR_PASS && restore(o)) {
		say_warn("handed on unchanged (--on-error=pass)");
		status = deliver(o);
	}
	if (o->has_child)
		child_abandon(&o->child);
	return status;
}

const char *
onward_eol(const struct onward *o)
{
	return o->msg.header.lf > 0 ? "\n" : "\r\n";
}
