/* Keeping keys; see run_opts.h. Links libcrypto, which not every tool needs. */
#include "run/run_opts.h"

#include "crypto/lib.h"
#include "sys/say.h"
#include "sys/secret.h"

void
run_keep_secrets(void)
{
	secret_process();
	say_detail("secrets: %s", crypto_secrets() ? "locked in memory" :
	    "not locked: RLIMIT_MEMLOCK");
}
