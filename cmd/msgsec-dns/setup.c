/* The options of msgsec-dns, and what they open; see setup.h. */
#include "setup.h"

#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unbound.h>
#include <unistd.h>

#include "base/cur.h"
#include "base/date.h"
#include "base/mem.h"
#include "serve.h"
#include "sys/env.h"
#include "sys/exit.h"
#include "sys/say.h"

static const struct opt rows[] = {
	{ .name = "resolver", .arg = "ADDR[@PORT]|recurse", .kind = OPT_STR,
	    .help = "ask this server, or the DNS itself",
	    .at = offsetof(struct args, upstream.resolver) },
	{ .name = "trust-anchor", .arg = "FILE", .kind = OPT_STR,
	    .help = "validate, from these DS or DNSKEY records on",
	    .at = offsetof(struct args, upstream.anchor) },
	{ .name = "dnssec", .kind = OPT_FLAG,
	    .help = "validate, from the system's trust anchor on",
	    .at = offsetof(struct args, upstream.dnssec) },
	{ .name = "keep", .kind = OPT_FLAG,
	    .help = "ask for a name once: its answer holds for the run",
	    .at = offsetof(struct args, upstream.keep) },
	{ .name = "zone", .arg = "FILE", .kind = OPT_STR,
	    .help = "answer from this msgsec-zone(5) file",
	    .at = offsetof(struct args, zone) },
	{ .name = "record", .arg = "FILE", .kind = OPT_STR,
	    .help = "write the answers to this msgsec-zone(5) file",
	    .at = offsetof(struct args, record) },
	{ .name = "now", .arg = "TIME", .kind = OPT_STR,
	    .help = "pretend that it is TIME (RFC 3339 or @SECONDS)",
	    .at = offsetof(struct args, now) },
	{ .name = "sandbox", .arg = "auto|require|off", .kind = OPT_CHOICE,
	    .help = "how much power to give up",
	    .at = offsetof(struct args, sandbox) },
};

static void
version(struct buf *out)
{
	buf_printf(out, "libunbound %s\nlibevent %s\n", ub_version(),
	    event_get_version());
}

static const struct opt_chunk chunk = OPT_CHUNK("Options", rows);

const struct opt_spec setup_spec = {
	.tool = "msgsec-dns", .usage = "[OPTIONS] SOCKET...",
	.about = "Answer the DNS questions of the tool that started it.",
	.chunks = &chunk, .n = 1, .usage_status = EXIT_USAGE,
	.version = version,
};

static bool
take_sockets(struct run *run, const struct opt_list *operands)
{
	run->n = operands->n;
	run->fd = xcalloc(run->n, sizeof(*run->fd));
	for (size_t i = 0; i < run->n; i++) {
		uint64_t fd = 0;

		if (!span_dec(span_str(operands->v[i]), 1 << 20, &fd) ||
		    fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0) {
			say_error("%s: not an open socket", operands->v[i]);
			return false;
		}
		run->fd[i] = (int)fd;
	}
	return run->n > 0;
}

static int
open_zone(struct run *run, const struct args *args)
{
	char *why = NULL;

	if (args->zone == NULL)
		return EXIT_HOLDS;
	run->zone = dns_zone_open(args->zone, &why);
	if (run->zone != NULL)
		return EXIT_HOLDS;
	say_error("%s", why);
	free(why);
	return access(args->zone, R_OK) < 0 ? EXIT_NO_INPUT : EXIT_MALFORMED;
}

static int
take_now(struct args *args)
{
	struct upstream_config *up = &args->upstream;

	if (args->now == NULL)
		return EXIT_HOLDS;
	up->has_now = date_parse(span_str(args->now), &up->now);
	if (up->has_now)
		return EXIT_HOLDS;
	say_error("--now: %s: not a time", args->now);
	return EXIT_USAGE;
}

static int
open_record(struct run *run, const struct args *args)
{
	struct env env;
	int fd = -1;

	env_system(&env);
	if (args->record == NULL)
		return EXIT_HOLDS;
	fd = open(args->record, O_WRONLY | O_CREAT | O_TRUNC |
	    O_APPEND | O_CLOEXEC,
	    0644);
	if (fd < 0) {
		say_error("%s: %m", args->record);
		return EXIT_CANNOT_CREATE;
	}
	run->record = dns_record_open(run->zone != NULL ? run->zone :
	    dns_none_open(), fd, args->upstream.has_now ?
	    args->upstream.now : env_now(&env));
	if (run->zone != NULL)
		run->zone = run->record;
	return EXIT_HOLDS;
}

static int
open_upstream(struct run *run, const struct args *args)
{
	const char *anchor = args->upstream.anchor, *what = NULL, *why = NULL;

	if (run->zone != NULL)
		return EXIT_HOLDS;
	if (anchor != NULL && access(anchor, R_OK) < 0) {
		say_error("%s: %m", anchor);
		return EXIT_NO_INPUT;
	}
	run->up = upstream_open(&args->upstream, run->base, serve_done, &what,
	    &why);
	if (run->up != NULL && run->record != NULL)
		dns_record_trust(run->record, upstream_trust(run->up));
	if (run->up != NULL)
		return EXIT_HOLDS;
	say_error("%s: %s", what != NULL ? what : "DNS", why);
	if (what == NULL)
		return EXIT_INTERNAL;
	return what != args->upstream.resolver ? EXIT_MALFORMED : EXIT_USAGE;
}

/* libevent itself would end with 1, which is a verdict to whoever asked. */
static void
give_in(int error)
{
	(void)error;
	_exit(EXIT_INTERNAL);
}

static struct event_base *
open_base(void)
{
	struct event_base *base = NULL;

	event_set_mem_functions(xmalloc, xrealloc, free);
	event_set_fatal_callback(give_in);
	base = event_base_new();
	if (base == NULL)
		mem_exhausted();
	return base;
}

int
setup_open(struct run *run, struct args *args,
    const struct opt_list *sockets)
{
	int status = take_sockets(run, sockets) ? EXIT_HOLDS : EXIT_USAGE;

	run->base = open_base();
	if (status == EXIT_HOLDS)
		status = take_now(args);
	if (status == EXIT_HOLDS)
		status = open_zone(run, args);
	if (status == EXIT_HOLDS)
		status = open_record(run, args);
	if (status == EXIT_HOLDS)
		status = open_upstream(run, args);
	return status;
}

void
setup_close(struct run *run)
{
	upstream_free(run->up);
	dns_free(run->record != NULL ? run->record : run->zone);
	if (run->base != NULL)
		event_base_free(run->base);
	free(run->fd);
}
