/*
 * Jobs and their results between the coordinator and a worker that may be
 * another's by now: what is read lies in the octets, the visits of a plan end
 * with them, and a job is read as it was written.
 */
#include "fuzz.h"

#include "run/coord_int.h"

static void
read_plan(struct span in)
{
	struct span keep = { NULL, 0 }, visits = { NULL, 0 };
	struct span host = { NULL, 0 }, place = { NULL, 0 };
	struct cur c;
	size_t n = 0;

	job_plan(in, &keep, &visits);
	inside(keep, in);
	inside(visits, in);
	must(keep.n + visits.n <= in.n);
	c = cur_of(visits);
	while (job_plan_visit(&c, &host, &place)) {
		inside(host, visits);
		inside(place, visits);
		must(++n <= visits.n);
	}
	must(c.bad || cur_done(&c));
}

static void
same_job(const struct job_view *a, struct span job)
{
	struct job_view b = job_read(job);

	must(a->kind == b.kind && a->n == b.n);
	must(a->subject.line == b.subject.line);
	must(a->subject.is_record == b.subject.is_record);
	must(span_eq(a->subject.text, b.subject.text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct span note = { NULL, 0 }, line = { NULL, 0 };
	struct job_view job = job_read(in);
	struct buf again = BUF(JOB_MAX);

	inside(job.subject.text, in);
	job_subject(&again, job.kind, job.n, &job.subject);
	same_job(&job, buf_get0(&again));
	job_reply(in, &note, &line);
	inside(note, in);
	inside(line, in);
	must(note.n + line.n <= in.n);
	read_plan(in);
	buf_free(&again);
	return 0;
}
