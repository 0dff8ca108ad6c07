/* pgp-lite: OpenPGP as a Stateless OpenPGP command (RFC 9580). */
#include "pgp-lite.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sys/sandbox.h"
#include "sys/say.h"

const struct opt_verb verbs[] = {
	{ "version", version_main, "which version, of what" },
	{ "list-profiles", list_profiles_main, "the profiles of a command" },
	{ "generate-key", generate_key_main, "make a secret key" },
	{ "change-key-password", change_key_password_main,
	  "lock or unlock a secret key" },
	{ "update-key", update_key_main, "renew a key and mend it" },
	{ "extract-cert", extract_cert_main, "the public part of a key" },
	{ "revoke-key", revoke_key_main, "make a revocation certificate" },
	{ "merge-certs", merge_certs_main, "join what is known of them" },
	{ "certify-userid", certify_userid_main, "vouch for a user ID" },
	{ "validate-userid", validate_userid_main,
	  "does an authority vouch for it?" },
	{ "sign", sign_main, "make a detached signature" },
	{ "verify", verify_main, "check a detached signature" },
	{ "encrypt", encrypt_main, "encrypt a message" },
	{ "decrypt", decrypt_main, "decrypt a message" },
	{ "armor", armor_main, "make it ASCII" },
	{ "dearmor", dearmor_main, "make it binary" },
	{ "inline-sign", inline_sign_main, "sign a message" },
	{ "inline-verify", inline_verify_main, "check a signed message" },
	{ "inline-detach", inline_detach_main,
	  "part a message from its signatures" },
	{ "inspect", inspect_main, "what is in OpenPGP data" },
	{ "lint", lint_main, "is this certificate in order?" },
	{ "find", find_main, "the certificates of mail addresses" },
	{ "mail", mail_main, "sign, encrypt, decrypt, verify whole mails" },
	{ "help", help_main, "this, or the options of a command" },
	{ NULL, NULL, NULL },
};

/* The subset that only verifies, for a program of this name. */
const struct opt_verb sopv_verbs[] = {
	{ "version", version_main, "which version, of what" },
	{ "verify", verify_main, "check a detached signature" },
	{ "inline-verify", inline_verify_main, "check a signed message" },
	{ "validate-userid", validate_userid_main,
	  "does an authority vouch for it?" },
	{ "help", help_main, "this, or the options of a command" },
	{ NULL, NULL, NULL },
};

const struct opt_verb *known_verbs = verbs;
int sandbox_mode;

int
main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash != NULL ? slash + 1 : argv[0];
	const struct opt_verb *verb = NULL;

	if (strstr(name, "sopv") != NULL)
		known_verbs = sopv_verbs;
	say_as("pgp-lite");
	mem_on_failure("pgp-lite", SOP_UNSPECIFIED_FAILURE);
	if (argc > 1 && strncmp(argv[1], "--sandbox=", 10) == 0) {
		sandbox_mode = sandbox_named(argv[1] + 10);
		if (sandbox_mode < 0)
			return no_verb(argc, argv);
		argc--;
		argv++;
	}
	verb = opt_verb_find(known_verbs, argc, argv);
	if (verb != NULL)
		return verb->run(argc - 1, argv + 1);
	return no_verb(argc, argv);
}
