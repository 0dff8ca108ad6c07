/*
 * Where a run's HTTPS documents come from, as --zone, --offline, --ca-file,
 * --allow-private and --record say.
 */
#ifndef RUN_RUN_FETCH_H
#define RUN_RUN_FETCH_H

#include "crypto/trust.h"
#include "net/fetch.h"
#include "run/run.h"

struct run_fetch {
	struct fetcher *fetch;	/* the run's env has it, too */
	struct trust *trust;	/* NULL without a network */
	struct dns *zone;	/* --zone once more, for what it fetches */
	int record_fd;		/* -1: none */
};

/*
 * Open it, after run_open and before the sandbox. Returns 0, or the exit
 * status after saying why; run_fetch_close is due in either case.
 */
int run_fetch_open(struct run *r, struct run_fetch *out);

/* Free it; "status", or a worse one when the recording failed. */
int run_fetch_close(const struct run *r, struct run_fetch *f, int status);

#endif
