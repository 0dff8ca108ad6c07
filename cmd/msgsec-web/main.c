/*
 * msgsec-web: makes the HTTPS requests of the tool that started it. Not for
 * people: they come over its stdin, a socket (net/web.h), and it ends when
 * that is closed.
 */
#include "msgsec-web.h"

#include <signal.h>
#include <unistd.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "net/web.h"
#include "sys/exit.h"
#include "sys/say.h"
#include "sys/secret.h"

int
main(int argc, char **argv)
{
	struct args args = { .sandbox = 0 };
	struct trust *roots = NULL;
	struct env env;
	struct web_server with = { .env = &env };
	struct opt_result res;
	int status = EXIT_USAGE;

	say_as("msgsec-web");
	mem_on_failure("msgsec-web", EXIT_INTERNAL);
	if (opt_parse(&web_spec, argc, argv, &args, &res) == OPT_END)
		return opt_end(&res);
	opt_result_free(&res);
	/* Ctrl-C is for the tool, which ends us when it is done */
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	secret_process();
	crypto_start_x509();
	env_system(&env);
	status = web_open_roots(&args, &roots);
	if (status == EXIT_HOLDS)
		status = web_give_up_power(&args);
	if (status == EXIT_HOLDS) {
		with.roots = roots ? trust_store0(roots) : NULL;
		with.allow_private = args.allow_private;
		status = web_serve(&with, STDIN_FILENO);
	}
	trust_free(roots);
	return status;
}
