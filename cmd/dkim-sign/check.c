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
	char *path = libexec_path("dkim-check");

	(void)argc;
	execv(path, argv);
	say_error("%s: %s", path, strerror(errno));
	return EX_SOFTWARE;
}
