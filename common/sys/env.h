/*
 * The seams to the outside: clock, randomness, DNS, connections, fetches.
 * No other file asks for them, so the same input and the same env give the
 * same bytes out.
 */
#ifndef SYS_ENV_H
#define SYS_ENV_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct dialer;
struct dns;
struct fetcher;

struct env {
	int64_t (*now)(void *arg);	/* seconds since 1970 UTC */
	void (*random)(void *arg, void *p, size_t n);
	void *arg;
	/* NULL in tools that do without */
	struct dns *dns;
	struct dialer *dial;		/* net/dial.h */
	struct fetcher *fetch;		/* net/fetch.h */
};

/* The machine's clock and randomness, no DNS. */
void env_system(struct env *env);

/* As env_system with the clock stopped at "now" (--now). */
void env_fixed(struct env *env, int64_t now);

int64_t env_now(const struct env *env);
uint64_t env_seed(const struct env *env);

/* This host's own name, or "localhost" where it has none; static. */
const char *env_host_name(void);

/* Seconds of a clock that only goes forward: deadlines, not dates. */
int64_t env_monotonic(void);
/* The same clock in milliseconds (how long to wait) and in microseconds. */
int64_t env_monotonic_ms(void);
/* Milliseconds of the processor that a child not yet waited for has used. */
int64_t env_cpu_ms(pid_t child);
int64_t env_ticks(void);

#endif
