/*
 * Usage: killat K COMMAND ARG...
 * Runs COMMAND and kills it (SIGKILL) when it enters its K-th system call;
 * what it has forked lives on. The status is 137 then, else COMMAND's own.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static int
trace(pid_t pid, unsigned long k)
{
	int status = 0, entering = 1, sig = 0;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)sig) != 0)
			return 99;
		if (waitpid(pid, &status, 0) != pid)
			return 99;
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		sig = WSTOPSIG(status);
		if (sig != (SIGTRAP | 0x80)) {
			/* a bare SIGTRAP is the exec */
			sig = sig == SIGTRAP ? 0 : sig;
			continue;
		}
		sig = 0;
		if (entering && --k == 0) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return 137;
		}
		entering = !entering;
	}
}

int
main(int argc, char **argv)
{
	unsigned long k = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	pid_t pid = k > 0 ? fork() : -1;
	int status = 0;

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execv(argv[2], argv + 2);
		_exit(99);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return 98;
	ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(PTRACE_O_TRACESYSGOOD |
	    PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL));
	return trace(pid, k);
}
