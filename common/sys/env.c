/* The machine's own clock and randomness; see env.h. */
#include "sys/env.h"

#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { HOST_NAME_SIZE = 256 };

static int64_t
system_now(void *arg)
{
	(void)arg;
	return (int64_t)time(NULL);
}

static int64_t
fixed_now(void *arg)
{
	return *(int64_t *)arg;
}

/* getrandom cannot fail for 256 octets or less once the pool is ready. */
static void
system_random(void *arg, void *p, size_t n)
{
	unsigned char *to = p;

	(void)arg;
	while (n > 0) {
		ssize_t got = getrandom(to, n < 256 ? n : 256, 0);

		if (got > 0) {
			to += got;
			n -= (size_t)got;
		}
	}
}

void
env_system(struct env *env)
{
	*env = (struct env){ .now = system_now, .random = system_random };
}

void
env_fixed(struct env *env, int64_t now)
{
	/* lives as long as the process, as its environment does */
	static int64_t fixed;

	fixed = now;
	*env = (struct env){
		.now = fixed_now, .random = system_random, .arg = &fixed
	};
}

int64_t
env_now(const struct env *env)
{
	return env->now(env->arg);
}

uint64_t
env_seed(const struct env *env)
{
	uint64_t seed = 0;

	env->random(env->arg, &seed, sizeof(seed));
	return seed;
}

int64_t
env_ticks(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
env_monotonic(void)
{
	return env_ticks() / 1000000;
}

int64_t
env_monotonic_ms(void)
{
	return env_ticks() / 1000;
}

int64_t
env_cpu_ms(pid_t child)
{
	struct timespec t = { 0 };
	clockid_t clock;

	if (clock_getcpuclockid(child, &clock) != 0 ||
	    clock_gettime(clock, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

const char *
env_host_name(void)
{
	static char name[HOST_NAME_SIZE];

	if (gethostname(name, sizeof(name) - 1) != 0 || name[0] == '\0')
		return "localhost";
	return name;
}
