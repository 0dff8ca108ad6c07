/*
 * Usage: killat K COMMAND ARG...
 * Runs COMMAND and kills it (SIGKILL) when it enters its K-th system call;
 * what it has forked lives on. The status is 137 then, else COMMAND's own.
 */
#include <stdlib.h>

#include "steps.h"

int
main(int argc, char **argv)
{
	unsigned long k = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	pid_t pid = k > 0 ? steps_begin(argv + 2) : -1;
	bool entering = true;
	int result = 98;

	if (pid < 0)
		return 98;
	for (; steps_next(pid, &result); entering = !entering) {
		if (entering && --k == 0) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
			return 137;
		}
	}
	return result;
}
