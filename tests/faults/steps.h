/*
 * A child that stops at each system call, for killat and trace: one process
 * is followed, what it forks is not.
 */
#ifndef STEPS_H
#define STEPS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEPS_PATIENCE = 180, STEPS_LATE = 97 };

/* The child ends with us (PTRACE_O_EXITKILL). */
static void
steps_late(int sig)
{
	static const char say[] = "not over after 180 seconds: killed\n";

	(void)sig;
	_exit(write(2, say, sizeof(say) - 1) < 0 ? 98 : STEPS_LATE);
}

/*
 * The child, stopped before it executes argv; -1 where that cannot be. It has
 * STEPS_PATIENCE seconds.
 */
static inline pid_t
steps_begin(char **argv)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execv(argv[0], argv);
		_exit(99);
	}
	signal(SIGALRM, steps_late);
	alarm(STEPS_PATIENCE);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return -1;
	ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(PTRACE_O_TRACESYSGOOD |
	    PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL));
	return pid;
}

/*
 * On to where a system call is entered or left. False when the child has
 * ended: *result is its status then as a shell would have it, 99 when it
 * could not be followed. A signal is handed on; a bare SIGTRAP is the exec.
 */
static inline bool
steps_next(pid_t pid, int *result)
{
	int status = 0, sig = 0;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)sig) != 0 ||
		    waitpid(pid, &status, 0) != pid) {
			*result = 99;
			return false;
		}
		if (!WIFSTOPPED(status)) {
			*result = WIFEXITED(status) ? WEXITSTATUS(status) :
			    128 + WTERMSIG(status);
			return false;
		}
		sig = WSTOPSIG(status);
		if (sig == (SIGTRAP | 0x80))
			return true;
		if (sig == SIGTRAP)
			sig = 0;
	}
}

/* The number of the system call that it enters; -1 where it leaves one. */
static inline long
steps_number(pid_t pid)
{
	struct __ptrace_syscall_info info = { 0 };

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return -1;
	return (long)info.entry.nr;
}

#endif
