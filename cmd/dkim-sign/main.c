/* dkim-sign: sign the message on stdin (RFC 6376, RFC 8463). */
#include "dkim-sign.h"

#include <sysexits.h>

#include "base/mem.h"
#include "sys/say.h"

const struct opt_verb verbs[] = {
	{ "keygen", keygen_main, "make a key pair and its DNS record" },
	{ "check", check_main, "does DNS publish this key?" },
	{ NULL, NULL, NULL },
};

int
main(int argc, char **argv)
{
	const struct opt_verb *verb = opt_verb_find(verbs, argc, argv);

	say_as("dkim-sign");
	if (verb != NULL)
		return verb->run(argc - 1, argv + 1);
	/* whatever stands in the way of mail, mail must not bounce for it */
	mem_on_failure("dkim-sign", EX_TEMPFAIL);
	return sign_main(argc, argv);
}
