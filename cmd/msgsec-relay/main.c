/*
 * msgsec-relay: the server of ratchet-chat, which runs it as "relay". It is
 * trusted with nothing; see msgsec-relay(8).
 */
#include "msgsec-relay.h"

#include <signal.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "start.h"
#include "sys/secret.h"

int
main(int argc, char **argv)
{
	struct args a = relay_defaults;
	struct server s = { .a = &a };
	struct opt_result res;
	int status = EXIT_HOLDS;

	mem_on_failure("ratchet-chat relay", EXIT_INTERNAL);
	if (opt_parse(&relay_spec, argc, argv, &a, &res) == OPT_END ||
	    start_check(&a, &res) == OPT_END)
		return opt_end(&res);
	run_speak("ratchet-chat relay", &a.run);
	signal(SIGPIPE, SIG_IGN);
	secret_process();
	crypto_start();
	status = start_open(&s);
	if (status == EXIT_HOLDS)
		status = start_give_up_power(&s);
	if (status == EXIT_HOLDS)
		status = start_tell(&s);
	if (status == EXIT_HOLDS)
		status = serve(&s);
	start_close(&s);
	opt_result_free(&res);
	return status;
}
