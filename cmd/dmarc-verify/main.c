/* dmarc-verify: who sent this message, and why (SPF, DKIM, ARC, DMARC). */
#include "dmarc-verify.h"

#include "domain.h"
#include "spf.h"

#include "sys/say.h"

const struct opt_verb verbs[] = {
	{ "spf", spf_main, "SPF alone, of a connection" },
	{ "domain", domain_main, "a domain's own posture, without a message" },
	{ NULL, NULL, NULL },
};

int
main(int argc, char **argv)
{
	const struct opt_verb *verb = opt_verb_find(verbs, argc, argv);

	say_as("dmarc-verify");
	if (verb != NULL)
		return verb->run(argc - 1, argv + 1);
	return message_main(argc, argv);
}
