/*
 * "dkim-sign check": asking DNS is another program's work, so that signing
 * does not carry a resolver along.
 */
#include "dkim-sign.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "sys/libexec.h"
#include "sys/say.h"

int
check_main(int argc, char **argv)
{
	struct buf path = BUF(8192);

	(void)argc;
	libexec_path("dkim-check", &path);
	execv((const char *)path.p, argv);
	say_error("%s: %s", (const char *)path.p, strerror(errno));
	return EX_SOFTWARE;
}
