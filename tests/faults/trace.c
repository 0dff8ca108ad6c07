/*
 * Usage: trace COMMAND ARG...
 * Runs COMMAND and prints on descriptor 3, a line each, when it enters write,
 * pwrite64, fsync or fdatasync: the call's name and what its descriptor is.
 * The status is COMMAND's own.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct { long nr; const char *name; } calls[] = {
	{ SYS_write, "write" }, { SYS_pwrite64, "pwrite64" },
	{ SYS_fsync, "fsync" }, { SYS_fdatasync, "fdatasync" },
};

static void
print_call(pid_t pid)
{
	struct __ptrace_syscall_info info = { 0 };
	char link[64], path[4096];
	ssize_t n = 0;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0 ||
	    info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (calls[i].nr != (long)info.entry.nr)
			continue;
		snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)pid,
		    (int)info.entry.args[0]);
		n = readlink(link, path, sizeof(path));
		dprintf(3, "%s %.*s\n", calls[i].name, n > 0 ? (int)n : 0,
		    path);
	}
}

static int
trace(pid_t pid)
{
	int status = 0, sig = 0;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)sig) != 0 ||
		    waitpid(pid, &status, 0) != pid)
			return 99;
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		sig = WSTOPSIG(status);
		if (sig == (SIGTRAP | 0x80))
			print_call(pid);
		if ((sig & ~0x80) == SIGTRAP)
			sig = 0;
	}
}

int
main(int argc, char **argv)
{
	pid_t pid = argc > 1 ? fork() : -1;
	int status = 0;

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execv(argv[1], argv + 1);
		_exit(99);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return 98;
	ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(PTRACE_O_TRACESYSGOOD |
	    PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL));
	return trace(pid);
}
