/* Finding helper programs; see libexec.h. */
#include "sys/libexec.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/span.h"

char *
libexec_path(const char *name)
{
	static const char *const beside[] = { "libexec/msgsec", "libexec" };
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self));
	struct span dir = span_of(self, n > 0 ? (size_t)n : 0);

	dir = span_first(dir, span_rchr(dir, '/'));
	for (size_t i = 0; n > 0 && i < 2; i++) {
		char *path = xasprintf("%.*s/../%s/%s", (int)dir.n,
		    (const char *)dir.p, beside[i], name);

		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return xasprintf("%s/%s", MSGSEC_LIBEXEC, name);
}
