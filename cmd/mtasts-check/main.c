/* mtasts-check: MTA-STS and TLSRPT, and what a sender that remembers does. */
#include "mtasts-check.h"

const struct opt_verb verbs[] = {
	{ "lint", lint_main, "judge a policy before it is published" },
	{ "cache", cache_main, "show or change what is remembered" },
	{ "serve", serve_main, "answer Postfix's TLS policy look-ups" },
	{ NULL, NULL, NULL },
};

int
main(int argc, char **argv)
{
	const struct opt_verb *verb = opt_verb_find(verbs, argc, argv);

	run_reader("mtasts-check");
	if (verb != NULL)
		return verb->run(argc - 1, argv + 1);
	return check_main(argc, argv);
}
