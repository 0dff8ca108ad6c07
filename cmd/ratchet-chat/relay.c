/*
 * "ratchet-chat relay": the server is another program, so that a filter
 * that runs once a message does not carry an HTTP library along.
 */
#include "ratchet-chat.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sys/exit.h"
#include "sys/libexec.h"
#include "sys/say.h"

int
relay_main(int argc, char **argv)
{
	char *path = libexec_path("msgsec-relay");

	(void)argc;
	execv(path, argv);
	say_error("%s: %s", path, strerror(errno));
	return EXIT_INTERNAL;
}
