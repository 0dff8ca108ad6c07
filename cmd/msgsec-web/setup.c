/* The options of msgsec-web, and what they open. */
#include "msgsec-web.h"

#include <curl/curl.h>
#include <stddef.h>

#include "crypto/lib.h"
#include "sys/sandbox.h"
#include "sys/exit.h"
#include "sys/say.h"

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

const struct opt_spec web_spec = {
	.tool = "msgsec-web", .usage = "[OPTIONS] < SOCKET",
	.about = "Make the HTTPS requests of the tool that started it.",
	.chunks = &chunk, .n = 1, .usage_status = EXIT_USAGE,
	.version = version,
};

/* The C library reads these when it looks a host up. */
int
web_give_up_power(const struct args *args)
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

int
web_open_roots(const struct args *args, struct trust **out)
{
	const char *why = NULL;

	*out = trust_open(args->ca_file, &why);
	if (*out != NULL || args->ca_file == NULL)
		return EXIT_HOLDS;
	say_error("--ca-file: %s: %s", args->ca_file, why);
	return EXIT_NO_INPUT;
}
