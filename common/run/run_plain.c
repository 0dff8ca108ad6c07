/* A run's clock and form of output; see run.h. Links no DNS. */
#include "run/run.h"

#include <unistd.h>

void
run_open_plain(struct run *r, const struct run_opts *o)
{
	*r = (struct run){ .opts = o, .record_fd = -1 };
	r->text = o->resume != NULL ? false :
	    o->format == RUN_FORMAT_AUTO ? isatty(STDOUT_FILENO) != 0 :
	    o->format == RUN_TEXT;
	if (o->now.given)
		env_fixed(&r->env, o->now.at);
	else
		env_system(&r->env);
}
