/* A run's clock and form of output; see run.h. Links no DNS. */
#include "run/run.h"

#include <sched.h>
#include <unistd.h>

#include "sys/pool.h"

void
run_open_plain(struct run *r, const struct run_opts *o)
{
	*r = (struct run){ .opts = o, .record_fd = -1 };
	r->text = o->resume != NULL ? false :
	    o->format == RUN_FORMAT_AUTO ? isatty(STDOUT_FILENO) != 0 :
	    o->format == RUN_TEXT;
	if (o->now.given)
		env_fixed(&r->env, o->now.at);
	else
		env_system(&r->env);
}

unsigned
run_jobs(const struct run_opts *o)
{
	cpu_set_t set;
	int n = 0;

	if (o->jobs > 0)
		return (unsigned)o->jobs;
	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > POOL_WORKERS_MAX ? POOL_WORKERS_MAX :
	    (unsigned)n;
}
