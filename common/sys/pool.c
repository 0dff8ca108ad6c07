/* The parent's side of the pool; see pool.h. */
#include "sys/pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/vec.h"
#include "sys/env.h"
#include "sys/pool_worker.h"

enum {
	DEPTH_MAX = 64,	/* jobs that a worker may have at once */
	AHEAD = 10000,		/* microseconds of work to hand out ahead */
	TICK = 500,		/* milliseconds between looks at the clock */
	UNSENT_MAX = 1 << 18,	/* bytes that may wait for one worker */
	STILLBIRTHS_MAX = 8,	/* in a row, without a job done */
};

struct job {
	uint64_t id;
	struct buf text;
};

struct jobs {
	struct job *v;
	size_t n, cap;
};

struct worker {
	pid_t pid;		/* 0: not there */
	int fd;
	struct pool_now *now;
	struct jobs queue;	/* in the order of sending */
	size_t first;		/* queue.v[first] is the oldest undone */
	struct buf out, in;
	int64_t average;	/* microseconds a job; 0: not known */
	uint64_t killed_for;	/* id + 1 of the job past its deadline */
};

struct pool {
	const struct pool_want *want;
	const struct pool_ops *ops;
	void *arg;
	struct worker *w;
	struct pollfd *poll;
	struct pool_now *now;
	struct jobs again;	/* to be sent once more: their worker died */
	enum pool_next next;	/* what the source said last */
	unsigned stillbirths;
	bool stop, broken;
};

static volatile sig_atomic_t caught;

static void
catch_signal(int signo)
{
	caught = signo;
}

static size_t
undone(const struct worker *w)
{
	return w->queue.n - w->first;
}

/* How many jobs it may have: about AHEAD of work, one at first. */
static size_t
depth(const struct pool *p, const struct worker *w)
{
	int64_t n = w->average > 0 && !p->want->one_at_a_time ?
	    AHEAD / w->average : 1;

	return n < 1 ? 1 : n > DEPTH_MAX ? DEPTH_MAX : (size_t)n;
}

/* A worker dies where the run would; nohup(1)'s word stands for both. */
static void
default_unless_ignored(int signo)
{
	if (signal(signo, SIG_DFL) == SIG_IGN)
		signal(signo, SIG_IGN);
}

/*
 * In the child: keep only its own socket, or a brother would not see the
 * parent's end.
 */
static _Noreturn void
be_worker(struct pool *p, struct worker *self, int fd, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	signal(SIGINT, SIG_IGN);
	default_unless_ignored(SIGTERM);
	default_unless_ignored(SIGHUP);
	for (unsigned i = 0; i < p->want->workers; i++)
		if (p->w[i].pid != 0)
			close(p->w[i].fd);
	pool_worker(fd, (unsigned)(self - p->w), self->now, p->want, p->ops,
	    p->arg);
}

static bool
start(struct pool *p, struct worker *w)
{
	int fds[2] = { -1, -1 };
	pid_t parent = getpid(), pid = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
		return false;
	atomic_store(&w->now->job, 0);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		be_worker(p, w, fds[1], parent);
	}
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return false;
	}
	w->pid = pid;
	w->fd = fds[0];
	w->killed_for = 0;
	w->average = 0;
	buf_reset(&w->out);
	buf_reset(&w->in);
	return true;
}

static void
send_some(struct worker *w)
{
	size_t sent = 0;

	if (w->out.n == 0)
		return;
	while (sent < w->out.n) {
		ssize_t n = send(w->fd, w->out.p + sent, w->out.n - sent,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		/* a dead worker is noticed where its results are read */
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			sent += (size_t)n;
	}
	memmove(w->out.p, w->out.p + sent, w->out.n - sent);
	w->out.n -= sent;
}

static void
hand_out(struct worker *w, struct job j)
{
	struct pool_job_head head = { j.id, j.text.n };

	buf_add(&w->out, &head, sizeof(head));
	buf_span(&w->out, buf_get0(&j.text));
	if (w->first == w->queue.n)
		w->first = w->queue.n = 0;
	*VEC_PUSH(&w->queue) = j;
}

/* One job, from those to be done again or from the source. */
static bool
take_job(struct pool *p, struct job *j)
{
	if (p->again.n > 0) {
		*j = p->again.v[0];
		memmove(p->again.v, p->again.v + 1,
		    --p->again.n * sizeof(*p->again.v));
		return true;
	}
	if (p->next != POOL_JOB)
		return false;
	*j = (struct job){ .text = BUF(p->want->job_max) };
	p->next = p->ops->next(p->arg, &j->text, &j->id);
	if (p->next == POOL_JOB)
		return true;
	buf_free(&j->text);
	return false;
}

/* Fill one worker up, starting it if it must be. False: no more jobs now. */
static bool
feed(struct pool *p, struct worker *w)
{
	struct job j = { 0 };
	size_t most = depth(p, w);

	/* half empty at least, so that several jobs share a system call */
	if (undone(w) > most / 2)
		return true;
	while (undone(w) < most && w->out.n < UNSENT_MAX) {
		if (!take_job(p, &j))
			return false;
		if (w->pid == 0 && !start(p, w)) {
			*VEC_PUSH(&p->again) = j;
			return true;
		}
		hand_out(w, j);
	}
	return true;
}

static void
feed_all(struct pool *p)
{
	bool more = true, any = false;

	for (unsigned i = 0; i < p->want->workers; i++) {
		struct worker *w = &p->w[i];

		more = more && feed(p, w);
		if (w->pid != 0) {
			any = true;
			send_some(w);
		}
	}
	if (!any && p->again.n > 0)
		p->broken = true;
}

static void
ask_again(struct pool *p)
{
	if (p->next != POOL_NO_MORE)
		p->next = POOL_JOB;
}

/* Report the job and forget it. */
static void
report(struct pool *p, struct job *j, struct pool_done d)
{
	d.id = j->id;
	d.job = buf_get0(&j->text);
	if (!p->stop && !p->ops->done(p->arg, &d))
		p->stop = true;
	buf_free(&j->text);
	ask_again(p);
}

/* A worker's results come in the order of its jobs: anything else is lies. */
static bool
take_result(struct pool *p, struct worker *w, struct span *in)
{
	struct pool_result_head head = { 0 };
	struct pool_done d = { .how = POOL_WORKED };

	if (in->n < sizeof(head))
		return false;
	memcpy(&head, in->p, sizeof(head));
	if (undone(w) == 0 || head.id != w->queue.v[w->first].id ||
	    head.n > p->want->result_max) {
		kill(w->pid, SIGKILL);
		*in = span_from(*in, in->n);
		return false;
	}
	if (in->n - sizeof(head) < head.n)
		return false;
	d.result = span_first(span_from(*in, sizeof(head)), (size_t)head.n);
	d.status = (int)head.status;
	*in = span_from(*in, sizeof(head) + (size_t)head.n);
	w->average = w->average == 0 ? head.took + 1 :
	    (w->average * 7 + head.took + 8) / 8;
	p->stillbirths = 0;
	report(p, &w->queue.v[w->first++], d);
	return true;
}

/* The job that it was at is to blame; the others go to somebody else. */
static void
bury(struct pool *p, struct worker *w)
{
	uint64_t at = 0;
	int status = 0;

	kill(w->pid, SIGKILL);
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(w->fd);
	w->pid = 0;
	at = atomic_load(&w->now->job);
	/* past its deadline was another one, done by the time of the kill */
	if (w->killed_for != 0 && w->killed_for != at)
		at = 0;
	/* one that has worked was killed from outside: another one may live */
	p->stillbirths += at == 0 && w->average == 0;
	for (size_t i = w->first; i < w->queue.n; i++) {
		struct job *j = &w->queue.v[i];

		if (j->id + 1 != at)
			*VEC_PUSH(&p->again) = *j;
		else
			report(p, j, (struct pool_done){
				.how = w->killed_for ? POOL_TIMED_OUT :
				    POOL_CRASHED,
				.status = WIFSIGNALED(status) ?
				    WTERMSIG(status) : 0,
			});
	}
	w->first = w->queue.n = 0;
	if (p->stillbirths > STILLBIRTHS_MAX)
		p->broken = true;
}

static void
receive(struct pool *p, struct worker *w)
{
	unsigned char *to = buf_room(&w->in, POOL_BATCH);
	struct span in = { NULL, 0 };
	ssize_t n = to == NULL ? -1 :
	    recv(w->fd, to, POOL_BATCH, MSG_DONTWAIT);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		bury(p, w);
		return;
	}
	w->in.n += (size_t)n;
	in = buf_get0(&w->in);
	while (take_result(p, w, &in))
		;
	if (in.n > 0)
		memmove(w->in.p, in.p, in.n);
	w->in.n = in.n;
}

static void
enforce_deadlines(struct pool *p)
{
	int64_t now = env_ticks();

	for (unsigned i = 0; i < p->want->workers; i++) {
		struct worker *w = &p->w[i];
		uint64_t at = atomic_load_explicit(&w->now->job,
		    memory_order_acquire);
		int64_t since = atomic_load_explicit(&w->now->since,
		    memory_order_relaxed);

		if (w->pid == 0 || at == 0 || w->killed_for != 0 ||
		    now - since < p->want->deadline)
			continue;
		w->killed_for = at;
		kill(w->pid, SIGKILL);
	}
}

/* poll(2) refuses more entries than files may be open: only the living. */
static nfds_t
fill_poll(struct pool *p)
{
	nfds_t n = 0;

	for (unsigned i = 0; i < p->want->workers; i++)
		if (p->w[i].pid != 0)
			p->poll[n++] = (struct pollfd){
				.fd = p->w[i].fd,
				.events = p->w[i].out.n > 0 ?
				    POLLIN | POLLOUT : POLLIN,
			};
	p->poll[n++] = (struct pollfd){
		.fd = p->next == POOL_WAIT_INPUT ? p->want->input_fd : -1,
		.events = POLLIN,
	};
	return n;
}

/*
 * Wait for something to happen; flush what is held before sleeping. Returns
 * how many entries p->poll has, the input's last; 0 when nothing did.
 */
static nfds_t
wait_for_events(struct pool *p)
{
	nfds_t n = fill_poll(p);
	int tick = TICK, ready = poll(p->poll, n, 0);

	if (ready == 0 && !p->ops->idle(p->arg)) {
		p->stop = true;
		return 0;
	}
	/* half the deadline, so that none is missed by much */
	if (p->want->deadline > 0 && p->want->deadline / 2000 < TICK)
		tick = (int)(p->want->deadline / 2000) + 1;
	if (ready == 0)
		ready = poll(p->poll, n, tick);
	if (ready < 0 && errno != EINTR)
		p->broken = true;
	return ready > 0 ? n : 0;
}

/* Take what the workers that were polled have sent. */
static void
receive_all(struct pool *p)
{
	nfds_t at = 0;

	for (unsigned i = 0; i < p->want->workers; i++)
		if (p->w[i].pid != 0 && (p->poll[at++].revents &
		    (POLLIN | POLLHUP | POLLERR)) != 0)
			receive(p, &p->w[i]);
}

static bool
busy(const struct pool *p)
{
	for (unsigned i = 0; i < p->want->workers; i++)
		if (undone(&p->w[i]) > 0)
			return true;
	return p->again.n > 0 || p->next != POOL_NO_MORE;
}

static void
loop(struct pool *p)
{
	int64_t looked = env_ticks();

	while (!p->stop && !p->broken && caught == 0) {
		nfds_t n = 0;

		feed_all(p);
		if (!busy(p))
			return;
		if ((n = wait_for_events(p)) > 0)
			receive_all(p);
		else
			ask_again(p);
		if (n > 0 && p->poll[n - 1].revents != 0) {
			p->next = POOL_JOB;
			p->ops->input(p->arg);
		}
		if (p->want->deadline > 0 &&
		    env_ticks() - looked > p->want->deadline / 4) {
			enforce_deadlines(p);
			looked = env_ticks();
		}
	}
}

static void
free_jobs(struct jobs *jobs, size_t from)
{
	for (size_t i = from; i < jobs->n; i++)
		buf_free(&jobs->v[i].text);
	free(jobs->v);
}

static void
free_all(struct pool *p)
{
	for (unsigned i = 0; i < p->want->workers; i++) {
		struct worker *w = &p->w[i];

		/* an idle worker ends when its socket does */
		if (w->pid != 0) {
			close(w->fd);
			if (undone(w) > 0)
				kill(w->pid, SIGKILL);
			while (waitpid(w->pid, NULL, 0) < 0 &&
			    errno == EINTR)
				;
		}
		free_jobs(&w->queue, w->first);
		buf_free(&w->in);
		buf_free(&w->out);
	}
	free_jobs(&p->again, 0);
	munmap(p->now, p->want->workers * sizeof(*p->now));
	free(p->w);
	free(p->poll);
}

static void
make(struct pool *p)
{
	unsigned n = p->want->workers;

	p->w = xcalloc(n, sizeof(*p->w));
	p->poll = xcalloc(n + 1, sizeof(*p->poll));
	p->now = mmap(NULL, n * sizeof(*p->now), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p->now == MAP_FAILED)
		mem_exhausted();
	for (unsigned i = 0; i < n; i++) {
		p->w[i].now = &p->now[i];
		p->w[i].out = BUF(UNSENT_MAX + 2 * (p->want->job_max +
		    sizeof(struct pool_job_head)));
		p->w[i].in = BUF(2 * POOL_BATCH + p->want->result_max +
		    sizeof(struct pool_result_head));
	}
}

enum { SIGNALS = 3 };

static const int signals[SIGNALS] = { SIGINT, SIGTERM, SIGHUP };

/* What the caller ignores (nohup) stays ignored. */
static void
catch_signals(struct sigaction old[static SIGNALS])
{
	const struct sigaction act = {
		.sa_handler = catch_signal, .sa_flags = (int)SA_RESETHAND
	};

	caught = 0;
	for (size_t i = 0; i < SIGNALS; i++)
		if (sigaction(signals[i], NULL, &old[i]) == 0 &&
		    old[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &act, NULL);
}

enum pool_result
pool_run(const struct pool_want *want, const struct pool_ops *ops, void *arg,
    int *signal)
{
	struct sigaction old[SIGNALS];
	struct pool p = { .want = want, .ops = ops, .arg = arg };

	make(&p);
	catch_signals(old);
	loop(&p);
	free_all(&p);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &old[i], NULL);
	if (caught != 0) {
		*signal = caught;
		return POOL_SIGNALLED;
	}
	return p.broken ? POOL_BROKEN : p.stop ? POOL_STOPPED :
	    POOL_FINISHED;
}
