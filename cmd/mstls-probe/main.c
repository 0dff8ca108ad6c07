/*
 * mstls-probe: what TLS a domain's mail hosts really offer, and what careful
 * senders would make of it.
 */
#include "mstls-probe.h"

const struct opt_verb probe_verbs[] = {
	{ "tlsa", tlsa_main, "the TLSA records for what is served" },
	{ NULL, NULL, NULL },
};

int
main(int argc, char **argv)
{
	const struct opt_verb *verb = opt_verb_find(probe_verbs, argc, argv);

	run_reader("mstls-probe");
	if (verb != NULL)
		return verb->run(argc - 1, argv + 1);
	return audit_main(argc, argv);
}
