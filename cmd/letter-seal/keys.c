/* Keys from files and from the command line. */
#include "letter-seal.h"

#include "sys/say.h"

enum { KEY_FILE_MAX = 64 * 1024 };

static const char *
key_problem(enum key_load status)
{
	switch (status) {
	case KEY_ENCRYPTED:
		return "the key has a passphrase, and nobody is asked";
	case KEY_WRONG_TYPE:
		return "it is no X25519 key";
	default:
		return "no private key in PEM or base64";
	}
}

int
own_key(const char *path, struct x25519 **out)
{
	struct buf file = BUF(KEY_FILE_MAX);
	enum file_result got = file_slurp_key(path, KEY_FILE_MAX, &file);
	enum key_load status = KEY_NOT_A_KEY;

	if (got != FILE_OK) {
		say_error("%s: %s", path, file_why(got));
		buf_free_wipe(&file);
		return file_status(got);
	}
	status = x25519_private(buf_get0(&file), out);
	buf_free_wipe(&file);
	if (status == KEY_LOADED)
		return EXIT_HOLDS;
	say_error("%s: %s", path, key_problem(status));
	return EXIT_MALFORMED;
}

int
peer_key(const char *arg, unsigned char out[static X25519_SIZE])
{
	struct buf file = BUF(KEY_FILE_MAX);
	enum file_result got = FILE_OK;
	bool ok = x25519_public_read(span_str(arg), out);

	if (ok)
		return EXIT_HOLDS;
	got = file_slurp(arg, KEY_FILE_MAX, &file);
	ok = got == FILE_OK && x25519_public_read(buf_get0(&file), out);
	/* it may be the wrong one of two files */
	buf_free_wipe(&file);
	if (ok)
		return EXIT_HOLDS;
	if (got == FILE_OK) {
		say_error("%s: no public X25519 key in PEM or base64", arg);
		return EXIT_MALFORMED;
	}
	say_error("%s: neither a public key in base64 nor a file of one: %s",
	    arg, file_why(got));
	return file_status(got);
}

int
pair_of(const char *key, const char *peer, struct letter_pair **out)
{
	unsigned char other[X25519_SIZE];
	struct x25519 *own = NULL;
	int status = peer_key(peer, other);

	if (status == EXIT_HOLDS)
		status = own_key(key, &own);
	if (status != EXIT_HOLDS)
		return status;
	*out = letter_pair_new(own, other);
	x25519_free(own);
	if (*out != NULL)
		return EXIT_HOLDS;
	say_error("%s: a point of small order, which is nobody's key "
	    "(RFC 7748 section 6.1)", peer);
	return EXIT_MALFORMED;
}
