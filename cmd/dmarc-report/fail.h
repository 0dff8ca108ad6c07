/* The command line of "failure". */
#ifndef FAIL_H
#define FAIL_H

#include "report/making.h"

struct fail_opts {
	struct run_opts run;
	const char *email, *submitter, *output, *messages, *redact_key;
	bool no_redact;
	int max_reports;
};

extern const struct opt_spec failure_spec;

/* What is wrong with them, or NULL. */
const char *fail_opts_wrong0(const struct fail_opts *o);

#endif
