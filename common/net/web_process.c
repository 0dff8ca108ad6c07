/* The process that makes requests, started and asked; see web.h. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/web.h"
#include "sys/say.h"

static size_t
count(const char *const *list)
{
	size_t n = 0;

	while (list[n] != NULL)
		n++;
	return n;
}

/* The socket is its stdin, in both directions. */
static _Noreturn void
become(const char *program, const char *const *options, int fd)
{
	size_t n = count(options);
	char **argv = xcalloc(n + 2, sizeof(*argv));

	argv[0] = xstrdup(program);
	for (size_t i = 0; i < n; i++)
		argv[i + 1] = xstrdup(options[i]);
	if (dup2(fd, STDIN_FILENO) == STDIN_FILENO)
		execv(program, argv);
	say_error("%s: %m", program);
	_exit(EX_UNAVAILABLE);
}

bool
web_start(struct web *w, const char *program, const char *const *options)
{
	int pair[2];
	pid_t pid = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	pid = fork();
	if (pid == 0)
		become(program, options, pair[1]);
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return false;
	}
	*w = (struct web){ pid, pair[0] };
	return true;
}

bool
web_begin(struct web *w, const struct web_request *r)
{
	struct buf b = BUF(WEB_BODY_MAX + 8 * WEB_TEXT_MAX);
	bool ok = false;

	web_request_write(r, &b);
	ok = !b.over && web_put(w->fd, buf_get0(&b));
	buf_free_wipe(&b);
	return ok;
}

bool
web_end(struct web *w, struct web_answer *out)
{
	struct buf b = BUF(WEB_BODY_MAX + 8 * WEB_TEXT_MAX);
	bool ok = web_get(w->fd, &b) && web_answer_read(buf_get0(&b), out);

	buf_free(&b);
	return ok;
}

bool
web_ask(struct web *w, const struct web_request *r, struct web_answer *out)
{
	return web_begin(w, r) && web_end(w, out);
}

void
web_stop(struct web *w)
{
	if (w->pid <= 0)
		return;
	close(w->fd);
	/* it may be waiting for an answer that nobody wants any more */
	kill(w->pid, SIGTERM);
	while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*w = (struct web){ .fd = -1 };
}
