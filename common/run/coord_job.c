/* Jobs and their results as octets, and a worker's side; see coord_int.h. */
#include "run/coord_int.h"

#include <stdlib.h>

#include "base/cur.h"
#include "base/mem.h"
#include "sys/exit.h"
#include "sys/rec.h"

/* Subjects and places are numbered apart; a pool's ids are not. */
static uint64_t
head(struct buf *job, enum job_kind kind, uint64_t n)
{
	buf_byte(job, (unsigned char)kind);
	buf_u64(job, n);
	return n * 2 + (kind == JOB_VISIT);
}

uint64_t
job_subject(struct buf *job, enum job_kind kind, uint64_t n,
    const struct subject *s)
{
	uint64_t id = head(job, kind, n);

	buf_u64(job, s->line);
	buf_byte(job, s->is_record);
	buf_counted(job, s->text);
	return id;
}

uint64_t
job_visit(struct buf *job, size_t number, struct span place)
{
	const struct subject as_subject = { .text = place };

	return job_subject(job, JOB_VISIT, number, &as_subject);
}

uint64_t
job_finish(struct buf *job, const struct waiting *w, const struct visits *v)
{
	uint64_t id = job_subject(job, JOB_FINISH, w->n, &w->subject);
	struct buf found = BUF(RESULT_MAX);

	buf_counted(job, buf_get0(&w->keep));
	buf_u32(job, (uint32_t)w->visits.n);
	for (size_t i = 0; i < w->visits.n; i++) {
		enum visit_end how = VISIT_NOT_MADE;

		buf_reset(&found);
		how = visits_read(v, w->visits.v[i], &found);
		/* a host of a thousand addresses: the last ones are left out */
		if (job->n + found.n + 6 * w->visits.n > job->max) {
			how = VISIT_LEFT_OUT;
			buf_reset(&found);
		}
		buf_byte(job, (unsigned char)how);
		buf_counted(job, buf_get0(&found));
	}
	buf_free(&found);
	return id;
}

static struct job_view
read_job(struct cur *c)
{
	struct job_view j = { .kind = (enum job_kind)cur_u8(c) };

	j.n = cur_u64(c);
	j.subject.line = cur_u64(c);
	j.subject.is_record = cur_u8(c) != 0;
	j.subject.text = cur_counted(c);
	return j;
}

struct job_view
job_read(struct span job)
{
	struct cur c = cur_of(job);

	return read_job(&c);
}

/* --- in a worker */

void *
job_start(void *arg, unsigned slot)
{
	struct state *s = arg;

	run_worker(s->c->run, slot);
	return s->ops->start ? s->ops->start(s->arg) : NULL;
}

static void
plan(const struct state *s, void *state, const struct subject *subject,
    struct buf *out)
{
	struct plan p = {
		.keep = BUF(PLAN_KEEP_MAX), .visits = BUF(RESULT_MAX / 2)
	};

	s->ops->plan(s->arg, state, subject, &p);
	buf_counted(out, buf_get0(&p.keep));
	buf_span(out, buf_get0(&p.visits));
	buf_free(&p.keep);
	buf_free(&p.visits);
}

static int
finish(const struct state *s, void *state, const struct subject *subject,
    struct cur *c, struct reply *r)
{
	struct planned p = { .keep = cur_counted(c) };
	int status = 0;

	p.n = cur_u32(c);
	p.v = xcalloc(p.n, sizeof(*p.v));
	for (size_t i = 0; i < p.n; i++) {
		p.v[i].how = (enum visit_end)cur_u8(c);
		p.v[i].found = cur_counted(c);
	}
	status = s->ops->finish(s->arg, state, subject, &p, r);
	free(p.v);
	return status;
}

int
job_work(void *arg, void *state, struct span job, struct buf *out)
{
	const struct state *s = arg;
	struct cur c = cur_of(job);
	struct job_view j = read_job(&c);
	struct reply r = { .line = BUF(RESULT_MAX), .note = BUF(REC_MAX) };
	int status = 0;

	if (j.kind == JOB_VISIT) {
		s->ops->visit(s->arg, state, j.subject.text, out);
		return status;
	}
	run_subject(s->c->run);
	if (j.kind == JOB_PLAN) {
		plan(s, state, &j.subject, out);
		return status;
	}
	status = j.kind == JOB_WORK ?
	    s->ops->work(s->arg, state, &j.subject, &r) :
	    finish(s, state, &j.subject, &c, &r);
	if (s->c->run->text) {
		/* what subject_answer says where a record is answered */
		if (!subject_is_sound(&j.subject))
			status = exit_worse(status, EXIT_MALFORMED);
		text_earlier(&j.subject, s->c->tool, &r.line);
	}
	buf_counted(out, buf_get0(&r.note));
	buf_span(out, buf_get0(&r.line));
	buf_free(&r.line);
	buf_free(&r.note);
	return status;
}

/* --- what comes back */

void
job_reply(struct span result, struct span *note, struct span *line)
{
	struct cur c = cur_of(result);

	*note = cur_counted(&c);
	*line = cur_left(&c);
}

void
job_plan(struct span result, struct span *keep, struct span *visits)
{
	struct cur c = cur_of(result);

	*keep = cur_counted(&c);
	*visits = cur_left(&c);
}

bool
job_plan_visit(struct cur *c, struct span *host, struct span *place)
{
	if (cur_done(c))
		return false;
	*host = cur_take(c, cur_u8(c));
	*place = cur_take(c, cur_u16(c));
	return !c->bad;
}
