/* How a verb begins; see smime-lite.h. */
#include "smime-lite.h"

#include "crypto/lib.h"

static void
begin(const struct args *a, bool open, struct run *run, struct onward *mail,
    struct vault *out)
{
	run_open_plain(run, &a->run);
	vault_init(out, &run->env, open);
	mail->instead = out;
	run_keep_secrets();
	crypto_start_cms();
}

bool
start(const struct args *a, char **command, bool open, struct run *run,
    struct onward *mail, struct vault *out)
{
	run_speak("smime-lite", &a->run);
	/* forks, so nothing secret may be there yet */
	if (!onward_start(mail, &a->onward, command))
		return false;
	begin(a, open, run, mail, out);
	return true;
}

void
start_reading(const struct args *a, struct run *run, struct onward *mail,
    struct vault *nothing)
{
	run_speak("smime-lite", &a->run);
	onward_start_reading(mail, &a->onward);
	begin(a, true, run, mail, nothing);
}
