/*
 * What a subject needs to have visited before it can be judged. A tool that
 * connects to hosts works in three steps: "plan" finds out where, "visit"
 * goes there, "finish" judges (coord.h).
 */
#ifndef RUN_PLAN_H
#define RUN_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	PLAN_HOST_MAX = 255,	/* octets */
	PLAN_PLACE_MAX = 4096,
	/* hundreds of subjects wait at a time, and the DNS fills theirs */
	PLAN_KEEP_MAX = 1 << 20,
	PLAN_VISITS_MAX = 1000,
};

struct plan {
	struct buf keep;	/* octets for "finish": PLAN_KEEP_MAX of them */
	struct buf visits;	/* what plan_visit has written */
	size_t n;
};

/*
 * Add a visit. "place" says all that the visit needs to know: equal places
 * are visited once a run. "host" is whom it bothers: few visits at a time.
 * Returns its index in "finish", or (size_t)-1 when there are too many.
 */
size_t plan_visit(struct plan *p, struct span host, struct span place);

enum visit_end {
	VISIT_MADE,
	VISIT_CRASHED,		/* its worker ended abnormally */
	VISIT_TIMED_OUT,	/* its worker was killed at the deadline */
	VISIT_NOT_MADE,		/* the run was stopped before */
	VISIT_LEFT_OUT,		/* made: the others found too much already */
	VISIT_LOST,		/* made, but what was found cannot be kept */
};

struct visited {
	enum visit_end how;
	struct span found;	/* empty unless VISIT_MADE */
	uint64_t subject;	/* for "visited": who waited for it first */
};

/* What "finish" gets: v[i] belongs to the visit with index i. */
struct planned {
	struct span keep;
	struct visited *v;
	size_t n;
};

#endif
