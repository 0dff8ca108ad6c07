/*
 * Exit statuses: <sysexits.h>, the mail world's own, and which of two counts
 * when a run had several records.
 */
#ifndef SYS_EXIT_H
#define SYS_EXIT_H

#include "base/finding.h"

enum exit_status {
	EXIT_HOLDS = 0,
	EXIT_HOLDS_NOT = 1,	/* a verdict at or above --fail-on */
	EXIT_USAGE = 64,
	EXIT_MALFORMED = 65,	/* input that is not what it should be */
	EXIT_NO_INPUT = 66,
	EXIT_INTERNAL = 70,
	EXIT_CANNOT_CREATE = 73,
	EXIT_IO = 74,
	EXIT_UNKNOWN = 75,	/* could not find out, try again */
	EXIT_PERMISSION = 77,
};

/* --fail-on, in the order of its option's choices. */
enum fail_on {
	FAIL_ON_FAIL,
	FAIL_ON_WARN,
	FAIL_ON_NEVER,
};

/*
 * The one of two statuses that the run ends with: a broken run outranks its
 * answers, a definite answer a missing one: 70, 73, 74, 77, 65, 66, 1, 75, 0
 * from the worst to the best; any other status counts as 70.
 */
int exit_worse(int a, int b);

/* What a file that was to be read and cannot be makes it, errno being why. */
int exit_of_input(int error);

/* What one subject's verdict makes the status: 0, 1 or 75. */
int exit_of_findings(const struct findings *fs, enum fail_on on);

#endif
