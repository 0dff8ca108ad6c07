/* A worker's side of the pool; see pool.h. */
#include "sys/pool_worker.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/env.h"
#include "sys/file.h"

/* A result may wait for company, but not for a job that takes its time. */
enum { HOLD = 1000, FILL = 65536 };

struct worker {
	int fd;
	struct pool_now *now;
	const struct pool_ops *ops;
	void *arg, *state;
	struct buf in, out, result;
	size_t at;		/* what of "in" was done */
	int64_t held_since;	/* the oldest result in "out"; 0: none */
};

/* The parent reads until its end; when it is gone there is nothing to do. */
static void
flush(struct worker *w)
{
	struct span left = buf_get0(&w->out);

	while (left.n > 0) {
		ssize_t n = send(w->fd, left.p, left.n, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			_exit(0);
		left = span_from(left, (size_t)n);
	}
	buf_reset(&w->out);
	w->held_since = 0;
}

static void
work(struct worker *w, const struct pool_job_head *head, struct span job)
{
	struct pool_result_head r = { .id = head->id };
	int64_t start = env_ticks(), end = 0;

	atomic_store_explicit(&w->now->since, start, memory_order_relaxed);
	atomic_store_explicit(&w->now->job, head->id + 1,
	    memory_order_release);
	buf_reset(&w->result);
	r.status = w->ops->work(w->arg, w->state, job, &w->result);
	end = env_ticks();
	r.took = end - start;
	r.n = w->result.n;
	buf_add(&w->out, &r, sizeof(r));
	buf_span(&w->out, buf_get0(&w->result));
	if (w->held_since == 0)
		w->held_since = start;
	if (w->out.n >= POOL_BATCH || end - w->held_since >= HOLD)
		flush(w);
	atomic_store_explicit(&w->now->job, 0, memory_order_release);
}

/* Do the jobs that have arrived whole. */
static void
work_all(struct worker *w)
{
	struct pool_job_head head = { 0 };

	for (;;) {
		struct span left = span_from(buf_get0(&w->in), w->at);

		if (left.n < sizeof(head))
			return;
		memcpy(&head, left.p, sizeof(head));
		left = span_from(left, sizeof(head));
		if (left.n < head.n)
			return;
		work(w, &head, span_first(left, (size_t)head.n));
		w->at += sizeof(head) + (size_t)head.n;
	}
}

static void
fill(struct worker *w)
{
	unsigned char *to = NULL;
	ssize_t n = 0;

	if (w->at > 0)
		memmove(w->in.p, w->in.p + w->at, w->in.n - w->at);
	w->in.n -= w->at;
	w->at = 0;
	to = buf_room(&w->in, FILL);
	n = to == NULL ? -1 : file_read(w->fd, to, FILL);
	if (n <= 0)
		_exit(0);
	w->in.n += (size_t)n;
}

void
pool_worker(int fd, unsigned slot, struct pool_now *now,
    const struct pool_want *want, const struct pool_ops *ops, void *arg)
{
	size_t frame = sizeof(struct pool_result_head) + want->result_max;
	struct worker w = {
		.fd = fd, .now = now, .ops = ops, .arg = arg,
		.in = BUF(sizeof(struct pool_job_head) + want->job_max + FILL),
		.out = BUF(POOL_BATCH + frame),
		.result = BUF(want->result_max),
	};

	if (ops->start != NULL)
		w.state = ops->start(arg, slot);
	for (;;) {
		work_all(&w);
		flush(&w);
		fill(&w);
	}
}
