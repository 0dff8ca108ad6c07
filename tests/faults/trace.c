/*
 * Usage: trace COMMAND ARG...
 * Runs COMMAND and prints on descriptor 3, a line each, when it enters write,
 * pwrite64, fsync or fdatasync: the call's name and what its descriptor is.
 * The status is COMMAND's own, or 97 when it takes too long.
 */
#include <stdio.h>
#include <sys/syscall.h>

#include "steps.h"

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

int
main(int argc, char **argv)
{
	pid_t pid = argc > 1 ? steps_begin(argv + 1) : -1;
	int result = 98;

	if (pid < 0)
		return 98;
	while (steps_next(pid, &result))
		print_call(pid);
	return result;
}
