/*
 * A process a file; see files.h. Several are at work, and the first of them is
 * waited for: what the others have ready goes out in its turn.
 */
#include "run/files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "run/progress.h"
#include "run/walk.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/say.h"

enum { LINE_MAX_OCTETS = 64 << 10 };

struct slot {
	int room;		/* unnamed: what the process at work adds to */
	pid_t pid;
	char *path;
	int64_t until;		/* env_monotonic_ms() */
};

struct files {
	struct run *run;
	const struct files_ops *ops;
	void *arg;
	struct slot *slots;	/* a ring, of which n are at work */
	unsigned jobs, first, n;
	struct progress progress;
	bool closed;		/* stdout takes no more */
};

static bool
give_up_power(const struct run *r, const struct opt_list *operands)
{
	const char **read = xcalloc(operands->n + 1, sizeof(*read));
	const char *write[] = { file_temp_dir(), NULL };
	struct sandbox want = { .read = read, .write = write };
	bool ok = false;

	for (size_t i = 0; i < operands->n; i++)
		read[i] = operands->v[i];
	ok = run_enter_sandbox(&want, r->opts->sandbox);
	free(read);
	return ok;
}

/* The process of one file, which has no place but its own: never returns. */
static void
work(struct files *f, const struct slot *own, int fd, pid_t parent)
{
	struct spool out;
	int status = EXIT_HOLDS;

	/* the parent may have ended before this could take effect */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(EXIT_INTERNAL);
	for (unsigned i = 0; i < f->jobs; i++)
		if (&f->slots[i] != own)
			close(f->slots[i].room);
	spool_init(&out, 1 << 16);
	status = f->ops->work(f->arg, own->path, fd, &out);
	if (spool_copy(&out, own->room) != SPOOL_OK) {
		say_error("%s: %s", own->path, out.state != SPOOL_OK ?
		    spool_why(&out) : strerror(errno));
		/* half a line is worse than none; else it is no answer */
		status = ftruncate(own->room, 0) == 0 ? EXIT_IO :
		    EXIT_INTERNAL;
	}
	_exit(status);
}

/* Its end, by pidfd; false when the time is up, which ends it. */
static bool
ends_in_time(const struct slot *s, bool limited, int *status)
{
	struct pollfd end = { .fd = pidfd_open(s->pid, 0), .events = POLLIN };
	bool in_time = true;

	while (limited && end.fd >= 0 && in_time) {
		int64_t left = s->until - env_monotonic_ms();

		/* one that has waited for its turn may have ended long ago */
		if (poll(&end, 1, left > 0 ? (int)left : 0) > 0)
			break;
		in_time = left > 0;
	}
	if (!in_time)
		kill(s->pid, SIGKILL);
	while (waitpid(s->pid, status, 0) < 0 && errno == EINTR)
		;
	if (end.fd >= 0)
		close(end.fd);
	return in_time;
}

static int
lost(struct files *f, const char *path, enum finding_code code)
{
	struct buf line = BUF(LINE_MAX_OCTETS);
	bool ok = false;

	f->ops->lost(f->arg, path, code, &line);
	ok = file_write_all(STDOUT_FILENO, buf_get0(&line));
	buf_free(&line);
	f->closed = !ok;
	return ok ? EXIT_UNKNOWN : EXIT_IO;
}

/* What the process left in the room goes out. */
static int
release(const struct slot *s)
{
	unsigned char piece[65536];
	ssize_t got = 0;

	if (lseek(s->room, 0, SEEK_SET) != 0)
		return EXIT_IO;
	while ((got = file_read(s->room, piece, sizeof(piece))) > 0)
		if (!file_write_all(STDOUT_FILENO,
		    span_of(piece, (size_t)got)))
			return EXIT_IO;
	return got == 0 ? EXIT_HOLDS : EXIT_IO;
}

static int
answer(struct files *f, const struct slot *s)
{
	int status = 0, written = EXIT_HOLDS;

	if (f->closed)
		kill(s->pid, SIGKILL);
	if (!ends_in_time(s, f->run->opts->timeout > 0, &status) &&
	    !f->closed)
		return lost(f, s->path, F_RUN_TIMEOUT);
	if (f->closed)
		return EXIT_IO;
	if (!WIFEXITED(status) || WEXITSTATUS(status) == EXIT_INTERNAL)
		return lost(f, s->path, F_RUN_CRASHED);
	written = release(s);
	f->closed = written != EXIT_HOLDS;
	if (f->closed)
		say_error("stdout: %s", strerror(errno));
	return exit_worse(WEXITSTATUS(status), written);
}

/* The first that is at work. */
static int
end_first(struct files *f)
{
	struct slot *s = &f->slots[f->first];
	int status = answer(f, s);

	f->first = (f->first + 1) % f->jobs;
	f->n--;
	free(s->path);
	progress_count(&f->progress, status);
	progress_show(&f->progress);
	return status;
}

static int
end_all(struct files *f)
{
	int status = EXIT_HOLDS;

	while (f->n > 0)
		status = exit_worse(status, end_first(f));
	return status;
}

/* Takes "path" over. There is a slot for it. */
static int
begin(struct files *f, char *path, int fd)
{
	struct slot *s = &f->slots[(f->first + f->n) % f->jobs];
	pid_t parent = getpid();

	s->path = path;
	s->until = env_monotonic_ms() +
	    (int64_t)f->run->opts->timeout * 1000;
	if (ftruncate(s->room, 0) != 0 || lseek(s->room, 0, SEEK_SET) != 0 ||
	    (s->pid = fork()) < 0) {
		say_error("%s: %s", path, strerror(errno));
		free(path);
		return EXIT_IO;
	}
	if (s->pid == 0)
		work(f, s, fd, parent);
	f->n++;
	return EXIT_HOLDS;
}

static int
each_file(struct files *f, const struct opt_list *operands)
{
	struct walk *w = walk_new(operands);
	char *path = NULL;
	int status = EXIT_HOLDS;

	while (!f->closed && (path = walk_next(w)) != NULL) {
		bool given = strcmp(path, "-") == 0;
		int fd = given ? STDIN_FILENO :
		    open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

		if (fd < 0) {
			walk_failed(w, path);
			free(path);
			continue;
		}
		/* nobody else reads stdin meanwhile */
		if (given)
			status = exit_worse(status, end_all(f));
		else if (f->n == f->jobs)
			status = exit_worse(status, end_first(f));
		status = exit_worse(status, begin(f, path, fd));
		if (!given)
			close(fd);
	}
	status = exit_worse(status, end_all(f));
	status = exit_worse(status, walk_status(w));
	walk_free(w);
	return status;
}

/* Places for the records; false with errno set. */
static bool
open_rooms(struct files *f)
{
	f->slots = xcalloc(f->jobs, sizeof(*f->slots));
	for (unsigned i = 0; i < f->jobs; i++)
		f->slots[i].room = -1;
	for (unsigned i = 0; i < f->jobs; i++)
		if ((f->slots[i].room = file_unnamed()) < 0)
			return false;
	return true;
}

int
files_run(struct run *r, const struct opt_list *operands,
    const struct files_ops *ops, void *arg)
{
	struct files f = { .run = r, .ops = ops, .arg = arg,
	    .jobs = run_jobs(r->opts) };
	int status = EXIT_HOLDS;

	if (!open_rooms(&f)) {
		say_error("%s: %s", file_temp_dir(), strerror(errno));
		status = EXIT_CANNOT_CREATE;
		goto out;
	}
	progress_start(&f.progress, ops->tool,
	    (enum run_progress)r->opts->progress, STDOUT_FILENO);
	status = give_up_power(r, operands) ? each_file(&f, operands) :
	    EXIT_INTERNAL;
	progress_end(&f.progress);
out:
	for (unsigned i = 0; i < f.jobs; i++)
		if (f.slots[i].room >= 0)
			close(f.slots[i].room);
	free(f.slots);
	return status;
}
