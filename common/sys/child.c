/* COMMAND behind a filter; see child.h. */
#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/span.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/say.h"

/* In the child: wait for the word, then become COMMAND. */
static _Noreturn void
wait_and_exec(int go, int in, char **argv)
{
	char word = 0;

	if (file_read(go, &word, 1) != 1)
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
	int go[2] = { -1, -1 }, in[2] = { -1, -1 };
	pid_t pid = -1;

	if (pipe2(go, O_CLOEXEC) == 0 && pipe2(in, O_CLOEXEC) == 0)
		pid = fork();
	if (pid == 0) {
		close(go[1]);
		close(in[1]);
		wait_and_exec(go[0], in[0], argv);
	}
	if (go[0] >= 0)
		close(go[0]);
	if (in[0] >= 0)
		close(in[0]);
	if (pid > 0) {
		*c = (struct child){ pid, in[1], go[1] };
		return true;
	}
	if (go[1] >= 0)
		close(go[1]);
	if (in[1] >= 0)
		close(in[1]);
	return false;
}

bool
child_start(struct child *c)
{
	static const struct sigaction ignore = { .sa_handler = SIG_IGN };

	return sigaction(SIGPIPE, &ignore, NULL) == 0 &&
	    file_write_all(c->go, SPAN("!"));
}

static int
wait_for(struct child *c)
{
	int status = 0;
	pid_t got = 0;

	close(c->fd);
	close(c->go);
	do
		got = waitpid(c->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	*c = (struct child){ -1, -1, -1 };
	return got > 0 && WIFEXITED(status) ? WEXITSTATUS(status) :
	    EXIT_UNKNOWN;
}

int
child_end(struct child *c, bool all_taken)
{
	int status = wait_for(c);

	return status == 0 && !all_taken ? EXIT_UNKNOWN : status;
}

void
child_abandon(struct child *c)
{
	wait_for(c);
}
