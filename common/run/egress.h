/*
 * Whether port 25 answers anywhere: many a network lets nobody out there, and
 * a run that goes on would say of every domain that nothing could be found
 * out. For tools that visit mail hosts (coord.h, probe/probe.h).
 */
#ifndef RUN_EGRESS_H
#define RUN_EGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "run/plan.h"

/*
 * So many addresses in a row that give no sign of life, and none that ever
 * did, are no coincidence. A domain may name as many dead ones as it likes,
 * so that only a few count of each subject.
 */
enum { EGRESS_SILENT = 32, EGRESS_SUBJECT = 4 };

/* { 0 } has seen nothing. */
struct egress {
	bool answered, blocked;
	size_t silent;		/* those that count, */
	/* and whose they are */
	struct { uint64_t subject; unsigned silent; } v[EGRESS_SILENT];
	size_t n;
};

/* Take a visit in; false: no more of them, the way out is blocked. */
bool egress_visited(struct egress *e, const struct visited *v);

/* The run's exit status then, after saying why it was stopped. */
int egress_status(const struct egress *e, int status);

#endif
