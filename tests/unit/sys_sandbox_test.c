/* After the line, what was given up is really gone. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/sandbox.h"

static char folder[] = "/tmp/msgsec-box-XXXXXX";

/* Each try gives 0 when it was let through, else errno. */
static int
try_read(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
try_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
try_socket(int family, int type)
{
	int fd = socket(family, type, 0);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* Into the terminal; what is none has no such call (ENOTTY). */
static int
try_type(unsigned long request)
{
	int end[2] = { -1, -1 }, result = 0;

	if (pipe(end) != 0)
		return -1;
	if (ioctl(end[0], request, "") != 0)
		result = errno;
	close(end[0]);
	close(end[1]);
	return result;
}

static int
try_connect(uint16_t port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0), got = 0;

	if (fd < 0)
		return errno;
	got = connect(fd, (struct sockaddr *)&to, sizeof(to)) ? errno : 0;
	close(fd);
	return got;
}

static int
try_exec(void)
{
	char *argv[] = { xstrdup("true"), NULL };

	execv("/bin/true", argv);
	return errno;
}

static int
try_pair_and_fork(void)
{
	int fds[2] = { -1, -1 }, status = 0;
	pid_t pid = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
		return errno;
	if ((pid = fork()) == 0)
		_exit(try_socket(AF_INET, SOCK_DGRAM) == EPERM ? 0 : 1);
	waitpid(pid, &status, 0);
	return status;
}

static void *
thread(void *arg)
{
	return arg;
}

/* libunbound answers from a thread; clone3 must fall back to clone. */
static int
try_thread(void)
{
	pthread_t t;
	void *got = NULL;
	int mark = 0, error = pthread_create(&t, NULL, thread, &mark);

	if (error != 0)
		return error;
	pthread_join(t, &got);
	return got == &mark ? 0 : -1;
}

/* Run the tries in a process of their own; its status says which failed. */
static void
in_a_box(const struct sandbox *want, int (*tries)(void))
{
	enum sandbox_state got = SANDBOX_NONE;
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (!sandbox_enter(want, SANDBOX_REQUIRE, &got))
			_exit(got == SANDBOX_NONE ? 200 : 201);
		_exit(tries());
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) >= 200)
		skip();
	if (WEXITSTATUS(status) != 0)
		fail_msg("line %d", WEXITSTATUS(status));
}

#define EXPECT(what, want) \
	do { \
		if ((what) != (want)) \
			return __LINE__; \
	} while (0)

static int
offline_tries(void)
{
	char *inside = xasprintf("%s/new", folder);

	EXPECT(try_read("/etc/hostname"), 0);
	EXPECT(try_read("/etc/passwd"), EACCES);
	EXPECT(try_read("/proc/self/mem"), EACCES);
	EXPECT(try_write("/etc/hostname"), EACCES);
	EXPECT(try_write(inside), 0);
	EXPECT(try_read(inside), 0);
	EXPECT(unlink(inside), 0);
	EXPECT(try_write("/tmp/msgsec-outside"), EACCES);
	EXPECT(mkdir("/tmp/msgsec-outside", 0700), -1);
	EXPECT(try_socket(AF_INET, SOCK_STREAM), EPERM);
	EXPECT(try_socket(AF_INET6, SOCK_DGRAM), EPERM);
	EXPECT(try_socket(AF_UNIX, SOCK_STREAM), EPERM);
	EXPECT(try_pair_and_fork(), 0);
	EXPECT(try_thread(), 0);
	EXPECT(try_exec(), EPERM);
	EXPECT(ptrace(PTRACE_TRACEME, 0, NULL, NULL), -1);
	EXPECT(unshare(CLONE_NEWUSER), -1);
	EXPECT(mount("x", "/tmp", "tmpfs", 0, NULL), -1);
	EXPECT(syscall(SYS_io_uring_setup, 1, NULL), -1);
	EXPECT(errno, EPERM);
	EXPECT(syscall(SYS_clone, CLONE_NEWUSER, NULL, NULL, NULL, NULL), -1);
	EXPECT(errno, EPERM);
	EXPECT(try_type(TIOCSTI), EPERM);
	EXPECT(try_type(TIOCLINUX), EPERM);
	return 0;
}

static void
offline(void **state)
{
	static const char *const read[] = {
		"/etc/hostname", "/nonexistent", NULL
	};
	static const char *const write[] = { folder, NULL };
	const struct sandbox want = { .read = read, .write = write };

	(void)state;
	in_a_box(&want, offline_tries);
}

/* Bound to nothing, which would get a port of the kernel's choice. */
static int
try_listen(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), got = 0;

	if (fd < 0)
		return errno;
	got = listen(fd, 1) ? errno : 0;
	close(fd);
	return got;
}

static int
network_tries(void)
{
	EXPECT(try_listen(), EPERM);
	EXPECT(try_connect(1), ECONNREFUSED);
	EXPECT(try_connect(2), EACCES);
	EXPECT(try_socket(AF_INET, SOCK_DGRAM), 0);
	EXPECT(try_read("/etc/hostname"), EACCES);
	EXPECT(try_exec(), EPERM);
	return 0;
}

static void
network_to_one_port(void **state)
{
	static const uint16_t ports[] = { 1, 0 };
	const struct sandbox want = { .network = true, .connect = ports };

	(void)state;
	in_a_box(&want, network_tries);
}

static int
try_bind(uint16_t port)
{
	struct sockaddr_in from = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0), got = 0;

	if (fd < 0)
		return errno;
	got = bind(fd, (struct sockaddr *)&from, sizeof(from)) ? errno : 0;
	close(fd);
	return got;
}

static int
no_source_tries(void)
{
	EXPECT(try_bind(0), EACCES);
	return 0;
}

static int
source_tries(void)
{
	EXPECT(try_bind(0), 0);
	EXPECT(try_bind(54321), EACCES);
	EXPECT(try_connect(1), ECONNREFUSED);
	return 0;
}

/* The address may be chosen, and never the port: nobody is to listen. */
static void
network_from_one_address(void **state)
{
	const struct sandbox without = { .network = true };
	const struct sandbox want = { .network = true, .source = true };

	(void)state;
	in_a_box(&without, no_source_tries);
	in_a_box(&want, source_tries);
}

/* A listener, and somebody who has come to it already. */
static int
open_listener(int *visitor)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	*visitor = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(fd, (struct sockaddr *)&at, n) != 0 ||
	    listen(fd, 1) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &n) != 0 ||
	    connect(*visitor, (struct sockaddr *)&at, n) != 0)
		return -1;
	return fd;
}

static int listener = -1;

static int
try_accept(void)
{
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
accept_tries(void)
{
	EXPECT(try_accept(), 0);
	EXPECT(try_socket(AF_INET, SOCK_STREAM), EPERM);
	EXPECT(try_socket(AF_UNIX, SOCK_STREAM), EPERM);
	EXPECT(listen(listener, 1), -1);
	EXPECT(try_exec(), EPERM);
	return 0;
}

static int
no_accept_tries(void)
{
	EXPECT(try_accept(), EPERM);
	return 0;
}

/* A server takes who comes and goes to nobody. */
static void
accept_at_what_is_open(void **state)
{
	const struct sandbox want = { .accept = true };
	const struct sandbox without = { .accept = false };
	int visitor = -1;

	(void)state;
	listener = open_listener(&visitor);
	assert_true(listener >= 0);
	in_a_box(&without, no_accept_tries);
	in_a_box(&want, accept_tries);
	close(visitor);
	close(listener);
}

static int
exec_tries(void)
{
	try_exec();
	return __LINE__;
}

static void
execution_where_asked_for(void **state)
{
	static const char *const read[] = { "/bin", "/usr", "/lib", "/lib64",
	    "/etc/ld.so.cache", NULL };
	const struct sandbox want = { .read = read, .exec = true };

	(void)state;
	in_a_box(&want, exec_tries);
}

static void
off_changes_nothing(void **state)
{
	const struct sandbox want = { 0 };
	enum sandbox_state got = SANDBOX_FULL;

	(void)state;
	assert_true(sandbox_enter(&want, SANDBOX_OFF, &got));
	assert_int_equal(got, SANDBOX_NONE);
	assert_int_equal(try_socket(AF_INET, SOCK_DGRAM), 0);
}

/* How far a process of its own gets, which then reads the path. */
static int
read_in_a_box(const char *path)
{
	const char *const read[] = { path, NULL };
	const struct sandbox want = { .read = read };
	enum sandbox_state got = SANDBOX_NONE;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		sandbox_enter(&want, SANDBOX_AUTO, &got);
		_exit(try_read(path) == 0 ? (int)got : 100);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What a shell's <(COMMAND) names: Landlock takes no rule for it, or away. */
static void
a_pipe_costs_nothing(void **state)
{
	char path[32] = "";
	int end[2] = { -1, -1 };

	(void)state;
	assert_int_equal(pipe(end), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", end[0]);
	assert_int_equal(read_in_a_box(path), read_in_a_box("/etc/hostname"));
	close(end[0]);
	close(end[1]);
}

/* Where seccomp itself is refused, "require" must fail and say so. */
static void
require_fails_closed(void **state)
{
	const struct sandbox want = { 0 };
	enum sandbox_state got = SANDBOX_FULL;
	int status = 0;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		/* one filter too many for the kernel: 32768 instructions */
		for (int i = 0; i < 200; i++)
			sandbox_enter(&want, SANDBOX_AUTO, &got);
		_exit(sandbox_enter(&want, SANDBOX_REQUIRE, &got) ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

static int
enter(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
leave(void **state)
{
	(void)state;
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offline),
		cmocka_unit_test(network_to_one_port),
		cmocka_unit_test(network_from_one_address),
		cmocka_unit_test(accept_at_what_is_open),
		cmocka_unit_test(execution_where_asked_for),
		cmocka_unit_test(off_changes_nothing),
		cmocka_unit_test(a_pipe_costs_nothing),
		cmocka_unit_test(require_fails_closed),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
