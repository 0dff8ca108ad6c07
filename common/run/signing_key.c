/* Private keys from files; see signing_key.h. */
#include "run/signing_key.h"

#include "sys/file.h"
#include "sys/say.h"

enum { KEY_FILE_MAX = 64 * 1024, RSA_BITS_MIN = 2048 };

static const char *
key_problem(enum key_load status)
{
	switch (status) {
	case KEY_ENCRYPTED:
		return "the key has a passphrase, and nobody is asked";
	case KEY_WRONG_TYPE:
		return "the key is neither RSA nor Ed25519";
	default:
		return "no private key in PEM or DER";
	}
}

struct key *
run_signing_key(const char *path, bool allow_weak)
{
	struct buf file = BUF(KEY_FILE_MAX);
	enum file_result got = file_slurp_key(path, KEY_FILE_MAX, &file);
	enum key_load status = KEY_NOT_A_KEY;
	struct key *k = NULL;

	if (got != FILE_OK) {
		say_error("%s: %s", path, file_why(got));
		buf_free_wipe(&file);
		return NULL;
	}
	status = key_private(buf_get0(&file), &k);
	buf_free_wipe(&file);
	if (status != KEY_LOADED) {
		say_error("%s: %s", path, key_problem(status));
		return NULL;
	}
	if (key_type(k) == KEY_RSA && key_bits(k) < RSA_BITS_MIN &&
	    !allow_weak) {
		say_error("%s: RSA key of %u bits is too short to sign with "
		    "(RFC 8301 section 3.2)", path, key_bits(k));
		say_hint("make one with dkim-sign keygen, or --allow-weak");
		key_free(k);
		return NULL;
	}
	return k;
}
