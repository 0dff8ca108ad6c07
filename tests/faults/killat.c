/*
 * Usage: killat K COMMAND ARG...
 *        killat NUMBER:K COMMAND ARG...
 *        killat list COMMAND ARG...
 * Runs COMMAND and kills it (SIGKILL) when it enters its K-th system call, or
 * its K-th one of that number; what it has forked lives on. The status is 137
 * then, 97 when it takes too long, else COMMAND's own. "list" prints the
 * numbers on descriptor 3, a line each, instead.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "steps.h"

/* The calls of this number are counted; -1: all. */
struct point {
	long number;
	unsigned long k;
};

static bool
is_due(struct point *p, pid_t pid)
{
	return (p->number < 0 || steps_number(pid) == p->number) &&
	    --p->k == 0;
}

int
main(int argc, char **argv)
{
	struct point p = { .number = -1 };
	bool entering = true, list = argc > 2 && strcmp(argv[1], "list") == 0;
	int result = 98;
	pid_t pid = -1;

	if (argc > 2 && !list && sscanf(argv[1], "%ld:%lu", &p.number,
	    &p.k) != 2)
		p = (struct point){ -1, strtoul(argv[1], NULL, 10) };
	if (list || p.k > 0)
		pid = steps_begin(argv + 2);
	if (pid < 0)
		return 98;
	for (; steps_next(pid, &result); entering = !entering) {
		if (entering && list)
			dprintf(3, "%ld\n", steps_number(pid));
		if (entering && !list && is_due(&p, pid)) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
			return 137;
		}
	}
	return result;
}
