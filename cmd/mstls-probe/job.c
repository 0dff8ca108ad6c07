/* What a run needs before its workers start; see mstls-probe.h. */
#include <unistd.h>

#include "crypto/lib.h"
#include "mstls-probe.h"
#include "run/run_connect.h"

enum {
	JOBS = 16,		/* workers wait for the network, mostly */
	DELIVERY_TIME = 30,	/* seconds an address may take */
	FULL_TIME = 300,
	HOSTS = 32,
};

static void
set_defaults(struct args *args)
{
	bool full = args->depth == 1;

	if (args->run.jobs == 0)
		args->run.jobs = JOBS;
	if (args->run.timeout == 0)
		args->run.timeout = full ? FULL_TIME : DELIVERY_TIME;
	if (args->max_hosts == 0)
		args->max_hosts = HOSTS;
}

int
job_open(struct job *job, struct args *args)
{
	const struct run_opts *o = &args->run;
	int status = EXIT_HOLDS;

	set_defaults(args);
	*job = (struct job){ .args = args, .scratch = -1 };
	crypto_start();
	status = run_open_trust(o, &job->trust);
	if (status == EXIT_HOLDS)
		status = run_open_scratch(&job->scratch);
	if (status == EXIT_HOLDS)
		status = run_open(&job->run, o, true);
	if (status != EXIT_HOLDS) {
		if (job->scratch >= 0)
			close(job->scratch);
		trust_free(job->trust);
		return status;
	}
	job->run.env.dial = run_dialer(o, args->probe.source.family != 0 ?
	    &args->probe.source : NULL);
	job->probe = (struct probe_ctx){
		.env = &job->run.env, .trust = job->trust,
		.session = session_ctx_new(), .judged = chain_memo_new(),
	};
	job->ask = run_probe_ask(&args->probe, o->timeout);
	job->ask.full = args->depth == 1;
	job->ask.active = args->active;
	job->ask.transcript = o->verbose > 0;
	return EXIT_HOLDS;
}

int
job_close(struct job *job, int status)
{
	dial_free(job->run.env.dial);
	session_ctx_free(job->probe.session);
	chain_memo_free(job->probe.judged);
	trust_free(job->trust);
	close(job->scratch);
	return run_close(&job->run, status);
}
