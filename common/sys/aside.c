/* Computations in a child; see aside.h. */
#include "sys/aside.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/env.h"
#include "sys/file.h"

/* Wait for what the child writes, and read it. */
static enum aside_result
await(int fd, int64_t ms, unsigned char *out, size_t n)
{
	int64_t deadline = env_monotonic_ms() + ms;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int ready = -1;

	while (ready < 0) {
		ms = deadline - env_monotonic_ms();
		ready = poll(&p, 1, ms > 0 ? (int)ms : 0);
	}
	if (ready == 0)
		return ASIDE_TOO_LONG;
	return file_read(fd, out, n) == (ssize_t)n ? ASIDE_DONE :
	    ASIDE_FAILED;
}

enum aside_result
aside_run(bool (*fn)(void *arg, unsigned char *out, size_t n), void *arg,
    int64_t ms, unsigned char *out, size_t n)
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
		r = await(fd[0], ms, own, n);
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0)
			;
	}
	close(fd[0]);
	if (r == ASIDE_DONE)
		memcpy(out, own, n);
	explicit_bzero(own, sizeof(own));
	return r;
}
