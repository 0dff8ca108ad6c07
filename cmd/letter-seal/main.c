/* letter-seal: LINE's Letter Sealing, offline: read, write, audit. */
#include "letter-seal.h"

#include "crypto/lib.h"
#include "sys/exit.h"
#include "sys/say.h"

const struct opt_verb verbs[] = {
	{ "keygen", keygen_main, "make a key pair" },
	{ "public", public_main, "the public half of a key" },
	{ "fingerprint", fingerprint_main, "a key as people compare it" },
	{ "seal", seal_main, "seal a message" },
	{ "open", open_main, "check and open a sealed message" },
	{ "group", group_main, "wrap and unwrap a group's key" },
	{ "media", media_main, "seal and open files" },
	{ "audit", audit_main, "judge a conversation of sealed messages" },
	{ NULL, NULL, NULL },
};

bool
begin(const struct opt_spec *spec, int argc, char **argv, struct args *a,
    struct opt_result *res, int *status)
{
	if (opt_parse(spec, argc, argv, a, res) == OPT_END) {
		*status = opt_end(res);
		return false;
	}
	run_speak("letter-seal", &a->run);
	run_keep_secrets();
	crypto_start();
	return true;
}

int
wrong(const struct opt_spec *spec, const char *what)
{
	struct opt_result res = { .text = BUF(4096) };

	opt_wrong(spec, &res, "%s", what);
	return opt_end(&res);
}

bool
begin_bare(const struct opt_spec *spec, int argc, char **argv,
    struct args *a, int *status)
{
	struct opt_result res;

	if (!begin(spec, argc, argv, a, &res, status))
		return false;
	if (res.operands.n > 0) {
		opt_wrong(spec, &res, "%s: no operand is taken",
		    res.operands.v[0]);
		*status = opt_end(&res);
		return false;
	}
	opt_result_free(&res);
	return true;
}

int
main(int argc, char **argv)
{
	const struct opt_verb *verb = opt_verb_find(verbs, argc, argv);
	struct args a = ARGS_DEFAULT;
	struct opt_result res;

	say_as("letter-seal");
	if (verb != NULL)
		return verb->run(argc - 1, argv + 1);
	/* a verb is required: this never runs on */
	opt_parse(&main_spec, argc, argv, &a, &res);
	return opt_end(&res);
}
