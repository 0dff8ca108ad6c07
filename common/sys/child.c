/* COMMAND behind a filter; see child.h. */
#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/exit.h"
#include "sys/say.h"

void
child_ends_are_told(void)
{
	signal(SIGCHLD, SIG_DFL);
}

/* One descriptor as a message of one byte; see cmsg(3). */
struct passing {
	char word;
	struct iovec iov;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct msghdr msg;
};

static struct msghdr *
passing_init(struct passing *p)
{
	*p = (struct passing){ .word = '!' };
	p->iov = (struct iovec){ &p->word, 1 };
	p->msg = (struct msghdr){ .msg_iov = &p->iov, .msg_iovlen = 1,
	    .msg_control = p->control,
	    .msg_controllen = sizeof(p->control) };
	return &p->msg;
}

static bool
send_file(int to, int file)
{
	struct passing p;
	struct msghdr *msg = passing_init(&p);
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	ssize_t n = 0;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(file));
	memcpy(CMSG_DATA(c), &file, sizeof(file));
	do
		n = sendmsg(to, msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

/* -1 when the other end was closed without a file. */
static int
receive_file(int from)
{
	struct passing p;
	struct msghdr *msg = passing_init(&p);
	struct cmsghdr *c = NULL;
	int file = -1;
	ssize_t n = 0;

	do
		n = recvmsg(from, msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	c = n == 1 ? CMSG_FIRSTHDR(msg) : NULL;
	if (c != NULL && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(file)))
		memcpy(&file, CMSG_DATA(c), sizeof(file));
	return file;
}

/*
 * In the child: wait for the file, then become COMMAND. COMMAND ends with
 * the tool: who killed that will try again, and should not do so beside a
 * delivery that is under way.
 */
static _Noreturn void
wait_and_exec(int go, pid_t tool, char **argv)
{
	int in = receive_file(go);

	if (in < 0 || prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 ||
	    getppid() != tool)
		_exit(EXIT_HOLDS);
	/* dup2 to itself would leave close-on-exec set */
	if (in == STDIN_FILENO ? fcntl(in, F_SETFD, 0) == 0 :
	    dup2(in, STDIN_FILENO) >= 0)
		execvp(argv[0], argv);
	say_error("%s: cannot be started: %s", argv[0], strerror(errno));
	_exit(EXIT_UNKNOWN);
}

bool
child_prepare(struct child *c, char **argv)
{
	return child_prepare_into(c, argv, STDOUT_FILENO);
}

bool
child_prepare_into(struct child *c, char **argv, int out)
{
	int go[2] = { -1, -1 };
	pid_t tool = getpid(), pid = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, go) != 0)
		return false;
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		if (out != STDOUT_FILENO && dup2(out, STDOUT_FILENO) < 0)
			_exit(EXIT_UNKNOWN);
		wait_and_exec(go[0], tool, argv);
	}
	close(go[0]);
	if (pid < 0) {
		close(go[1]);
		return false;
	}
	*c = (struct child){ .pid = pid, .go = go[1], .file = -1 };
	return true;
}

bool
child_start(struct child *c, int file)
{
	c->file = file;
	return lseek(file, 0, SEEK_SET) == 0 && send_file(c->go, file);
}

/* COMMAND shares the file's offset: where it stopped reading. */
static bool
not_all_read(int file)
{
	off_t at = lseek(file, 0, SEEK_CUR);
	struct stat st = { 0 };

	return at >= 0 && fstat(file, &st) == 0 && at < st.st_size;
}

int
child_end(struct child *c)
{
	int status = 0, result = EXIT_UNKNOWN;
	pid_t got = 0;

	close(c->go);
	do
		got = waitpid(c->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	if (got > 0 && WIFEXITED(status))
		result = WEXITSTATUS(status);
	/* the loader's and the shell's words for "could not be run" */
	if (result == 126 || result == 127)
		result = EXIT_UNKNOWN;
	if (c->file >= 0) {
		if (result == EXIT_HOLDS && not_all_read(c->file))
			result = EXIT_UNKNOWN;
		close(c->file);
	}
	*c = (struct child){ -1, -1, -1 };
	return result;
}

void
child_abandon(struct child *c)
{
	child_end(c);
}
