/* One connection before all others; see self_test.h. */
#include "self_test.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dns/host.h"
#include "sys/say.h"

enum { PATIENCE = 10000 };	/* milliseconds */

static bool
reaches(struct job *job, const struct ip_addr *ip)
{
	int fd = -1;
	enum dial_result r = dial(job->run.env.dial, ip,
	    service_info(SERVICE_SMTP)->port, env_monotonic_ms() + PATIENCE,
	    &fd);

	if (r == DIAL_OK)
		close(fd);
	return r == DIAL_OK || r == DIAL_REFUSED;
}

static bool
reaches_any(struct job *job)
{
	struct span name = span_str(job->args->self_test);
	struct dns_name host;
	struct host h = { .n = 0 };
	struct ip_addr ip;
	bool ok = false;

	if (ip_parse(name, &ip))
		return reaches(job, &ip);
	if (!dns_name_parse(name, &host))
		return false;
	run_worker(&job->run, 0);
	host_find(job->run.env.dns, &host, &h);
	for (size_t i = 0; i < h.n && !ok; i++)
		ok = reaches(job, &h.v[i]);
	host_free(&h);
	return ok;
}

/* In a child, as workers do it: only they may ask the DNS process. */
bool
self_test(struct job *job)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(reaches_any(job) ? 0 : 1);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	say_error("egress.blocked: port 25 of %s cannot be reached from here",
	    job->args->self_test);
	return false;
}
