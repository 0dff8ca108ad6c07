/* Authorities, a file for what is found, a dialer; see run_connect.h. */
#include "run/run_connect.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sys/exit.h"
#include "sys/file.h"
#include "sys/say.h"

int
run_open_trust(const struct run_opts *o, struct trust **out)
{
	const char *file = o->ca_file, *why = "";

	*out = trust_open(file, &why);
	if (*out != NULL)
		return EXIT_HOLDS;
	say_error("%s: %s", file != NULL ? file : "certificate authorities",
	    why);
	if (file == NULL)
		say_hint("install ca-certificates, or give --ca-file");
	return file != NULL && access(file, R_OK) == 0 ? EXIT_MALFORMED :
	    EXIT_NO_INPUT;
}

int
run_open_scratch(int *fd)
{
	*fd = file_unnamed();
	if (*fd >= 0)
		return EXIT_HOLDS;
	say_error("%s: %s", file_temp_dir(), strerror(errno));
	return EXIT_CANNOT_CREATE;
}

struct dialer *
run_dialer(const struct run_opts *o, const struct ip_addr *source)
{
	return o->offline || o->zone != NULL ? dial_none() :
	    dial_live(source, o->allow_private);
}
