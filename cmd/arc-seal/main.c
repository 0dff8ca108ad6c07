/* arc-seal: add the next ARC set as a forwarder (RFC 8617). */
#include "arc-seal.h"

#include <sysexits.h>
#include <unistd.h>

#include "auth/dkim_sign.h"
#include "base/mem.h"
#include "crypto/lib.h"
#include "mail/lex.h"
#include "sys/say.h"

/* What may stand behind the instance without quotes (RFC 8601 section 2.2). */
static bool
is_authserv_id(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0' && lex_is_token((unsigned char)s[n]))
		n++;
	return n > 0 && s[n] == '\0';
}

static enum opt_next
check_options(const struct args *a, struct opt_result *res)
{
	if (a->domain == NULL || a->selector == NULL || a->key == NULL)
		return opt_wrong(&seal_spec, res, "give -d, -s and -k");
	if (a->authserv_id == NULL)
		return opt_wrong(&seal_spec, res, "give --authserv-id");
	if (!dkim_is_tag_word(a->domain) || !dkim_is_tag_word(a->selector))
		return opt_wrong(&seal_spec, res,
		    "%s, %s: no domain and selector", a->domain, a->selector);
	if (!is_authserv_id(a->authserv_id))
		return opt_wrong(&seal_spec, res, "%s: no authserv-id",
		    a->authserv_id);
	if (!dkim_is_name_list(a->headers))
		return opt_wrong(&seal_spec, res,
		    "--headers: field names with colons between");
	return onward_check(&seal_spec, res);
}

int
main(int argc, char **argv)
{
	struct args a = { .run = RUN_OPTS_DEFAULT };
	struct opt_result res;
	struct run run;
	int status = EX_TEMPFAIL;

	say_as("arc-seal");
	mem_on_failure("arc-seal", EX_TEMPFAIL);
	if (opt_parse(&seal_spec, argc, argv, &a, &res) == OPT_END ||
	    check_options(&a, &res) == OPT_END)
		return opt_end(&res);
	run_speak("arc-seal", &a.run);
	run_keep_secrets();
	crypto_start();
	if (run_open(&run, &a.run, false) != 0)
		return EX_TEMPFAIL;
	status = seal_stdin(&a, &run, res.command);
	/* a failed recording is said, but nothing is sent twice for it */
	run_close(&run, EX_OK);
	return status;
}
