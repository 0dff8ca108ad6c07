/*
 * pgp-find: the certificates that mail addresses have published, for
 * pgp-lite. Which addresses stands on the command line, so that nothing that
 * a message says makes a connection; what was found goes to stdout
 * (pgp/found.h) and is looked into there.
 */
#include "pgp-find.h"

#include <sysexits.h>

#include "crypto/lib.h"
#include "run/run_fetch.h"

struct args {
	struct run_opts run;
};

static const struct opt_chunk chunks[] = {
	RUN_DNS(offsetof(struct args, run)),
	RUN_CONNECT(offsetof(struct args, run)),
	RUN_NOW(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
};

static const struct opt_spec spec = {
	.tool = "pgp-find",
	.usage = "[OPTIONS] -- ADDRESS...",
	.about = "Find the certificates of mail addresses, for pgp-lite.",
	.chunks = chunks,
	.n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EX_USAGE,
};

int
main(int argc, char **argv)
{
	struct args a = { .run = RUN_OPTS_DNSSEC };
	struct sandbox want = { .network = true };
	struct run_fetch web;
	struct opt_result res;
	struct run run;
	int status = EX_OK;

	if (opt_parse(&spec, argc, argv, &a, &res) == OPT_END)
		return opt_end(&res);
	run_speak("pgp-lite", &a.run);
	crypto_start();
	status = run_open(&run, &a.run, false);
	if (status != EX_OK)
		return status;
	status = run_fetch_open(&run, &web);
	want.network = run_is_live(&a.run);
	if (status == EX_OK && !run_enter_sandbox(&want, a.run.sandbox))
		status = EX_SOFTWARE;
	for (size_t i = 0; status == EX_OK && i < res.operands.n; i++) {
		run_subject(&run);
		status = search(&run, res.operands.v[i]);
	}
	status = run_close(&run, run_fetch_close(&run, &web, status));
	opt_result_free(&res);
	return status;
}
