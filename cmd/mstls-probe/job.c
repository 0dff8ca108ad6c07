/* What a run needs before its workers start; see mstls-probe.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/lib.h"
#include "mstls-probe.h"
#include "sys/file.h"
#include "sys/say.h"

enum {
	JOBS = 16,		/* workers wait for the network, mostly */
	DELIVERY_TIME = 30,	/* seconds an address may take */
	FULL_TIME = 300,
	HOSTS = 32,
	NAME_SIZE = 256,
};

/* RFC 5321 section 4.1.1.1 wants a name; this host's is the best there is. */
static const char *
host_name(void)
{
	static char name[NAME_SIZE];

	if (gethostname(name, sizeof(name) - 1) != 0 || name[0] == '\0')
		return "localhost";
	return name;
}

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
	if (args->helo == NULL)
		args->helo = host_name();
}

static int
open_trust(struct job *job)
{
	const char *file = job->args->run.ca_file, *why = "";

	job->probe.trust = job->trust = trust_open(file, &why);
	if (job->trust != NULL)
		return EXIT_HOLDS;
	say_error("%s: %s", file != NULL ? file : "certificate authorities",
	    why);
	if (file == NULL)
		say_hint("install ca-certificates, or give --ca-file");
	return file != NULL && access(file, R_OK) == 0 ? EXIT_MALFORMED :
	    EXIT_NO_INPUT;
}

int
job_open(struct job *job, struct args *args)
{
	const struct run_opts *o = &args->run;
	int status = EXIT_HOLDS;

	set_defaults(args);
	*job = (struct job){ .args = args, .scratch = -1 };
	crypto_start();
	status = open_trust(job);
	if (status != EXIT_HOLDS)
		return status;
	job->scratch = file_unnamed();
	if (job->scratch < 0) {
		say_error("%s: %s", file_temp_dir(), strerror(errno));
		trust_free(job->trust);
		return EXIT_CANNOT_CREATE;
	}
	status = run_open(&job->run, o, true);
	if (status != EXIT_HOLDS) {
		close(job->scratch);
		trust_free(job->trust);
		return status;
	}
	job->run.env.dial = o->offline || o->zone != NULL ? dial_none() :
	    dial_live(args->source.family != 0 ? &args->source : NULL,
	    o->allow_private);
	job->probe.env = &job->run.env;
	job->probe.session = session_ctx_new();
	job->ask = (struct probe_ask){
		.full = args->depth == 1, .active = args->active,
		.transcript = o->verbose > 0, .helo = args->helo,
		.connections = (unsigned)args->max_conn,
		.gap = (int64_t)args->gap * 1000,
		.time = (int64_t)o->timeout * 1000,
	};
	return EXIT_HOLDS;
}

int
job_close(struct job *job, int status)
{
	dial_free(job->run.env.dial);
	session_ctx_free(job->probe.session);
	trust_free(job->trust);
	close(job->scratch);
	return run_close(&job->run, status);
}
