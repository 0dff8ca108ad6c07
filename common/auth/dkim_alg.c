/*
 * The names of signature algorithms. Apart from the parser, so that signing
 * does not pull in what only parsing needs.
 */
#include "auth/dkim_sig.h"

const char *
dkim_alg_name(enum dkim_alg alg)
{
	static const char *const names[] = {
		"rsa-sha256", "ed25519-sha256", "rsa-sha1"
	};

	return names[alg];
}
