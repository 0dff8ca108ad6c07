/*
 * mtasts-check serve: a process a connection, so that a look-up that waits
 * for a slow policy host makes nobody else wait, and one that dies takes
 * nobody with it.
 */
#include "serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "mtasts/postfix.h"
#include "sys/file.h"
#include "sys/say.h"

enum {
	CONNECTIONS = 100,	/* Postfix's default_process_limit */
	IDLE_MS = 300 * 1000,
	REFRESH_SECONDS = 3600,	/* between two looks at what is due */
	REPLY_MAX = 1 << 18,
	PAUSE_MS = 100,
	WAIT_MS = 1000,		/* how late a child's end may be noticed */
};

struct server {
	struct job job;
	struct listener at;
	pid_t *child;		/* by slot; the last one refreshes */
	size_t n;
	int64_t refreshed;	/* env_monotonic() */
};

static volatile sig_atomic_t stop;

static void
on_stop(int signo)
{
	stop = signo;
}

static void
on_child(int signo)
{
	(void)signo;		/* it only has to end a poll(2) */
}

static void
catch(int signo, void (*fn)(int))
{
	struct sigaction sa = { .sa_handler = fn };

	sigemptyset(&sa.sa_mask);
	sigaction(signo, &sa, NULL);
}

/* --- a connection's process */

/*
 * A client that asks and does not read has as long to take an answer as the
 * answer may take; then it is given up, since there is a process for it.
 */
static bool
deliver(int fd, struct span reply, int limit_ms)
{
	while (reply.n > 0) {
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		int ready = poll(&p, 1, limit_ms);
		ssize_t n = 0;

		if (ready == 0)
			return false;
		if (ready > 0)
			n = send(fd, reply.p, reply.n,
			    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (ready < 0 || n < 0) {
			if (errno != EAGAIN && errno != EINTR)
				return false;
			continue;
		}
		reply = span_from(reply, (size_t)n);
	}
	return true;
}

/* Answer all whole requests of the input; false for what is none. */
static bool
answer_all(struct job *j, const struct worker *w, struct buf *in, int fd)
{
	struct buf reply = BUF(REPLY_MAX);
	enum socketmap_result r = SOCKETMAP_MORE;
	struct socketmap_request request;
	size_t used = 0;
	bool ok = true;

	while (ok && (r = socketmap_read(span_from(buf_get0(in), used),
	    &request)) == SOCKETMAP_REQUEST) {
		buf_reset(&reply);
		serve_answer(j, w, request.key, &reply);
		ok = deliver(fd, buf_get0(&reply),
		    j->args->run.timeout * 1000);
		used += request.used;
	}
	memmove(in->p, in->p + used, in->n - used);
	in->n -= used;
	buf_free(&reply);
	return ok && r != SOCKETMAP_BAD;
}

static void
converse(struct job *j, const struct worker *w, int fd)
{
	struct buf in = BUF(4 * SOCKETMAP_MAX);
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (poll(&p, 1, IDLE_MS) > 0) {
		unsigned char *to = buf_room(&in, SOCKETMAP_MAX);
		ssize_t n = to ? file_read(fd, to, SOCKETMAP_MAX) : 0;

		if (n <= 0)
			break;
		in.n += (size_t)n;
		if (!answer_all(j, w, &in, fd))
			break;
	}
	buf_free(&in);
}

/* Never returns: what the parent opened ends with the process. */
static _Noreturn void
be_child(struct server *s, size_t slot, int fd)
{
	struct worker *w = NULL;

	catch(SIGTERM, SIG_DFL);
	catch(SIGINT, SIG_DFL);
	catch(SIGPIPE, SIG_IGN);
	close(s->at.fd);
	run_worker(&s->job.run, (unsigned)slot);
	w = worker_open(&s->job);
	if (fd >= 0)
		converse(&s->job, w, fd);
	else
		serve_refresh(&s->job, w);
	_exit(0);
}

/* --- the service */

static void
start(struct server *s, size_t slot, int fd)
{
	pid_t pid = fork();

	if (pid == 0)
		be_child(s, slot, fd);
	if (pid < 0)
		say_warn("no process for a connection: %s", strerror(errno));
	else
		s->child[slot] = pid;
}

static void
reap(struct server *s)
{
	for (size_t i = 0; i < s->n; i++) {
		int status = 0;

		if (s->child[i] == 0 ||
		    waitpid(s->child[i], &status, WNOHANG) <= 0)
			continue;
		s->child[i] = 0;
		if (WIFSIGNALED(status))
			say_warn("a look-up ended by signal %d",
			    WTERMSIG(status));
	}
}

/* Without it every look-up would time out: better begin anew. */
static bool
dns_is_gone(const struct server *s)
{
	siginfo_t info = { .si_pid = 0 };
	pid_t pid = s->job.run.process.pid;

	return pid != 0 && waitid(P_PID, (id_t)pid, &info,
	    WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

static void
end_children(const struct server *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->child[i] != 0)
			kill(s->child[i], SIGTERM);
	for (size_t i = 0; i < s->n; i++)
		while (s->child[i] != 0 && waitpid(s->child[i], NULL, 0) < 0 &&
		    errno == EINTR)
			;
}

/* A slot for a connection; s->n - 1 when all are taken. */
static size_t
free_slot(const struct server *s)
{
	size_t i = 0;

	while (i < s->n - 1 && s->child[i] != 0)
		i++;
	return i;
}

static void
accept_one(struct server *s, size_t slot)
{
	int fd = accept4(s->at.fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0) {
		/* out of descriptors or memory: it may pass */
		if (errno != EAGAIN && errno != EINTR &&
		    errno != ECONNABORTED)
			poll(NULL, 0, PAUSE_MS);
		return;
	}
	start(s, slot, fd);
	close(fd);
}

static void
refresh(struct server *s)
{
	int64_t now = env_monotonic();

	if (s->job.memory_path == NULL || s->child[s->n - 1] != 0 ||
	    (s->refreshed != 0 && now - s->refreshed < REFRESH_SECONDS))
		return;
	s->refreshed = now;
	start(s, s->n - 1, -1);
}

static int
loop(struct server *s)
{
	int status = EXIT_HOLDS;

	catch(SIGTERM, on_stop);
	catch(SIGINT, on_stop);
	catch(SIGCHLD, on_child);
	while (!stop && status == EXIT_HOLDS) {
		size_t slot = 0;
		struct pollfd p = { .fd = s->at.fd, .events = POLLIN };

		reap(s);
		refresh(s);
		slot = free_slot(s);
		if (slot == s->n - 1)
			p.fd = -1;	/* the kernel lets them wait */
		if (poll(&p, 1, WAIT_MS) > 0)
			accept_one(s, slot);
		if (dns_is_gone(s)) {
			say_error("the DNS process has ended");
			status = EXIT_INTERNAL;
		}
	}
	end_children(s);
	return status;
}

/* DNSSEC cannot be had: said once, since each look-up would say it. */
static void
warn_of_dnssec(const struct server *s)
{
	enum dns_trust trust = s->job.run.process.pid != 0 ?
	    s->job.run.process.trust : DNS_CHECKED;

	if (trust == DNS_NO_ANCHOR)
		say_warn("no trust anchor: DANE is left to Postfix alone");
	if (trust == DNS_STRIPPED)
		say_warn("the name server strips DNSSEC: DANE is left to "
		    "Postfix alone");
}

static int
serve(struct args *args)
{
	struct server s = { .at = { .fd = -1 } };
	char *folder = NULL;
	int status = EXIT_HOLDS;

	args->run.timeout = args->run.timeout ? args->run.timeout :
	    SERVE_SECONDS;
	s.n = (size_t)(args->run.jobs ? args->run.jobs : CONNECTIONS) + 1;
	args->run.jobs = (int)s.n;
	status = job_open(&s.job, args, true);
	if (status != EXIT_HOLDS)
		return status;
	status = listen_open(args->socketmap, &s.at);
	if (status != EXIT_HOLDS)
		return job_close(&s.job, status);
	folder = s.at.path ? file_folder(s.at.path) : NULL;
	warn_of_dnssec(&s);
	s.child = xcalloc(s.n, sizeof(*s.child));
	status = job_give_up_power(&s.job, folder) ? loop(&s) :
	    EXIT_INTERNAL;
	listen_close(&s.at);
	free(s.child);
	free(folder);
	return job_close(&s.job, status);
}

int
serve_main(int argc, char **argv)
{
	struct args args = { .run = RUN_OPTS_DNSSEC, .cache.on = true };
	struct opt_result res = { 0 };
	int status = EXIT_HOLDS;

	if (opt_parse(&serve_spec, argc, argv, &args, &res) == OPT_END)
		return opt_end(&res);
	run_speak("mtasts-check", &args.run);
	if (args.socketmap == NULL || res.operands.n > 0) {
		opt_wrong(&serve_spec, &res, args.socketmap == NULL ?
		    "--socketmap is missing" : "it takes no operands");
		return opt_end(&res);
	}
	status = serve(&args);
	opt_result_free(&res);
	return status;
}
