/*
 * A group's private key on its way to a member. The wrapping has no MAC:
 * what comes out has a key's length and padding, no more is known, unless
 * --expect names the public half.
 */
#include "letter-seal.h"

#include <string.h>

#include "base/b64.h"
#include "sys/say.h"

enum { FILE_MAX = 64 * 1024, PEM_MAX = 1024 };

/* The private key of --group-key or stdin. */
static int
group_key(const struct args *a, struct x25519 **out)
{
	struct buf in = BUF(FILE_MAX);
	int status = EXIT_HOLDS;

	if (a->group_key != NULL)
		return own_key(a->group_key, out);
	status = run_stdin(FILE_MAX, &in);
	if (status == EXIT_HOLDS &&
	    x25519_private(buf_get0(&in), out) != KEY_LOADED) {
		say_error("stdin: no private X25519 key in PEM or base64");
		status = EXIT_MALFORMED;
	}
	buf_free_wipe(&in);
	return status;
}

static int
wrap(const struct args *a, struct letter_pair *pair, struct output *out)
{
	struct x25519 *group = NULL;
	struct buf raw = BUF(X25519_SIZE), wrapped = BUF(PEM_MAX);
	struct buf line = BUF(PEM_MAX);
	int status = group_key(a, &group);

	if (status == EXIT_HOLDS) {
		x25519_private_raw(group, &raw);
		letter_wrap(pair, raw.p, &wrapped);
		b64_encode(&line, buf_get0(&wrapped));
		buf_byte(&line, '\n');
		status = output_end(out, buf_get0(&line), a->force);
	}
	x25519_free(group);
	buf_free_wipe(&raw);
	buf_free(&wrapped);
	buf_free(&line);
	return status;
}

/* Whether the key's public half is the one expected, if one is. */
static int
check(const struct x25519 *group, const unsigned char *expect)
{
	unsigned char pub[X25519_SIZE];

	x25519_public(group, pub);
	if (expect == NULL || memcmp(pub, expect, sizeof(pub)) == 0)
		return EXIT_HOLDS;
	say_error("not the private half of --expect");
	return EXIT_HOLDS_NOT;
}

/* The 48 octets on stdin as a key. */
static int
read_wrapped(struct letter_pair *pair, struct x25519 **out)
{
	unsigned char secret[X25519_SIZE];
	struct buf in = BUF(FILE_MAX), wrapped = BUF(FILE_MAX);
	int status = run_stdin(FILE_MAX, &in);

	if (status == EXIT_HOLDS && (!b64_decode(&wrapped, buf_get0(&in)) ||
	    wrapped.n != LETTER_WRAPPED_SIZE)) {
		say_error("stdin: a wrapped key is 48 octets in base64");
		status = EXIT_MALFORMED;
	} else if (status == EXIT_HOLDS &&
	    !letter_unwrap(pair, buf_get0(&wrapped), secret)) {
		say_error("not wrapped under these keys");
		status = EXIT_HOLDS_NOT;
	}
	if (status == EXIT_HOLDS)
		*out = x25519_of(secret);
	explicit_bzero(secret, sizeof(secret));
	buf_free(&in);
	buf_free(&wrapped);
	return status;
}

static int
unwrap(const struct args *a, struct letter_pair *pair,
    const unsigned char *expect, struct output *out)
{
	struct x25519 *group = NULL;
	struct buf pem = BUF(PEM_MAX);
	int status = read_wrapped(pair, &group);

	if (status == EXIT_HOLDS)
		status = check(group, expect);
	if (status == EXIT_HOLDS) {
		/* room at once, so that no copy is left in freed memory */
		buf_room(&pem, PEM_MAX);
		x25519_private_pem(group, &pem);
		status = output_end(out, buf_get0(&pem), a->force);
	}
	x25519_free(group);
	buf_free_wipe(&pem);
	return status;
}

static int
run_group(const struct args *a, bool wraps)
{
	unsigned char expect[X25519_SIZE];
	struct letter_pair *pair = NULL;
	struct output out = { .path = NULL };
	int status = a->expect != NULL ? peer_key(a->expect, expect) :
	    EXIT_HOLDS;

	if (status == EXIT_HOLDS)
		status = pair_of(a->key, a->peer_key, &pair);
	if (status == EXIT_HOLDS)
		status = output_open(&out, a->out, !wraps);
	if (status != EXIT_HOLDS) {
		letter_pair_free(pair);
		return status;
	}
	/* the group's own file is a key of ours, and read at once */
	if (wraps && a->group_key != NULL)
		status = wrap(a, pair, &out);
	else if (!give_up_power(a, out.folder, NULL))
		status = EXIT_INTERNAL;
	else
		status = wraps ? wrap(a, pair, &out) :
		    unwrap(a, pair, a->expect ? expect : NULL, &out);
	output_abort(&out);
	letter_pair_free(pair);
	return status;
}

int
group_main(int argc, char **argv)
{
	struct args a = ARGS_DEFAULT;
	struct opt_result res;
	const char *what = NULL;
	bool wraps = false;
	int status = EXIT_HOLDS;

	if (!begin(&group_spec, argc, argv, &a, &res, &status))
		return status;
	if (res.operands.n == 1)
		wraps = strcmp(res.operands.v[0], "wrap") == 0;
	if (res.operands.n != 1 ||
	    (!wraps && strcmp(res.operands.v[0], "unwrap") != 0))
		what = "give one verb: wrap or unwrap";
	else if (a.key == NULL || a.peer_key == NULL)
		what = "give -k FILE and -p KEY";
	else if (wraps ? a.expect != NULL : a.group_key != NULL)
		what = "--group-key is wrap's, --expect is unwrap's";
	else if (a.group_key == NULL)
		what = nothing_given();
	opt_result_free(&res);
	return what != NULL ? wrong(&group_spec, what) :
	    run_group(&a, wraps);
}
