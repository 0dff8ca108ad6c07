/* Giving up power; see run_opts.h, and run.h for tools that read subjects. */
#include <stdlib.h>

#include "base/mem.h"
#include "run/run.h"
#include "sys/file.h"
#include "sys/say.h"

bool
run_enter_sandbox(const struct sandbox *want, int mode)
{
	enum sandbox_state got = SANDBOX_NONE;

	if (!sandbox_enter(want, (enum sandbox_mode)mode, &got)) {
		say_error("--sandbox=require: this system can only do %s",
		    sandbox_state_name(got));
		return false;
	}
	say_detail("sandbox: %s", sandbox_state_name(got));
	return true;
}

bool
run_is_live(const struct run_opts *o)
{
	return o->zone == NULL && !o->offline;
}

static bool
wants_network(const struct run *r, const struct run_power *keep)
{
	return keep->serves || (run_is_live(r->opts) && (keep->connects ||
	    r->process.pid == 0));
}

bool
run_give_up_power(const struct run *r, const struct run_power *keep)
{
	const struct run_opts *o = r->opts;
	const char **read = xcalloc(o->files_from.n + 2, sizeof(*read));
	/* --resume may make its file */
	char *folder = o->resume ? file_folder(o->resume) : NULL;
	const char *write[] = { folder, NULL, NULL, NULL };
	struct sandbox want = {
		.read = read, .write = write,
		.network = wants_network(r, keep), .source = keep->from,
	};
	size_t n = folder != NULL;
	bool ok = false;

	for (size_t i = 0; i < 2; i++)
		if (keep->write[i] != NULL)
			write[n++] = keep->write[i];
	for (n = 0; n < o->files_from.n; n++)
		read[n] = o->files_from.v[n];
	read[n] = o->skip;
	ok = run_enter_sandbox(&want, o->sandbox);
	free(read);
	free(folder);
	return ok;
}
