/*
 * Worker processes. Jobs and results are octets; several of both travel per
 * system call when jobs are short, one at a time when they are long. What
 * crashes or hangs a worker costs that one job, never the run.
 */
#ifndef SYS_POOL_H
#define SYS_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum { POOL_WORKERS_MAX = 512 };

/* What "next" has to say. */
enum pool_next {
	POOL_JOB,		/* *job holds one */
	/* ask again when a job has ended, or when half a second is over, */
	POOL_WAIT_DONE,
	POOL_WAIT_INPUT,	/* or the input is readable, too */
	POOL_NO_MORE,
};

enum pool_end {
	POOL_WORKED,
	POOL_CRASHED,		/* "status" is the signal, or 0 */
	POOL_TIMED_OUT,
};

struct pool_done {
	uint64_t id;		/* what "next" called it */
	enum pool_end how;
	int status;		/* what "work" returned */
	struct span job;	/* lent until "done" returns */
	struct span result;
};

struct pool_ops {
	/*
	 * In a worker: once when it starts (may be NULL; its value is the
	 * "state" of work), then for each job. Of the workers that live at
	 * one time each has its own "slot" below want->workers. "work"
	 * appends the result to *out, which is empty and has the ceiling
	 * result_max.
	 */
	void *(*start)(void *arg, unsigned slot);
	int (*work)(void *arg, void *state, struct span job, struct buf *out);

	/* In the parent. "next" appends the job to *job and names it. */
	enum pool_next (*next)(void *arg, struct buf *job, uint64_t *id);
	/* The input is readable (or at its end). */
	void (*input)(void *arg);
	/* A job has ended; false stops the run. */
	bool (*done)(void *arg, const struct pool_done *d);
	/* Nothing to do just now: write out what is held. False stops. */
	bool (*idle)(void *arg);
};

struct pool_want {
	unsigned workers;	/* at most POOL_WORKERS_MAX */
	size_t job_max, result_max;	/* bytes */
	int64_t deadline;	/* microseconds a job may take; 0: any time */
	int input_fd;		/* what POOL_WAIT_INPUT waits for; -1: none */
	/*
	 * Jobs that may take seconds: no job waits behind another in a
	 * worker, though that costs a round trip a job.
	 */
	bool one_at_a_time;
};

enum pool_result {
	POOL_FINISHED,		/* every job was reported */
	POOL_STOPPED,		/* a callback said so */
	POOL_SIGNALLED,		/* SIGINT, SIGTERM or SIGHUP: *signal */
	POOL_BROKEN,		/* no worker could be started */
};

/*
 * Run until "next" has no more and all is done. Workers are forked when
 * there is work for them and are gone when it returns. SIGINT, SIGTERM and
 * SIGHUP are caught meanwhile (a second one kills); SIGPIPE is left alone.
 */
enum pool_result pool_run(const struct pool_want *want,
    const struct pool_ops *ops, void *arg, int *signal);

#endif
