/*
 * mtasts-check without a verb: a filter that adds to each record what a
 * sender makes of the domain (msgsec(7)).
 */
#include <stdlib.h>

#include "audit.h"
#include "probe.h"
#include "run/coord.h"
#include "sys/rec.h"

enum {
	TEXT_MAX_OCTETS = 1 << 20,
	JOBS = 16,		/* each of them mostly waits */
};

static void *
start(void *arg)
{
	return worker_open(arg);
}

static void
base(void *arg, const struct subject *s, struct buf *out)
{
	(void)arg;
	subject_domain_base(s, false, out);
}

static int
answer(struct job *j, const struct subject *s, const struct audit *a,
    struct buf *out)
{
	struct buf record = BUF(2 * REC_MAX), member = BUF(8 * REC_MAX);
	int status = EXIT_HOLDS;

	if (j->run.text) {
		audit_text(&j->run, a, out);
		return EXIT_HOLDS;
	}
	base(j, s, &record);
	audit_json(&j->run, a, &member);
	status = subject_answer(s, buf_get0(&record), "mtasts-check",
	    buf_get0(&member), out);
	buf_free(&record);
	buf_free(&member);
	return status;
}

/* A tenth of --timeout is left for the verdict itself. */
static int64_t
deadline(const struct run_opts *o)
{
	return o->timeout == 0 ? 0 :
	    env_monotonic_ms() + (int64_t)o->timeout * 900;
}

/* "p" is what was seen of the hosts, NULL without --probe. */
static int
judge(struct job *j, const struct worker *w, const struct subject *s,
    const struct planned *p, struct reply *r)
{
	struct audit a = { .judged = false };
	struct buf domain = BUF(TEXT_MAX_OCTETS);
	bool is_domain = subject_domain(s, &domain, &a.findings);
	int status = EXIT_HOLDS;

	a.domain = buf_get0(&domain);
	if (is_domain)
		audit_judge(j, w, buf_get0(&domain), deadline(j->run.opts),
		    &a);
	if (is_domain && p != NULL)
		probe_judge(j, p, &a);
	status = run_grade(j->run.opts, &a.findings);
	status = exit_worse(status, answer(j, s, &a, &r->line));
	if (a.judged && j->memory_writes)
		buf_span(&r->note, buf_get0(&a.inquiry.changes));
	audit_free(&a);
	buf_free(&domain);
	return status;
}

static int
work(void *arg, void *state, const struct subject *s, struct reply *r)
{
	return judge(arg, state, s, NULL, r);
}

static void
plan(void *arg, void *state, const struct subject *s, struct plan *p)
{
	struct buf domain = BUF(TEXT_MAX_OCTETS);
	struct findings unused = { 0 };

	(void)state;
	if (subject_domain(s, &domain, &unused))
		probe_plan(arg, buf_get0(&domain), p);
	findings_free(&unused);
	buf_free(&domain);
}

static void
visit(void *arg, void *state, struct span place, struct buf *found)
{
	(void)state;
	probe_visit(arg, place, found);
}

static bool
visited(void *arg, const struct visited *v)
{
	struct job *j = arg;

	return egress_visited(&j->egress, v);
}

static int
finish(void *arg, void *state, const struct subject *s,
    const struct planned *p, struct reply *r)
{
	return judge(arg, state, s, p, r);
}

static void
take_note(void *arg, struct span octets)
{
	job_note(arg, octets);
}

static void
write_notes(void *arg)
{
	job_keep(arg);
}

static int
run_all(struct job *j, const struct opt_list *operands, bool one)
{
	static const struct coord_ops names = {
		.start = start, .work = work, .base = base,
		.note = take_note, .idle = write_notes,
	}, probes = {
		.start = start, .plan = plan, .visit = visit,
		.visited = visited, .finish = finish, .base = base,
		.note = take_note, .idle = write_notes,
	};
	struct coord c = {
		.run = &j->run, .tool = "mtasts-check",
		.schema = "mtasts-check/1", .key = "domain",
		.operands = operands->v, .n = operands->n, .in_process = one,
		.gap = (int64_t)j->args->manner.gap * 1000000,
		.scratch = j->scratch,
	};

	return egress_status(&j->egress,
	    coord_run(&c, j->args->probe ? &probes : &names, j));
}

static int
check_all(const struct args *args, const struct opt_list *operands)
{
	struct job j = { .args = args };
	bool one = operands->n == 1 && args->run.files_from.n == 0 &&
	    !span_eq(span_str(operands->v[0]), SPAN("-")) && !args->probe;
	int status = job_open(&j, args, !one);

	if (status != EXIT_HOLDS)
		return status;
	if (args->probe)
		status = probe_open(&j);
	if (status == EXIT_HOLDS)
		status = job_give_up_power(&j, NULL) ?
		    run_all(&j, operands, one) : EXIT_INTERNAL;
	if (args->probe)
		probe_close(&j);
	return job_close(&j, status);
}

/* What says how to connect says nothing where nobody does. */
static bool
is_idle(const struct args *args)
{
	const struct run_probe_opts *m = &args->manner;

	return !args->probe && (m->helo != NULL || m->source.family != 0 ||
	    m->max_conn != 0 || m->gap != 0);
}

int
check_main(int argc, char **argv)
{
	struct args args = { .run = RUN_OPTS_DNSSEC };
	struct opt_result res = { 0 };
	int status = EXIT_HOLDS;

	if (opt_parse(&check_spec, argc, argv, &args, &res) == OPT_END)
		return opt_end(&res);
	run_speak("mtasts-check", &args.run);
	if (args.run.list_codes)
		return run_print_codes(check_areas, &res);
	if (is_idle(&args)) {
		opt_wrong(&check_spec, &res, "--helo, --source, --max-conn "
		    "and --gap need --probe");
		return opt_end(&res);
	}
	if (args.run.jobs == 0)
		args.run.jobs = JOBS;
	status = check_all(&args, &res.operands);
	opt_result_free(&res);
	free(args.run.files_from.v);
	return status;
}
