/* A process a file; see files.h. */
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
#include "run/walk.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/say.h"

enum { LINE_MAX_OCTETS = 64 << 10 };

struct files {
	struct run *run;
	const struct files_ops *ops;
	void *arg;
	int room;		/* unnamed: what the process at work adds to */
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

/* The process of one file: never returns. */
static void
work(struct files *f, const char *path, int fd, pid_t parent)
{
	struct spool out;
	int status = EXIT_HOLDS;

	/* the parent may have ended before this could take effect */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(EXIT_INTERNAL);
	spool_init(&out, 1 << 16);
	status = f->ops->work(f->arg, path, fd, &out);
	if (spool_copy(&out, f->room) != SPOOL_OK) {
		say_error("%s: %s", path, out.state != SPOOL_OK ?
		    spool_why(&out) : strerror(errno));
		/* half a line is worse than none; else it is no answer */
		status = ftruncate(f->room, 0) == 0 ? EXIT_IO :
		    EXIT_INTERNAL;
	}
	_exit(status);
}

/* Its end, by pidfd; false when the time is up, which ends it. */
static bool
ends_in_time(pid_t pid, int seconds, int *status)
{
	struct pollfd end = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	int64_t until = env_monotonic_ms() + (int64_t)seconds * 1000;
	int64_t left = (int64_t)seconds * 1000;
	bool in_time = true;

	while (seconds > 0 && end.fd >= 0 && in_time &&
	    poll(&end, 1, (int)left) <= 0) {
		left = until - env_monotonic_ms();
		in_time = left > 0;
	}
	if (!in_time)
		kill(pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
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

/* What the process left in the room goes out, and the room is empty again. */
static int
release(struct files *f)
{
	unsigned char piece[65536];
	ssize_t got = 0;

	if (lseek(f->room, 0, SEEK_SET) != 0)
		return EXIT_IO;
	while ((got = file_read(f->room, piece, sizeof(piece))) > 0)
		if (!file_write_all(STDOUT_FILENO,
		    span_of(piece, (size_t)got)))
			return EXIT_IO;
	return got == 0 ? EXIT_HOLDS : EXIT_IO;
}

static int
one_file(struct files *f, const char *path, int fd)
{
	pid_t pid = -1, parent = getpid();
	int status = 0, written = EXIT_HOLDS;

	if (ftruncate(f->room, 0) != 0 || lseek(f->room, 0, SEEK_SET) != 0 ||
	    (pid = fork()) < 0) {
		say_error("%s: %s", path, strerror(errno));
		return EXIT_IO;
	}
	if (pid == 0)
		work(f, path, fd, parent);
	if (!ends_in_time(pid, f->run->opts->timeout, &status))
		return lost(f, path, F_RUN_TIMEOUT);
	if (!WIFEXITED(status) || WEXITSTATUS(status) == EXIT_INTERNAL)
		return lost(f, path, F_RUN_CRASHED);
	written = release(f);
	f->closed = written != EXIT_HOLDS;
	if (f->closed)
		say_error("stdout: %s", strerror(errno));
	return exit_worse(WEXITSTATUS(status), written);
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

		if (fd < 0)
			walk_failed(w, path);
		else
			status = exit_worse(status, one_file(f, path, fd));
		if (fd >= 0 && !given)
			close(fd);
		free(path);
	}
	status = exit_worse(status, walk_status(w));
	walk_free(w);
	return status;
}

int
files_run(struct run *r, const struct opt_list *operands,
    const struct files_ops *ops, void *arg)
{
	struct files f = { .run = r, .ops = ops, .arg = arg,
	    .room = file_unnamed() };
	int status = EXIT_HOLDS;

	if (f.room < 0) {
		say_error("%s: %s", file_temp_dir(), strerror(errno));
		return EXIT_CANNOT_CREATE;
	}
	status = give_up_power(r, operands) ? each_file(&f, operands) :
	    EXIT_INTERNAL;
	close(f.room);
	return status;
}
