/*
 * msgsec-web: makes the HTTPS requests of the tool that started it. Not for
 * people: they come over its stdin, a socket (net/web.h), and it ends when
 * that is closed.
 */
#include <curl/curl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "crypto/trust.h"
#include "net/web.h"
#include "sys/exit.h"
#include "sys/opt.h"
#include "sys/sandbox.h"
#include "sys/say.h"
#include "sys/secret.h"

struct args {
	const char *ca_file;
	bool allow_private;
	int sandbox;
};

static const struct opt rows[] = {
	{ .name = "ca-file", .arg = "FILE", .kind = OPT_STR,
	  .help = "believe these authorities, and no others",
	  .at = offsetof(struct args, ca_file) },
	{ .name = "allow-private", .kind = OPT_FLAG,
	  .help = "connect to addresses that are not public, too",
	  .at = offsetof(struct args, allow_private) },
	{ .name = "sandbox", .arg = "auto|require|off", .kind = OPT_CHOICE,
	  .help = "how much power to give up",
	  .at = offsetof(struct args, sandbox) },
};

static void
version(struct buf *out)
{
	crypto_version(out);
	buf_printf(out, "%s\n", curl_version());
}

static const struct opt_chunk chunk = OPT_CHUNK("Options", rows);

static const struct opt_spec spec = {
	.tool = "msgsec-web", .usage = "[OPTIONS] < SOCKET",
	.about = "Make the HTTPS requests of the tool that started it.",
	.chunks = &chunk, .n = 1, .usage_status = EXIT_USAGE,
	.version = version,
};

/* The C library reads these when it looks a host up. */
static int
give_up_power(const struct args *args)
{
	static const char *const read[] = { "/etc", "/lib", "/lib64",
	    "/usr/lib", "/run/systemd/resolve", "/run/resolvconf", NULL };
	struct sandbox want = { .read = read, .network = true };
	enum sandbox_state got = SANDBOX_NONE;

	if (sandbox_enter(&want, (enum sandbox_mode)args->sandbox, &got))
		return EXIT_HOLDS;
	say_error("--sandbox=require: this system can only do %s",
	    sandbox_state_name(got));
	return EXIT_INTERNAL;
}

/* Without authorities pinned keys still are believed. */
static int
open_roots(const struct args *args, struct trust **out)
{
	const char *why = NULL;

	*out = trust_open(args->ca_file, &why);
	if (*out != NULL || args->ca_file == NULL)
		return EXIT_HOLDS;
	say_error("--ca-file: %s: %s", args->ca_file, why);
	return EXIT_NO_INPUT;
}

int
main(int argc, char **argv)
{
	struct args args = { .sandbox = SANDBOX_AUTO };
	struct trust *roots = NULL;
	struct env env;
	struct web_server with = { .env = &env };
	struct opt_result res;
	int status = EXIT_USAGE;

	say_as("msgsec-web");
	mem_on_failure("msgsec-web", EXIT_INTERNAL);
	if (opt_parse(&spec, argc, argv, &args, &res) == OPT_END)
		return opt_end(&res);
	opt_result_free(&res);
	/* Ctrl-C is for the tool, which ends us when it is done */
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	secret_process();
	crypto_start_x509();
	env_system(&env);
	status = open_roots(&args, &roots);
	if (status == EXIT_HOLDS)
		status = give_up_power(&args);
	if (status == EXIT_HOLDS) {
		with.roots = roots ? trust_store0(roots) : NULL;
		with.allow_private = args.allow_private;
		status = web_serve(&with, STDIN_FILENO);
	}
	trust_free(roots);
	return status;
}
