/* Programs that look again; see look.h. */
#include "look.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/libexec.h"
#include "sys/say.h"
#include "sys/words.h"

/* What all three get. Verdicts are ours: theirs are no status. */
static void
common_words(const struct run_opts *o, struct words *w)
{
	char now[DATE_RFC3339_SIZE];

	words_option(w, "format", "json");
	words_option(w, "fail-on", "never");
	words_option(w, "sandbox", sandbox_mode_name(o->sandbox));
	words_flag(w, "verbose", o->verbose > 0);
	words_flag(w, "quiet", o->quiet);
	if (o->now.given)
		words_option(w, "now", date_rfc3339(now, o->now.at));
}

static void
network_words(const struct reprobe_opts *a, struct words *w)
{
	static const char *const progress[] = {
		[RUN_PROGRESS_AUTO] = "auto", [RUN_PROGRESS_NEVER] = "never",
		[RUN_PROGRESS_ALWAYS] = "always",
	};
	const struct run_opts *o = &a->run;

	words_option(w, "zone", o->zone);
	words_option(w, "resolver", o->resolver);
	words_option(w, "trust-anchor", o->trust_anchor);
	words_option(w, "ca-file", o->ca_file);
	words_option(w, "helo", a->helo);
	words_option(w, "progress", progress[o->progress]);
	words_flag(w, "trust-ad", o->trust_ad);
	words_flag(w, "offline", o->offline);
	words_flag(w, "allow-private", o->allow_private);
	words_number(w, "timeout", o->timeout);
	words_number(w, "jobs", o->jobs);
	words_add(w, "-");
	words_end(w);
}

static bool
prepare(struct child *c, const char *tool, const struct reprobe_opts *o,
    int out)
{
	struct words w = { NULL, 0, 0 };
	bool ok = false;

	words_own(&w, libexec_tool(tool));
	common_words(&o->run, &w);
	network_words(o, &w);
	ok = child_prepare_into(c, w.v, out);
	words_free(&w);
	return ok;
}

int
look_open(struct look *l, const struct reprobe_opts *o)
{
	*l = (struct look){ .sts.pid = -1, .probe.pid = -1 };
	for (int i = 0; i < LOOK_FILES; i++)
		l->fd[i] = -1;
	for (int i = 0; i < LOOK_FILES; i++) {
		l->fd[i] = file_unnamed();
		if (l->fd[i] < 0) {
			say_error("%s: %s", file_temp_dir(), strerror(errno));
			return EXIT_CANNOT_CREATE;
		}
	}
	if (!prepare(&l->sts, "mtasts-check", o, l->fd[LOOK_POLICIES]) ||
	    !prepare(&l->probe, "mstls-probe", o, l->fd[LOOK_PROBES])) {
		say_error("fork: %s", strerror(errno));
		return EXIT_INTERNAL;
	}
	return EXIT_HOLDS;
}

static _Noreturn void
become_reader(char **argv, int out)
{
	if (dup2(out, STDOUT_FILENO) >= 0)
		execv("/proc/self/exe", argv);
	say_error("read: %s", strerror(errno));
	_exit(EXIT_INTERNAL);
}

int
look_read(struct look *l, const struct reprobe_opts *o,
    const struct opt_list *operands)
{
	struct words w = { NULL, 0, 0 };
	pid_t pid = -1;
	int status = 0;

	words_add(&w, "tlsrpt-report");
	words_add(&w, "read");
	common_words(&o->run, &w);
	words_number(&w, "max-size", o->max_size);
	words_add(&w, "--");
	for (size_t i = 0; i < operands->n; i++)
		words_add(&w, operands->v[i]);
	words_end(&w);
	pid = fork();
	if (pid == 0)
		become_reader(w.v, l->fd[LOOK_ROWS]);
	words_free(&w);
	if (pid < 0) {
		say_error("fork: %s", strerror(errno));
		return EXIT_INTERNAL;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_INTERNAL;
}

/* The child owns its copy of the file from then on. */
static int
run_one(struct child *c, const char *tool, int in)
{
	int copy = dup(in), status = EXIT_UNKNOWN;
	bool started = copy >= 0 && child_start(c, copy);

	status = child_end(c);
	if (!started || (status != EXIT_HOLDS && status != EXIT_MALFORMED)) {
		say_error("%s: it has not looked at all: status %d", tool,
		    status);
		return status == EXIT_HOLDS ? EXIT_UNKNOWN : status;
	}
	return EXIT_HOLDS;
}

int
look_run(struct look *l)
{
	int status = run_one(&l->sts, "mtasts-check", l->fd[LOOK_DOMAINS]);

	return exit_worse(status, run_one(&l->probe, "mstls-probe",
	    l->fd[LOOK_POLICIES]));
}

void
look_close(struct look *l)
{
	/* the last one first: it has a copy of what the other waits for */
	if (l->probe.pid > 0)
		child_abandon(&l->probe);
	if (l->sts.pid > 0)
		child_abandon(&l->sts);
	for (int i = 0; i < LOOK_FILES; i++)
		if (l->fd[i] >= 0)
			close(l->fd[i]);
}
