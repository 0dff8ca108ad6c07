/* smime-lite: S/MIME over whole messages (RFC 8551, RFC 9788). */
#include "smime-lite.h"

#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "sys/say.h"

const struct opt_verb verbs[] = {
	{ "generate-key", generate_main,
	  "make a key, and its certificate or a request for one" },
	{ "sign", sign_main, "sign the message on stdin" },
	{ "verify", verify_main, "who signed the message on stdin?" },
	{ "encrypt", encrypt_main, "encrypt the message on stdin" },
	{ "decrypt", decrypt_main, "decrypt the message on stdin" },
	{ "inspect", inspect_main, "what is in it, without any key" },
	{ NULL, NULL, NULL },
};

static bool
writes_mail(const struct opt_verb *verb)
{
	return verb->run == sign_main || verb->run == encrypt_main ||
	    verb->run == decrypt_main;
}

int
main(int argc, char **argv)
{
	const struct opt_verb *verb = opt_verb_find(verbs, argc, argv);
	struct opt_result res;
	struct args a = { .run = RUN_OPTS_DEFAULT };

	say_as("smime-lite");
	if (verb == NULL) {
		opt_parse(&tool_spec, argc, argv, &a, &res);
		return opt_end(&res);
	}
	if (writes_mail(verb))
		mem_on_failure("smime-lite", EX_TEMPFAIL);
	return verb->run(argc - 1, argv + 1);
}
