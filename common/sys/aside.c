/* Computations in a child; see aside.h. */
#include "sys/aside.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/env.h"
#include "sys/file.h"

/* A machine that is busy, or short of memory, is slower; but not for ever. */
enum { SLOWER = 10 };

/*
 * Wait for what the child writes, and read it. It uses the processor no
 * faster than the clock goes, so there is little to be looked at in between.
 */
static enum aside_result
await(pid_t pid, int fd, int64_t ms, unsigned char *out, size_t n)
{
	int64_t deadline = env_monotonic_ms() + SLOWER * ms;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int ready = 0;

	while (ready <= 0) {
		int64_t left = ms - env_cpu_ms(pid);

		if (left <= 0 || env_monotonic_ms() > deadline)
			return ASIDE_TOO_LONG;
		ready = poll(&p, 1, (int)left);
	}
	return file_read(fd, out, n) == (ssize_t)n ? ASIDE_DONE :
	    ASIDE_FAILED;
}

enum aside_result
aside_run(bool (*fn)(void *arg, unsigned char *out, size_t n), void *arg,
    int64_t *ms, unsigned char *out, size_t n)
{
	unsigned char own[ASIDE_MAX];
	enum aside_result r = ASIDE_FAILED;
	pid_t us = getpid(), pid = -1;
	int fd[2] = { -1, -1 };

	if (n > sizeof(own) || pipe(fd) != 0)
		return r;
	pid = fork();
	if (pid == 0) {
		/* one that nobody waits for would go on for minutes */
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != us)
			_exit(1);
		_exit(!fn(arg, own, n) ||
		    !file_write_all(fd[1], span_of(own, n)));
	}
	close(fd[1]);
	if (pid > 0) {
		r = await(pid, fd[0], *ms, own, n);
		*ms = r == ASIDE_TOO_LONG ? 0 : *ms - env_cpu_ms(pid);
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(fd[0]);
	if (r == ASIDE_DONE)
		memcpy(out, own, n);
	explicit_bzero(own, sizeof(own));
	return r;
}
