/* What the two ends of a worker's socket agree on; for pool*.c only. */
#ifndef SYS_POOL_WORKER_H
#define SYS_POOL_WORKER_H

#include <stdatomic.h>

#include "sys/pool.h"

/* Before a job's octets. */
struct pool_job_head {
	uint64_t id;
	uint64_t n;
};

/* Before a result's octets. */
struct pool_result_head {
	uint64_t id;
	uint64_t n;
	int64_t took;		/* microseconds */
	int64_t status;
};

/* In memory that both see: what the worker is doing right now. */
struct pool_now {
	_Alignas(64) _Atomic uint64_t job;	/* id + 1; 0: nothing */
	_Atomic int64_t since;			/* env_ticks() */
};

/* Batches are sent when they reach this size. */
enum { POOL_BATCH = 65536 };

/* The worker: never returns, ends when the socket does. */
_Noreturn void pool_worker(int fd, unsigned slot, struct pool_now *now,
    const struct pool_want *want, const struct pool_ops *ops, void *arg);

#endif
