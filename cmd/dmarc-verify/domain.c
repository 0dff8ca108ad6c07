/*
 * dmarc-verify domain: a filter that adds a domain's posture to each record
 * (msgsec(7)). Domains and records come as operands or lines.
 */
#include "domain.h"

#include <stdlib.h>

#include "base/vec.h"
#include "run/coord.h"
#include "sys/rec.h"

enum { TEXT_MAX_OCTETS = 1 << 20 };

struct args {
	struct run_opts run;
	struct opt_list selectors;
};

struct job {
	struct run run;
	struct args *args;
	struct span *selectors;
};

static const struct opt rows[] = {
	{ .name = "selector", .letter = 's', .arg = "SELECTOR",
	    .kind = OPT_LIST, .at = offsetof(struct args, selectors),
	    .help = "the domain must have a DKIM key there; repeatable" },
};

static const struct opt_chunk chunks[] = {
	OPT_CHUNK("What to judge", rows),
	RUN_DNS(offsetof(struct args, run)),
	RUN_NOW(offsetof(struct args, run)),
	RUN_BULK(offsetof(struct args, run)),
	RUN_VERDICT(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
};

static void
version(struct buf *out)
{
	buf_printf(out, "libpsl %s\n", dmarc_psl_version());
}

static const struct opt_spec spec = {
	.tool = "dmarc-verify domain",
	.usage = "[OPTIONS] [DOMAIN... | -]",
	.about = "Judge what domains publish about their mail: SPF, DMARC, "
	    "DKIM keys.",
	.chunks = chunks, .n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EXIT_USAGE, .version = version,
};

static void *
start(void *arg)
{
	struct job *job = arg;

	return spf_new(&job->run.env, NULL);
}

static void
base(void *arg, const struct subject *s, struct buf *out)
{
	(void)arg;
	subject_domain_base(s, false, out);
}

static int
answer(struct job *job, const struct subject *s, struct span domain,
    const struct posture *p, struct buf *out)
{
	struct buf record = BUF(2 * REC_MAX), member = BUF(2 * REC_MAX);
	int status = 0;

	if (job->run.text) {
		domain_text(&job->run, domain, p, out);
		return 0;
	}
	base(job, s, &record);
	domain_json(&job->run, domain, p, &member);
	status = subject_answer(s, buf_get0(&record), "dmarc-verify",
	    buf_get0(&member), out);
	buf_free(&record);
	buf_free(&member);
	return status;
}

static int
work(void *arg, void *state, const struct subject *s, struct reply *r)
{
	struct job *job = arg;
	struct posture p = { .mx = MX_OK };
	struct buf domain = BUF(TEXT_MAX_OCTETS);
	int status = 0;

	if (subject_domain(s, &domain, &p.findings))
		posture_judge(&job->run.env, state, buf_get0(&domain),
		    job->selectors, job->args->selectors.n, &p);
	status = run_grade(job->run.opts, &p.findings);
	status = exit_worse(status, answer(job, s, buf_get0(&domain), &p,
	    &r->line));
	posture_free(&p);
	buf_free(&domain);
	return status;
}

static int
judge_all(struct args *args, const struct opt_list *operands)
{
	static const struct coord_ops ops = {
		.start = start, .work = work, .base = base,
	};
	struct job job = { .args = args };
	bool one = operands->n == 1 && args->run.files_from.n == 0 &&
	    !span_eq(span_str(operands->v[0]), SPAN("-"));
	struct coord c = {
		.run = &job.run, .tool = "dmarc-verify",
		.schema = "dmarc-verify-domain/1", .key = "domain",
		.operands = operands->v, .n = operands->n, .in_process = one,
	};
	int status = run_open(&job.run, &args->run, !one);

	if (status != EXIT_HOLDS)
		return status;
	job.selectors = xcalloc(args->selectors.n + 1, sizeof(struct span));
	for (size_t i = 0; i < args->selectors.n; i++)
		job.selectors[i] = span_str(args->selectors.v[i]);
	if (!run_give_up_power(&job.run, RUN_NOT_OUT))
		status = EXIT_INTERNAL;
	else
		status = coord_run(&c, &ops, &job);
	free(job.selectors);
	return run_close(&job.run, status);
}

int
domain_main(int argc, char **argv)
{
	static const char *const areas[] = {
		"input", "record", "run", "domain", "spf", "dmarc", "key",
		NULL
	};
	struct args args = { .run = RUN_OPTS_DEFAULT };
	struct opt_result res = { 0 };
	int status = 0;

	if (opt_parse(&spec, argc, argv, &args, &res) == OPT_END)
		return opt_end(&res);
	run_speak("dmarc-verify", &args.run);
	if (args.run.list_codes)
		return run_print_codes(areas, &res);
	status = judge_all(&args, &res.operands);
	opt_result_free(&res);
	free(args.selectors.v);
	free(args.run.files_from.v);
	return status;
}
