/* Subjects in, records out; see coord.h. */
#include "run/coord.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cur.h"
#include "base/mem.h"
#include "base/vec.h"
#include "run/coord_int.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/rec.h"
#include "sys/say.h"

/*
 * Seconds that a visit has beyond --timeout before its worker is killed: it
 * watches the time itself, and what it found by then is worth having.
 */
enum { GRACE = 2 };

enum { AT_A_TIME = 8 };		/* visits of one subject */

/* --- what comes back */

static void
forget(struct waiting *w)
{
	buf_free(&w->text);
	buf_free(&w->keep);
	buf_free(&w->places);
	free(w->visits.v);
	free(w);
}

static void
make_ready(struct state *s, struct waiting *w)
{
	*s->ready_end = w;
	s->ready_end = &w->next;
}

/*
 * Line visits up: the next few of the subject's, since one with a thousand
 * slow places is not to keep the workers from all others.
 */
static void
want_some(struct state *s, struct waiting *w)
{
	struct span host = { NULL, 0 }, place = host;
	size_t number = 0;

	while (w->left < AT_A_TIME &&
	    job_plan_visit(&w->next_place, &host, &place)) {
		w->left += visits_want(s->visits, host, place, w, &number);
		*VEC_PUSH(&w->visits) = number;
	}
	if (w->left == 0)
		make_ready(s, w);
}

/* A visit that has ended, and the first of those that waited for it. */
struct ending {
	struct state *s;
	uint64_t subject;
	bool named;
};

static void
one_less(void *arg, void *who)
{
	struct ending *e = arg;
	struct waiting *w = who;

	if (!e->named)
		e->subject = w->n;
	e->named = true;
	w->left--;
	want_some(e->s, w);
}

/* A subject is planned. */
static void
planned(struct state *s, const struct job_view *j, struct span result)
{
	struct waiting *w = xcalloc(1, sizeof(*w));
	struct span keep = { NULL, 0 }, visits = keep;

	job_plan(result, &keep, &visits);
	w->n = j->n;
	w->text = BUF(j->subject.text.n);
	buf_span(&w->text, j->subject.text);
	w->keep = BUF(keep.n);
	buf_span(&w->keep, keep);
	w->places = BUF(visits.n);
	buf_span(&w->places, visits);
	w->next_place = cur_of(buf_get0(&w->places));
	w->subject = j->subject;
	w->subject.text = buf_get0(&w->text);
	want_some(s, w);
}

static bool
end_visit(struct state *s, size_t number, struct visited v)
{
	struct ending e = { .s = s };

	if (!visits_done(s->visits, number, v.how, v.found, env_ticks(),
	    one_less, &e)) {
		say_error("what was found cannot be kept: %s",
		    strerror(errno));
		s->status = exit_worse(s->status, EXIT_IO);
		return false;
	}
	v.subject = e.subject;
	if (!s->stopped && s->ops->visited != NULL &&
	    !s->ops->visited(s->arg, &v))
		s->stopped = true;
	return true;
}

static bool
replied(struct state *s, uint64_t n, const struct pool_done *d)
{
	struct span note = { NULL, 0 }, line = note;

	job_reply(d->result, &note, &line);
	if (note.n > 0 && s->ops->note != NULL)
		s->ops->note(s->arg, note);
	return out_answer(s, n, line, d->status);
}

static bool
done(void *arg, const struct pool_done *d)
{
	struct state *s = arg;
	struct job_view j = job_read(d->job);

	if (j.kind == JOB_VISIT)
		return end_visit(s, (size_t)j.n, (struct visited){
			d->how == POOL_WORKED ? VISIT_MADE :
			d->how == POOL_CRASHED ? VISIT_CRASHED :
			VISIT_TIMED_OUT, d->result, 0
		});
	if (d->how != POOL_WORKED)
		return out_lost(s, j.n, &j.subject, d);
	if (j.kind != JOB_PLAN)
		return replied(s, j.n, d);
	planned(s, &j, d->result);
	return true;
}

static bool
idle(void *arg)
{
	struct state *s = arg;

	progress_show(&s->progress);
	if (s->ops->idle != NULL)
		s->ops->idle(s->arg);
	return s->out.n == 0 || out_flush(s);
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
	out_base(s, subject, &base);
	subject_line_key(buf_get0(&base), s->c->key, s->c->tool, &key);
	/* one answer may stand in both files: each uses one up */
	skip = resume_skips(&s->resume, buf_get0(&key));
	skip = resume_skips(&s->skip, buf_get0(&key)) || skip;
	buf_free(&base);
	buf_free(&key);
	if (skip)
		s->progress.skipped++;
	return skip;
}

/* Octets that nobody has looked at: for pipes, not for a terminal. */
static void
copy(struct state *s, struct span octets)
{
	if (!s->c->run->text)
		buf_span(&s->out, octets);
	out_flush(s);
}

/*
 * An over-long line goes through in pieces, so nothing else may be under way
 * that would be written between them.
 */
static void
copy_long_line(struct state *s)
{
	if (s->ended < s->given)
		return;
	say_error("line %" PRIu64 ": longer than %d octets: %s",
	    s->piece.line, REC_MAX,
	    s->c->run->text ? "passed over" : "copied as it is");
	s->status = exit_worse(s->status, EXIT_MALFORMED);
	out_flush(s);
	while (s->held == SOURCE_LONG && !s->torn) {
		copy(s, s->piece.text);
		while ((s->held = source_next(&s->source, &s->piece)) ==
		    SOURCE_WAIT)
			source_fill(&s->source);
	}
	if (s->held == SOURCE_LONG_END) {
		struct span last = s->piece.text;

		copy(s, last);
		if (!span_ends(last, SPAN("\n")))
			copy(s, SPAN("\n"));
	}
	s->held = SOURCE_END;
}

/*
 * How many subjects may be under way. With visits several wait for each
 * worker, so that slow hosts do not keep the others idle.
 */
static bool
has_room(const struct state *s)
{
	uint64_t most = 64 + 4 * (uint64_t)s->c->run->jobs;

	return (s->visits == NULL || s->given - s->ended < most) &&
	    (s->order == NULL || order_admits(s->order, s->given));
}

static enum pool_next
next_subject(struct state *s, struct buf *job, uint64_t *id)
{
	struct subject subject = { 0 };

	while (s->held == SOURCE_END && has_room(s)) {
		enum source_kind kind = source_next(&s->source, &subject);

		switch (kind) {
		case SOURCE_SUBJECT:
			if (is_skipped(s, &subject))
				break;
			*id = job_subject(job, s->visits != NULL ? JOB_PLAN :
			    JOB_WORK, s->given++, &subject);
			return POOL_JOB;
		case SOURCE_LONG:
		case SOURCE_LONG_END:
			s->piece = subject;
			s->held = kind;
			copy_long_line(s);
			break;
		case SOURCE_WAIT:
			return POOL_WAIT_INPUT;
		case SOURCE_END:
			return s->visits != NULL && s->ended < s->given ?
			    POOL_WAIT_DONE : POOL_NO_MORE;
		}
	}
	return POOL_WAIT_DONE;
}

/* Visits that will not be made any more end at once. */
static void
drop_visits(struct state *s)
{
	struct span place = { NULL, 0 };
	size_t number = 0;

	while (visits_next(s->visits, INT64_MAX, &number, &place))
		end_visit(s, number, (struct visited){ .how = VISIT_NOT_MADE });
}

static bool
next_visit(struct state *s, struct buf *job, uint64_t *id)
{
	struct span place = { NULL, 0 };
	size_t number = 0;

	if (s->stopped)
		drop_visits(s);
	if (!visits_next(s->visits, env_ticks(), &number, &place))
		return false;
	*id = job_visit(job, number, place);
	return true;
}

static bool
next_finish(struct state *s, struct buf *job, uint64_t *id)
{
	struct waiting *w = s->ready;

	if (w == NULL)
		return false;
	s->ready = w->next;
	if (s->ready == NULL)
		s->ready_end = &s->ready;
	*id = job_finish(job, w, s->visits);
	forget(w);
	return true;
}

/*
 * What is begun is ended first, so that little is under way at a time: but
 * for a subject a worker, or a few slow ones would keep all workers.
 */
static enum pool_next
next(void *arg, struct buf *job, uint64_t *id)
{
	struct state *s = arg;

	if (s->torn)
		return POOL_NO_MORE;
	if (s->visits != NULL && next_finish(s, job, id))
		return POOL_JOB;
	if (s->visits != NULL && !s->stopped && s->held == SOURCE_END &&
	    s->given - s->ended < s->c->run->jobs &&
	    next_subject(s, job, id) == POOL_JOB)
		return POOL_JOB;
	if (s->visits != NULL && (next_visit(s, job, id) ||
	    next_finish(s, job, id)))
		return POOL_JOB;
	if (s->stopped)
		return s->ended < s->given ? POOL_WAIT_DONE : POOL_NO_MORE;
	if (s->held != SOURCE_END)
		copy_long_line(s);
	return next_subject(s, job, id);
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
	    resume_read(&s->skip, path, &rule);
	int e = errno;

	if (r == RESUME_OK) {
		s->skips = true;
		return EXIT_HOLDS;
	}
	if (r == RESUME_LOCKED)
		say_error("%s: another run is writing it", path);
	else
		say_error("%s: %s", path, strerror(e));
	return r == RESUME_LOCKED ? EXIT_UNKNOWN :
	    append ? EXIT_CANNOT_CREATE : exit_of_input(e);
}

static int
open_resume(struct state *s)
{
	const struct run_opts *o = s->c->run->opts;
	const struct env *env = &s->c->run->env;
	int status = EXIT_HOLDS;

	resume_init(&s->resume, env_seed(env), env_seed(env));
	resume_init(&s->skip, env_seed(env), env_seed(env));
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
open_visits(struct state *s)
{
	const uint64_t seed[2] = {
		env_seed(&s->c->run->env), env_seed(&s->c->run->env)
	};

	s->visits = visits_new(seed, s->c->gap, s->c->scratch);
}

static void
run_in_process(struct state *s)
{
	struct buf job = BUF(JOB_MAX), out = BUF(RESULT_MAX);
	void *state = s->ops->start ? s->ops->start(s->arg) : NULL;
	enum pool_next n = POOL_JOB;
	struct pool_done d = { .how = POOL_WORKED };

	while (n != POOL_NO_MORE && !s->torn) {
		buf_reset(&job);
		buf_reset(&out);
		n = next(s, &job, &d.id);
		if (n == POOL_WAIT_INPUT)
			input(s);
		if (n != POOL_JOB)
			continue;
		d.job = buf_get0(&job);
		d.status = job_work(s, state, d.job, &out);
		d.result = buf_get0(&out);
		done(s, &d);
	}
	buf_free(&job);
	buf_free(&out);
}

static void
run_in_workers(struct state *s, int *signo)
{
	static const struct pool_ops ops = {
		.start = job_start, .work = job_work, .next = next,
		.input = input, .done = done, .idle = idle,
	};
	const struct run *run = s->c->run;
	struct pool_want want = {
		.workers = run->jobs, .job_max = JOB_MAX,
		.result_max = RESULT_MAX, .input_fd = STDIN_FILENO,
		.deadline = (int64_t)run->opts->timeout * 1000000,
	};
	enum pool_result r = POOL_FINISHED;

	if (s->visits != NULL) {
		want.one_at_a_time = true;
		want.deadline += want.deadline > 0 ? GRACE * 1000000 : 0;
	}
	r = pool_run(&want, &ops, s, signo);
	if (r == POOL_BROKEN) {
		say_error("worker processes cannot be started");
		s->status = exit_worse(s->status, EXIT_INTERNAL);
	}
}

static int
finish(struct state *s, int signo)
{
	out_flush(s);
	if (s->ops->idle != NULL)
		s->ops->idle(s->arg);
	progress_end(&s->progress);
	s->status = exit_worse(s->status, s->source.status);
	source_close(&s->source);
	if (s->order != NULL)
		order_free(s->order);
	free(s->order);
	for (struct waiting *w = s->ready, *n = NULL; w != NULL; w = n) {
		n = w->next;
		forget(w);
	}
	visits_free(s->visits);
	resume_free(&s->resume);
	resume_free(&s->skip);
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
		resume_free(&s.skip);
		return status;
	}
	s.ready_end = &s.ready;
	if (ops->plan != NULL)
		open_visits(&s);
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
