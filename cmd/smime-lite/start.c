/* How a verb begins; see smime-lite.h. */
#include "smime-lite.h"

#include <signal.h>

#include "crypto/lib.h"

bool
start(const struct args *a, char **command, bool open, struct run *run,
    struct onward *mail, struct vault *out)
{
	run_speak("smime-lite", &a->run);
	/* forks, so nothing secret may be there yet */
	if (!onward_start(mail, &a->onward, command))
		return false;
	run_open_plain(run, &a->run);
	vault_init(out, &run->env, open);
	mail->instead = out;
	run_keep_secrets();
	crypto_start_cms();
	return true;
}

bool
start_reading(const struct args *a, struct run *run, struct onward *mail,
    struct vault *nothing)
{
	struct sigaction before;
	bool ok = false;

	sigaction(SIGPIPE, NULL, &before);
	ok = start(a, NULL, true, run, mail, nothing);
	sigaction(SIGPIPE, &before, NULL);
	return ok;
}
