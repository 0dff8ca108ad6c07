/* No dumps of key material; see secret.h. */
#include "sys/secret.h"

#include <sys/prctl.h>
#include <sys/resource.h>

bool
secret_process(void)
{
	const struct rlimit none = { 0, 0 };

	return setrlimit(RLIMIT_CORE, &none) == 0 &&
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}
