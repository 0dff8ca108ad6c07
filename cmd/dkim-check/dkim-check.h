/* What the files of dkim-check share. */
#ifndef DKIM_CHECK_H
#define DKIM_CHECK_H

#include "crypto/key.h"
#include "run/run.h"

struct args {
	struct run_opts run;
	const char *domain, *selector, *key;
};

/*
 * Judge what DNS publishes for a->selector at a->domain against the private
 * key, and print the record. Returns the exit status.
 */
int check(const struct args *a, struct run *run, const struct key *key);

#endif
