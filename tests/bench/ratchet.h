/*
 * What the benchmarks of the Signal protocol share: the jobs, for a library
 * that has two sides in memory. A message has 199 octets.
 *	ping-pong	messages in turn, each read before the next is written
 *	one-way		messages of one side, each read
 *	set-ups		two who never spoke: both identities made, signed and
 *			one-time prekey of one, a session started from them,
 *			its first message written and read
 */
#ifndef BENCH_RATCHET_H
#define BENCH_RATCHET_H

#include <stdio.h>
#include <time.h>

enum { MESSAGE = 199, SECONDS = 2 };

/* The library's part; each aborts on an error. */
void side_set_up(void);			/* both sides and a session */
void side_message(int from);		/* one message to the other side */
void side_session(void);		/* one set-up */

static double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
measure(const char *library, const char *job)
{
	double start = cpu_seconds(), took = 0;
	unsigned long n = 0;

	do {
		for (int i = 0; i < 10; i++, n++)
			if (job[0] == 's')
				side_session();
			else
				side_message(job[0] == 'p' ? (int)(n & 1) :
				    0);
		took = cpu_seconds() - start;
	} while (took < SECONDS);
	printf("%s\t%s\t%.0f\n", library, job, (double)n / took);
	fflush(stdout);
}

static void
measure_all(const char *library)
{
	side_set_up();
	measure(library, "ping-pong");
	measure(library, "one-way");
	measure(library, "set-ups");
}

#endif
