/*
 * msgsec-dns: the DNS process of a bulk run. Not for people: the tools start
 * it, with the numbers of inherited sockets as operands (dns/process.h), and
 * it ends when they do.
 */
#include <errno.h>
#include <signal.h>

#include "base/mem.h"
#include "serve.h"
#include "setup.h"
#include "sys/exit.h"
#include "sys/sandbox.h"
#include "sys/say.h"

/* All files are open or read by now, libunbound's too. */
static int
give_up_power(const struct args *args)
{
	struct sandbox want = { .network = args->zone == NULL };
	enum sandbox_state got = SANDBOX_NONE;

	if (sandbox_enter(&want, (enum sandbox_mode)args->sandbox, &got))
		return EXIT_HOLDS;
	say_error("--sandbox=require: this system can only do %s",
	    sandbox_state_name(got));
	return EXIT_INTERNAL;
}

static int
serve(struct run *run)
{
	struct serve *s = serve_new(run->base, run->fd, run->n,
	    run->zone, run->record);
	int err = 0;

	serve_upstream(s, run->up);
	serve_run(s);
	/* its answers have nowhere to go from here on */
	upstream_free(run->up);
	run->up = NULL;
	serve_free(s);
	err = run->record != NULL ? dns_record_errno(run->record) : 0;
	if (err == 0)
		return EXIT_HOLDS;
	errno = err;
	say_error("--record: %m");
	return EXIT_IO;
}

int
main(int argc, char **argv)
{
	struct args args = { .sandbox = SANDBOX_AUTO };
	struct opt_result res;
	struct run run = { 0 };
	int status = 0;

	say_as("msgsec-dns");
	mem_on_failure("msgsec-dns", EXIT_INTERNAL);
	if (opt_parse(&setup_spec, argc, argv, &args, &res) == OPT_END)
		return opt_end(&res);
	/* Ctrl-C is for the tool, which ends us when it is done */
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	status = setup_open(&run, &args, &res.operands);
	if (status == EXIT_HOLDS)
		status = give_up_power(&args);
	if (status == EXIT_HOLDS)
		status = serve(&run);
	setup_close(&run);
	opt_result_free(&res);
	return status;
}
