/*
 * dkim-sign check: does DNS publish this key, as receivers will want it?
 * A program of its own, since signing must not carry a resolver along.
 */
#include "dkim-check.h"

#include <sysexits.h>

#include "crypto/lib.h"
#include "run/signing_key.h"

#define ROW_AT(field) .at = offsetof(struct args, field)

static const struct opt checking[] = {
	{ .name = "domain", .letter = 'd', .arg = "DOMAIN",
	  .help = "signing domain", .kind = OPT_STR, ROW_AT(domain) },
	{ .name = "selector", .letter = 's', .arg = "SELECTOR",
	  .help = "selector", .kind = OPT_STR, ROW_AT(selector) },
	{ .name = "key", .letter = 'k', .arg = "FILE",
	  .help = "private key whose public half should be published",
	  .kind = OPT_STR, ROW_AT(key) },
};

static const struct opt_chunk chunks[] = {
	OPT_CHUNK("The key", checking),
	RUN_VERDICT(offsetof(struct args, run)),
	RUN_DNS(offsetof(struct args, run)),
	RUN_NOW(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
};

static const struct opt_spec spec = {
	.tool = "dkim-sign check",
	.usage = "-d DOMAIN -s SELECTOR -k FILE",
	.about = "Does DNS publish this key?",
	.chunks = chunks,
	.n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EX_USAGE,
};

int
main(int argc, char **argv)
{
	struct sandbox want = { 0 };
	static const char *const areas[] = { "key", NULL };
	struct args a = { .run = RUN_OPTS_DEFAULT };
	struct opt_result res;
	struct run run;
	struct key *key = NULL;
	int status = 0;

	if (opt_parse(&spec, argc, argv, &a, &res) == OPT_END)
		return opt_end(&res);
	if (a.run.list_codes)
		return run_print_codes(areas, &res);
	if (a.domain == NULL || a.selector == NULL || a.key == NULL) {
		opt_wrong(&spec, &res, "give -d, -s and -k");
		return opt_end(&res);
	}
	run_speak("dkim-sign", &a.run);
	run_keep_secrets();
	crypto_start();
	key = run_signing_key(a.key, true);
	if (key == NULL)
		return EX_NOINPUT;
	status = run_open(&run, &a.run, false);
	if (status != 0)
		return status;
	want.network = run_is_live(&a.run);
	status = run_enter_sandbox(&want, a.run.sandbox) ?
	    check(&a, &run, key) : EX_SOFTWARE;
	status = run_close(&run, status);
	key_free(key);
	return status;
}
