/*
 * mstls-probe: what TLS a domain's mail hosts really offer, and what careful
 * senders would make of it.
 */
#include "mstls-probe.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/mem.h"
#include "sys/say.h"

const struct opt_verb probe_verbs[] = {
	{ "tlsa", tlsa_main, "the TLSA records for what is served" },
	{ NULL, NULL, NULL },
};

int
main(int argc, char **argv)
{
	const struct opt_verb *verb = opt_verb_find(probe_verbs, argc, argv);

	say_as("mstls-probe");
	mem_on_failure("mstls-probe", EXIT_INTERNAL);
	/* a record that there is no memory for is no malformed one */
	json_set_alloc_funcs(xmalloc, free);
	if (verb != NULL)
		return verb->run(argc - 1, argv + 1);
	return audit_main(argc, argv);
}
