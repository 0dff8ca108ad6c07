/* What the files of arc-seal share. */
#ifndef ARC_SEAL_TOOL_H
#define ARC_SEAL_TOOL_H

#include <stdbool.h>

#include "run/onward.h"
#include "run/run.h"

struct args {
	struct run_opts run;
	struct onward_opts onward;
	const char *domain, *selector, *key, *authserv_id, *headers;
	bool allow_weak, standardize;
};

extern const struct opt_spec seal_spec;

/* Seal the message on stdin; returns the exit status. */
int seal_stdin(const struct args *a, struct run *run, char **command);

#endif
