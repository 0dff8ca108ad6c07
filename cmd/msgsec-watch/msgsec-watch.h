/* What the files of msgsec-watch share. */
#ifndef MSGSEC_WATCH_H
#define MSGSEC_WATCH_H

#include "run/run_opts.h"

struct watch_opts {
	struct run_opts run;
	const char *state;
	int patience;
};

/* Read the records, say what has changed, keep it; the exit status. */
int watch(const struct watch_opts *o);

#endif
