/* --progress: how far a long run is, on stderr. */
#ifndef RUN_PROGRESS_H
#define RUN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "run/run_opts.h"

struct progress {
	const char *tool;
	bool on, terminal, shown;
	int64_t began, last;	/* env_ticks() */
	uint64_t done, unknown, skipped;
};

/* auto: when stderr is a terminal that the results do not go to as well. */
void progress_start(struct progress *p, const char *tool,
    enum run_progress how, int out_fd);

/* One more subject has ended with this status. */
void progress_count(struct progress *p, int status);

/*
 * Say it, at most once a second on a terminal (one line that is written
 * over), else every ten seconds.
 */
void progress_show(struct progress *p);

/* The last word. */
void progress_end(struct progress *p);

#endif
