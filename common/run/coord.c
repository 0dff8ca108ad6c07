/* Subjects in, records out; see coord.h. */
#include "run/coord.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "run/order.h"
#include "run/progress.h"
#include "run/resume.h"
#include "run/source.h"
#include "sys/file.h"
#include "sys/pool.h"
#include "sys/say.h"

enum {
	OUT_BATCH = 65536,
	RESULT_MAX = 16 << 20,
	OUT_MAX = OUT_BATCH + RESULT_MAX,
};

/* How a subject travels to its worker, before its text. */
struct head {
	uint64_t line;
	bool is_record;
};

struct state {
	const struct coord *c;
	const struct coord_ops *ops;
	void *arg;
	struct source source;
	struct resume resume;
	struct order *order;	/* NULL: as they come */
	struct progress progress;
	struct buf out;
	int out_fd;
	uint64_t given, ended;	/* subjects handed out, and answered */
	struct subject piece;	/* of a long line, not yet copied */
	enum source_kind held;	/* which piece; SOURCE_END: none */
	bool skips, torn;
	int status;
};

static void
base_of(const struct state *s, const struct subject *subject,
    struct buf *out)
{
	if (!subject->is_record && s->ops->base != NULL)
		s->ops->base(s->arg, subject, out);
	else
		subject_base(subject, s->c->key, out);
}

/* --- in the workers */

static void *
start(void *arg, unsigned slot)
{
	struct state *s = arg;

	run_worker(s->c->run, slot);
	return s->ops->start ? s->ops->start(s->arg) : NULL;
}

static struct subject
unpack(struct span job)
{
	struct head h = { 0 };

	memcpy(&h, job.p, sizeof(h));
	return (struct subject){
		h.is_record, h.line, span_from(job, sizeof(h))
	};
}

static int
work(void *arg, void *state, struct span job, struct buf *out)
{
	const struct state *s = arg;
	struct subject subject = unpack(job);

	run_subject(s->c->run);
	return s->ops->work(s->arg, state, &subject, out);
}

/* --- writing */

static bool
flush(struct state *s)
{
	bool ok = file_write_all(s->out_fd, buf_get0(&s->out));

	if (!ok && !s->torn) {
		say_error("writing the results: %s", strerror(errno));
		s->status = exit_worse(s->status, EXIT_IO);
		s->torn = true;
	}
	buf_reset(&s->out);
	return ok;
}

/* What is due is written at once: only what waits for another one is held. */
static bool
drain_order(struct state *s)
{
	while (s->order != NULL && order_take(s->order, &s->out))
		if (s->out.n >= OUT_BATCH && !flush(s))
			return false;
	return true;
}

/* Take an answer in, in its turn; false when writing failed. */
static bool
answer(struct state *s, uint64_t n, struct span text, int status)
{
	s->status = exit_worse(s->status, status);
	s->ended++;
	progress_count(&s->progress, status);
	if (s->order == NULL)
		buf_span(&s->out, text);
	else
		order_put(s->order, n, text);
	return drain_order(s) && (s->out.n < OUT_BATCH || flush(s));
}

static bool
idle(void *arg)
{
	struct state *s = arg;

	progress_show(&s->progress);
	return s->out.n == 0 || flush(s);
}

/* --- a subject whose worker was lost */

static void
lost_member(const struct state *s, const struct findings *fs,
    struct buf *out)
{
	struct jw j = JW(out);

	run_member(s->c->run, &j, s->c->schema, findings_verdict(fs));
	jw_findings(&j, "findings", fs);
	jw_end(&j);
}

static int
lost(const struct state *s, const struct subject *subject,
    enum finding_code code, int signo, struct buf *out)
{
	struct findings fs = { 0 };
	struct buf base = BUF(2 * REC_MAX), member = BUF(REC_MAX);
	int status = 0;

	if (signo != 0)
		finding_add(&fs, code, "", "signal %d", signo);
	else
		finding_add(&fs, code, "", NULL);
	status = run_grade(s->c->run->opts, &fs);
	if (s->c->run->text) {
		utf8_clean(out, subject->text);
		buf_printf(out, ": %s: %s\n", findings_verdict(&fs),
		    finding_info(code)->text);
	} else {
		base_of(s, subject, &base);
		lost_member(s, &fs, &member);
		status = exit_worse(status, subject_answer(subject,
		    buf_get0(&base), s->c->tool, buf_get0(&member), out));
	}
	buf_free(&base);
	buf_free(&member);
	findings_free(&fs);
	return status;
}

static bool
done(void *arg, const struct pool_done *d)
{
	struct state *s = arg;
	struct subject subject = unpack(d->job);
	struct buf text = BUF(RESULT_MAX);
	int status = 0;
	bool ok = true;

	if (d->how == POOL_WORKED)
		return answer(s, d->id, d->result, d->status);
	status = lost(s, &subject, d->how == POOL_CRASHED ? F_RUN_CRASHED :
	    F_RUN_TIMEOUT, d->how == POOL_CRASHED ? d->status : 0, &text);
	ok = answer(s, d->id, buf_get0(&text), status);
	buf_free(&text);
	return ok;
}

/* --- handing out */

/* Whether an earlier run has answered it. */
static bool
is_skipped(struct state *s, const struct subject *subject)
{
	struct buf base = BUF(2 * REC_MAX), key = BUF(2 * REC_MAX);
	bool skip = false;

	if (!s->skips)
		return false;
	base_of(s, subject, &base);
	skip = subject_key(buf_get0(&base), s->c->key, &key) &&
	    resume_skips(&s->resume, buf_get0(&key));
	buf_free(&base);
	buf_free(&key);
	if (skip)
		s->progress.skipped++;
	return skip;
}

/*
 * An over-long line goes through in pieces, so nothing else may be under way
 * that would be written between them.
 */
static void
copy_long_line(struct state *s)
{
	say_error("line %" PRIu64 ": longer than %d octets: copied as it is",
	    s->piece.line, REC_MAX);
	s->status = exit_worse(s->status, EXIT_MALFORMED);
	flush(s);
	while (s->held == SOURCE_LONG && !s->torn) {
		buf_span(&s->out, s->piece.text);
		flush(s);
		while ((s->held = source_next(&s->source, &s->piece)) ==
		    SOURCE_WAIT)
			source_fill(&s->source);
	}
	if (s->held == SOURCE_LONG_END) {
		struct span last = s->piece.text;

		buf_span(&s->out, last);
		if (last.n == 0 || last.p[last.n - 1] != '\n')
			buf_byte(&s->out, '\n');
		flush(s);
	}
	s->held = SOURCE_END;
}

static enum pool_next
hand_out(struct state *s, const struct subject *subject, struct buf *job,
    uint64_t *id)
{
	struct head h = { subject->line, subject->is_record };

	buf_add(job, &h, sizeof(h));
	buf_span(job, subject->text);
	*id = s->given++;
	return POOL_JOB;
}

static enum pool_next
next(void *arg, struct buf *job, uint64_t *id)
{
	struct state *s = arg;
	struct subject subject = { 0 };

	for (;;) {
		if (s->torn)
			return POOL_NO_MORE;
		if (s->held != SOURCE_END) {
			if (s->ended < s->given)
				return POOL_WAIT_DONE;
			copy_long_line(s);
		}
		if (s->order != NULL && !order_admits(s->order, s->given))
			return POOL_WAIT_DONE;
		switch (source_next(&s->source, &subject)) {
		case SOURCE_SUBJECT:
			if (!is_skipped(s, &subject))
				return hand_out(s, &subject, job, id);
			break;
		case SOURCE_LONG:
			s->piece = subject;
			s->held = SOURCE_LONG;
			break;
		case SOURCE_LONG_END:
			s->piece = subject;
			s->held = SOURCE_LONG_END;
			break;
		case SOURCE_WAIT:
			return POOL_WAIT_INPUT;
		case SOURCE_END:
			return POOL_NO_MORE;
		}
	}
}

static void
input(void *arg)
{
	source_fill(&((struct state *)arg)->source);
}

/* --- the run */

static int
open_one(struct state *s, const char *path, bool append)
{
	const struct resume_rule rule = {
		s->c->key, s->c->tool, s->c->run->opts->retry_unknown
	};
	enum resume_result r = append ?
	    resume_open(&s->resume, path, &rule) :
	    resume_read(&s->resume, path, &rule);

	if (r == RESUME_OK) {
		s->skips = true;
		return EXIT_HOLDS;
	}
	if (r == RESUME_LOCKED)
		say_error("%s: another run is writing it", path);
	else
		say_error("%s: %s", path, strerror(errno));
	return r == RESUME_LOCKED ? EXIT_UNKNOWN :
	    append ? EXIT_CANNOT_CREATE : EXIT_NO_INPUT;
}

static int
open_resume(struct state *s)
{
	const struct run_opts *o = s->c->run->opts;
	int status = EXIT_HOLDS;

	resume_init(&s->resume, env_seed(&s->c->run->env),
	    env_seed(&s->c->run->env));
	s->out_fd = STDOUT_FILENO;
	if (o->skip != NULL)
		status = open_one(s, o->skip, false);
	if (status == EXIT_HOLDS && o->resume != NULL)
		status = open_one(s, o->resume, true);
	if (s->resume.fd >= 0)
		s->out_fd = s->resume.fd;
	return status;
}

static void
run_in_process(struct state *s)
{
	struct buf job = BUF(2 * REC_MAX), out = BUF(RESULT_MAX);
	void *state = s->ops->start ? s->ops->start(s->arg) : NULL;
	enum pool_next n = POOL_JOB;
	uint64_t id = 0;

	while (n != POOL_NO_MORE && !s->torn) {
		buf_reset(&job);
		buf_reset(&out);
		n = next(s, &job, &id);
		if (n == POOL_WAIT_INPUT)
			input(s);
		else if (n == POOL_JOB)
			answer(s, id, buf_get0(&out), work(s, state,
			    buf_get0(&job), &out));
	}
	buf_free(&job);
	buf_free(&out);
}

static void
run_in_workers(struct state *s, int *signo)
{
	static const struct pool_ops ops = {
		.start = start, .work = work, .next = next, .input = input,
		.done = done, .idle = idle,
	};
	const struct pool_want want = {
		.workers = s->c->run->jobs, .job_max = 2 * REC_MAX,
		.result_max = RESULT_MAX, .input_fd = STDIN_FILENO,
		.deadline = (int64_t)s->c->run->opts->timeout * 1000000,
	};
	enum pool_result r = pool_run(&want, &ops, s, signo);

	if (r == POOL_BROKEN) {
		say_error("worker processes cannot be started");
		s->status = exit_worse(s->status, EXIT_INTERNAL);
	}
}

static int
finish(struct state *s, int signo)
{
	flush(s);
	progress_end(&s->progress);
	s->status = exit_worse(s->status, s->source.status);
	source_close(&s->source);
	if (s->order != NULL)
		order_free(s->order);
	free(s->order);
	resume_free(&s->resume);
	buf_free(&s->out);
	if (signo != 0)
		raise(signo);
	return s->status;
}

int
coord_run(const struct coord *c, const struct coord_ops *ops, void *arg)
{
	struct state s = {
		.c = c, .ops = ops, .arg = arg, .out = BUF(OUT_MAX),
		.held = SOURCE_END,
	};
	int signo = 0, status = open_resume(&s);

	if (status != EXIT_HOLDS) {
		resume_free(&s.resume);
		return status;
	}
	source_open(&s.source, c, ops, arg);
	progress_start(&s.progress, c->tool,
	    (enum run_progress)c->run->opts->progress, s.out_fd);
	if (c->run->opts->ordered)
		s.order = xcalloc(1, sizeof(*s.order));
	if (c->in_process)
		run_in_process(&s);
	else
		run_in_workers(&s, &signo);
	return finish(&s, signo);
}
