/* The ranking of exit statuses; see exit.h. */
#include "sys/exit.h"

#include <errno.h>
#include <stddef.h>

/* Where the status stands, 0 for the worst. */
static size_t
rank(int status)
{
	static const int order[] = {
		EXIT_INTERNAL, EXIT_CANNOT_CREATE, EXIT_IO, EXIT_PERMISSION,
		EXIT_MALFORMED, EXIT_NO_INPUT, EXIT_HOLDS_NOT, EXIT_UNKNOWN,
		EXIT_HOLDS,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (order[i] == status)
			return i;
	return 0;
}

int
exit_worse(int a, int b)
{
	return rank(b) < rank(a) ? b : a;
}

int
exit_of_input(int error)
{
	switch (error) {
	case ENOENT: case ENOTDIR:
		return EXIT_NO_INPUT;
	case EACCES: case EPERM:
		return EXIT_PERMISSION;
	default:
		return EXIT_IO;
	}
}

int
exit_of_findings(const struct findings *fs, enum fail_on on)
{
	enum severity worst = findings_worst(fs);

	if (on == FAIL_ON_NEVER)
		return EXIT_HOLDS;
	if (worst == SEV_UNKNOWN)
		return EXIT_UNKNOWN;
	if (worst == SEV_FAIL || (worst == SEV_WARN && on == FAIL_ON_WARN))
		return EXIT_HOLDS_NOT;
	return EXIT_HOLDS;
}
