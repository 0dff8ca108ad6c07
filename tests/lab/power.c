/*
 * Usage: power OUT FOLDER COMMAND ARG...
 * Runs COMMAND and follows all that it starts. In each task that has given up
 * power - a seccomp filter is in force - it makes the next system call try
 * what should be gone: to read FOLDER/file, to make FOLDER/new, to bind and
 * to connect, and to execute /bin/true. A line in OUT for each executable
 * and outcome:
 *	NAME read=EACCES make=EACCES socket=EPERM exec=EPERM
 * and "NAME never" for a task that ended without, with a filter never set. The
 * status is COMMAND's own. x86-64, where a call's number can be written over.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TASKS = 4096, ROOM = 8192, UNDER = 65536 };

struct task {
	pid_t pid;
	bool known;		/* its first stop has been seen */
	bool boxed;		/* a filter is in force */
	bool tried;
};

static struct task tasks[TASKS];
static size_t n_tasks;
static FILE *out;
static char file[PATH_MAX], fresh[PATH_MAX];

static struct task *
task_of(pid_t pid)
{
	for (size_t i = 0; i < n_tasks; i++)
		if (tasks[i].pid == pid)
			return &tasks[i];
	if (n_tasks == TASKS)
		exit(98);
	tasks[n_tasks] = (struct task){ .pid = pid };
	return &tasks[n_tasks++];
}

static const char *
name_of(pid_t pid)
{
	static char path[PATH_MAX];
	char link[64];
	ssize_t n = 0;

	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	return strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : "?";
}

/* On to the next stop at a system call; a signal waits in *sig. */
static bool
next_call(pid_t pid, int *sig)
{
	int status = 0;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) != 0 ||
		    waitpid(pid, &status, __WALL) != pid ||
		    !WIFSTOPPED(status))
			return false;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			return true;
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8))
			return false;
		if (WSTOPSIG(status) != SIGTRAP)
			*sig = WSTOPSIG(status);
	}
}

/*
 * The task stands where a system call is entered. Make it do another, then
 * stand there once more, before "saved". Its result; -4095 without one.
 */
static long
instead(pid_t pid, const struct user_regs_struct *saved, int *sig, long nr,
    unsigned long a, unsigned long b, unsigned long c)
{
	struct user_regs_struct r = *saved;
	long result = 0;

	r.orig_rax = (unsigned long)nr;
	r.rdi = a;
	r.rsi = b;
	r.rdx = c;
	r.r10 = 0600;
	if (ptrace(PTRACE_SETREGS, pid, NULL, &r) != 0 ||
	    !next_call(pid, sig) ||
	    ptrace(PTRACE_GETREGS, pid, NULL, &r) != 0)
		return -4095;
	result = (long)r.rax;
	/* back to the instruction, two octets long, that entered */
	r = *saved;
	r.rax = saved->orig_rax;
	r.rip -= 2;
	if (ptrace(PTRACE_SETREGS, pid, NULL, &r) != 0 ||
	    !next_call(pid, sig))
		return -4095;
	return result;
}

static unsigned long
lend(pid_t pid, unsigned long at, const void *p, size_t n)
{
	struct iovec from = { .iov_len = n }, to = { .iov_len = n };
	union {
		const void *given;
		void *kernel;
	} octets = { p };

	from.iov_base = octets.kernel;
	to.iov_base = (void *)at;
	return process_vm_writev(pid, &from, 1, &to, 1, 0) == (ssize_t)n ?
	    at : 0;
}

static void
say(const char *what, long result)
{
	const char *name = result < 0 ? strerrorname_np((int)-result) : "ok";

	fprintf(out, " %s=%s", what, name != NULL ? name : "ended");
}

/* A socket and, where there may be one, where it may go. */
static void
try_network(pid_t pid, const struct user_regs_struct *r, int *sig,
    unsigned long room)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(1),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	long fd = instead(pid, r, sig, SYS_socket, AF_INET, SOCK_STREAM, 0);

	say("socket", fd);
	if (fd < 0)
		return;
	lend(pid, room, &to, sizeof(to));
	say("connect", instead(pid, r, sig, SYS_connect, (unsigned long)fd,
	    room, sizeof(to)));
	say("listen", instead(pid, r, sig, SYS_listen, (unsigned long)fd, 1,
	    0));
	instead(pid, r, sig, SYS_close, (unsigned long)fd, 0, 0);
}

static void
try_file(pid_t pid, const struct user_regs_struct *r, int *sig,
    unsigned long room, const char *what, const char *path, int flags)
{
	long fd = -4095;

	if (lend(pid, room, path, strlen(path) + 1) != 0)
		fd = instead(pid, r, sig, SYS_openat,
		    (unsigned long)AT_FDCWD, room, (unsigned long)flags);
	say(what, fd);
	if (fd >= 0)
		instead(pid, r, sig, SYS_close, (unsigned long)fd, 0, 0);
}

/* All of it; the signal that came meanwhile, or 0. */
static int
try_all(pid_t pid)
{
	struct user_regs_struct r = { 0 };
	unsigned long room = 0;
	int sig = 0;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &r) != 0)
		exit(98);
	room = (r.rsp - ROOM) & ~15UL;
	fprintf(out, "%s", name_of(pid));
	try_file(pid, &r, &sig, room, "read", file, O_RDONLY);
	try_file(pid, &r, &sig, room, "make", fresh, O_WRONLY | O_CREAT);
	try_network(pid, &r, &sig, room);
	lend(pid, room, "/bin/true", sizeof("/bin/true"));
	say("exec", instead(pid, &r, &sig, SYS_execve, room, 0, 0));
	fprintf(out, "\n");
	fflush(out);
	/* the call that was on its way is entered once more */
	ptrace(PTRACE_SETREGS, pid, NULL, &r);
	return sig;
}

static void
at_call(struct task *t, int *sig)
{
	struct __ptrace_syscall_info info = { 0 };
	static struct { pid_t pid; bool filter; } last;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof(info), &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		if (t->boxed && !t->tried &&
		    info.entry.nr != SYS_exit_group &&
		    info.entry.nr != SYS_exit) {
			t->tried = true;
			*sig = try_all(t->pid);
		}
		if (info.entry.nr == SYS_prctl &&
		    info.entry.args[0] == PR_SET_SECCOMP &&
		    info.entry.args[1] == SECCOMP_MODE_FILTER) {
			last.pid = t->pid;
			last.filter = true;
		}
	} else if (last.filter && last.pid == t->pid) {
		t->boxed = t->boxed || info.exit.rval == 0;
		last.filter = false;
	}
}

/* One stop of one task; what to hand on to it. */
static int
at_stop(struct task *t, int status)
{
	int event = status >> 16, sig = WSTOPSIG(status);
	unsigned long child = 0;

	if (sig == (SIGTRAP | 0x80)) {
		sig = 0;
		at_call(t, &sig);
		return sig;
	}
	if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	    event == PTRACE_EVENT_CLONE) {
		ptrace(PTRACE_GETEVENTMSG, t->pid, NULL, &child);
		task_of((pid_t)child)->boxed = t->boxed;
	}
	if (event == PTRACE_EVENT_EXIT && !t->boxed)
		fprintf(out, "%s never\n", name_of(t->pid));
	if (event != 0)
		return 0;
	if (!t->known && sig == SIGSTOP) {
		t->known = true;
		return 0;
	}
	return sig;
}

static pid_t
begin(char **argv)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execvp(argv[0], argv);
		_exit(99);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		exit(98);
	task_of(pid)->known = true;
	ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(PTRACE_O_TRACESYSGOOD |
	    PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
	    PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL));
	ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	return pid;
}

int
main(int argc, char **argv)
{
	pid_t first = 0, pid = 0;
	int status = 0, result = 98;

	if (argc < 4 || (out = fopen(argv[1], "we")) == NULL)
		return 98;
	snprintf(file, sizeof(file), "%s/file", argv[2]);
	snprintf(fresh, sizeof(fresh), "%s/new", argv[2]);
	first = begin(argv + 3);
	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		struct task *t = task_of(pid);

		if (WIFSTOPPED(status)) {
			ptrace(PTRACE_SYSCALL, pid, NULL,
			    (void *)(long)at_stop(t, status));
			continue;
		}
		if (pid == first)
			result = WIFEXITED(status) ? WEXITSTATUS(status) :
			    128 + WTERMSIG(status);
		*t = tasks[--n_tasks];
	}
	return fclose(out) == 0 ? result : 98;
}
