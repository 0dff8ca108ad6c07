/*
 * Subjects in, records out: each domain is planned, its addresses are
 * visited once a run, and what was found is judged for it.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "judge.h"
#include "mstls-probe.h"
#include "render.h"
#include "run/coord.h"
#include "self_test.h"
#include "sys/rec.h"
#include "sys/say.h"

static void
plan(void *arg, void *state, const struct subject *s, struct plan *p)
{
	struct job *job = arg;
	struct dns *keep = dns_keep_open(job->run.env.dns, &p->keep);
	struct target t;

	(void)state;
	target_find(keep, job->args, s, &t);
	target_plan(&t, p);
	target_free(&t);
	dns_free(keep);
}

static void
visit(void *arg, void *state, struct span octets, struct buf *found)
{
	const struct job *job = arg;

	(void)state;
	probe_packed(&job->probe, &job->ask, octets, found);
}

/* TLSA records and certificates are a stranger's: they may be any number. */
static void
render_member(const struct job *job, struct target *t, struct buf *member)
{
	render_json(job, t, member);
	if (!member->over)
		return;
	target_shorten(t);
	buf_reset(member);
	render_json(job, t, member);
}

static int
answer(const struct job *job, const struct subject *s, struct target *t,
    struct buf *out)
{
	struct buf record = BUF(2 * REC_MAX), member = BUF(8 * REC_MAX);
	int status = EXIT_HOLDS;

	if (job->args->tlsa)
		return tlsa_records(t, out);
	if (job->run.text) {
		render_text(job, t, out);
		return status;
	}
	subject_domain_base(s, true, &record);
	render_member(job, t, &member);
	status = subject_answer(s, buf_get0(&record), "mstls-probe",
	    buf_get0(&member), out);
	buf_free(&record);
	buf_free(&member);
	return status;
}

static int
finish(void *arg, void *state, const struct subject *s,
    const struct planned *p, struct reply *r)
{
	struct job *job = arg;
	struct dns *kept = dns_kept_open(p->keep);
	struct policy policy;
	struct target t;
	int status = EXIT_HOLDS;

	(void)state;
	target_find(kept, job->args, s, &t);
	target_take(&t, p);
	policy_take(s, &policy);
	judge_target(job, &policy, &t);
	if (!job->args->tlsa)
		status = run_grade(job->run.opts, &t.findings);
	judge_families(&policy, job->run.opts->ignore, &t);
	status = exit_worse(status, answer(job, s, &t, &r->line));
	policy_free(&policy);
	target_free(&t);
	dns_free(kept);
	return status;
}

static bool
visited(void *arg, const struct visited *v)
{
	struct job *job = arg;

	return egress_visited(&job->egress, v);
}

static void
base(void *arg, const struct subject *s, struct buf *out)
{
	(void)arg;
	subject_domain_base(s, true, out);
}

int
audit(struct args *args, const struct opt_list *operands)
{
	static const struct coord_ops ops = {
		.plan = plan, .visit = visit, .finish = finish,
		.visited = visited, .base = base,
	};
	const struct run_power keep = {
		.connects = true, .from = args->probe.source.family != 0,
	};
	struct job job;
	int status = job_open(&job, args);
	struct coord c = {
		.run = &job.run, .tool = "mstls-probe",
		.schema = "mstls-probe/1", .key = "domain",
		.operands = operands->v, .n = operands->n,
		.gap = (int64_t)args->probe.gap * 1000000,
	};

	if (status != EXIT_HOLDS)
		return status;
	c.scratch = job.scratch;
	if (!run_give_up_power(&job.run, &keep))
		status = EXIT_INTERNAL;
	else if (args->self_test != NULL && !self_test(&job))
		status = EXIT_UNKNOWN;
	else
		status = egress_status(&job.egress,
		    coord_run(&c, &ops, &job));
	return job_close(&job, status);
}

int
audit_main(int argc, char **argv)
{
	static const char *const areas[] = {
		"input", "record", "run", "mx", "dnssec", "addr", "egress",
		"connect", "probe", "service", "smtp", "auth", "imap",
		"requiretls", "starttls", "tls", "cert", "host", "dane",
		"sender", NULL
	};
	struct args args = { .run = RUN_OPTS_DNSSEC };
	struct opt_result res = { 0 };
	int status = 0;

	args.run.grading = "ncsc-nl-2025-05";
	if (opt_parse(&probe_spec, argc, argv, &args, &res) == OPT_END)
		return opt_end(&res);
	run_speak("mstls-probe", &args.run);
	if (args.run.list_codes)
		return run_print_codes(areas, &res);
	status = audit(&args, &res.operands);
	opt_result_free(&res);
	free(args.run.files_from.v);
	return status;
}
