/* Making keys, their public halves, and what people compare of them. */
#include "letter-seal.h"

#include "base/b64.h"
#include "seal/fingerprint.h"
#include "sys/env.h"
#include "sys/say.h"

enum { PEM_MAX = 1024, LINE_MAX = 1024 };

static int
print_public(const struct x25519 *k)
{
	unsigned char pub[X25519_SIZE];
	struct buf line = BUF(LINE_MAX);
	struct output out;
	int status = output_open(&out, NULL, false);

	x25519_public(k, pub);
	b64_encode(&line, span_of(pub, sizeof(pub)));
	buf_byte(&line, '\n');
	if (status == EXIT_HOLDS)
		status = output_end(&out, buf_get0(&line), false);
	buf_free(&line);
	return status;
}

int
keygen_main(int argc, char **argv)
{
	struct args a = ARGS_DEFAULT;
	unsigned char secret[X25519_SIZE];
	struct buf pem = BUF(PEM_MAX);
	struct x25519 *k = NULL;
	struct output out;
	struct env env;
	int status = EXIT_HOLDS;

	if (!begin_bare(&keygen_spec, argc, argv, &a, &status))
		return status;
	if (a.out == NULL)
		return wrong(&keygen_spec, "give -o FILE for the key");
	status = output_open(&out, a.out, true);
	if (status != EXIT_HOLDS)
		return status;
	env_system(&env);
	env.random(env.arg, secret, sizeof(secret));
	k = x25519_of(secret);
	/* room at once, so that no copy is left behind in freed memory */
	buf_room(&pem, PEM_MAX);
	x25519_private_pem(k, &pem);
	status = output_end(&out, buf_get0(&pem), a.force);
	if (status == EXIT_HOLDS)
		status = print_public(k);
	explicit_bzero(secret, sizeof(secret));
	buf_free_wipe(&pem);
	x25519_free(k);
	return status;
}

int
public_main(int argc, char **argv)
{
	struct args a = ARGS_DEFAULT;
	struct x25519 *k = NULL;
	int status = EXIT_HOLDS;

	if (!begin_bare(&public_spec, argc, argv, &a, &status))
		return status;
	if (a.key == NULL)
		return wrong(&public_spec, "give -k FILE");
	status = own_key(a.key, &k);
	if (status == EXIT_HOLDS)
		status = print_public(k);
	x25519_free(k);
	return status;
}

/* Of the one key that is given. */
static int
fingerprint_of(const struct args *a, char digits[static FINGERPRINT_SIZE])
{
	unsigned char pub[X25519_SIZE] = { 0 };
	struct x25519 *k = NULL;
	int status = a->key != NULL ? own_key(a->key, &k) :
	    peer_key(a->peer_key, pub);

	if (status != EXIT_HOLDS)
		return status;
	if (k != NULL)
		x25519_public(k, pub);
	x25519_free(k);
	fingerprint(pub, digits);
	return EXIT_HOLDS;
}

/* What people read to each other, in as many words as they like. */
static int
compare(const char *own, const struct opt_list *words)
{
	struct buf digits = BUF(LINE_MAX);
	bool same = false;

	for (size_t i = 0; i < words->n; i++)
		buf_str(&digits, words->v[i]);
	same = !digits.over && fingerprint_same(own, buf_get0(&digits));
	buf_free(&digits);
	if (same)
		return EXIT_HOLDS;
	say_error("the digits are not this key's");
	return EXIT_HOLDS_NOT;
}

static int
print_fingerprint(const char *digits)
{
	struct buf line = BUF(LINE_MAX);
	struct output out;
	int status = output_open(&out, NULL, false);

	buf_printf(&line, "%s\n", digits);
	if (status == EXIT_HOLDS)
		status = output_end(&out, buf_get0(&line), false);
	buf_free(&line);
	return status;
}

int
fingerprint_main(int argc, char **argv)
{
	struct args a = ARGS_DEFAULT;
	char digits[FINGERPRINT_SIZE] = "";
	struct opt_result res;
	int status = EXIT_HOLDS;

	if (!begin(&fingerprint_spec, argc, argv, &a, &res, &status))
		return status;
	if ((a.key == NULL) == (a.peer_key == NULL)) {
		opt_wrong(&fingerprint_spec, &res,
		    "give one key: -k FILE or -p KEY");
		return opt_end(&res);
	}
	status = fingerprint_of(&a, digits);
	if (status == EXIT_HOLDS)
		status = res.operands.n > 0 ? compare(digits, &res.operands) :
		    print_fingerprint(digits);
	opt_result_free(&res);
	return status;
}
