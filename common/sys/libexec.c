/* Finding helper programs; see libexec.h. */
#include "sys/libexec.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/span.h"

/* The folder of the running executable; empty when that is not known. */
static struct span
own_folder(char self[static PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", self, PATH_MAX);
	struct span path = span_of(self, n > 0 ? (size_t)n : 0);

	return span_first(path, span_rchr(path, '/'));
}

char *
libexec_tool(const char *name)
{
	char self[PATH_MAX];
	struct span dir = own_folder(self);
	char *path = xasprintf("%.*s/%s", (int)dir.n, (const char *)dir.p,
	    name);

	if (dir.n > 0 && access(path, X_OK) == 0)
		return path;
	free(path);
	return xstrdup(name);
}

char *
libexec_path(const char *name)
{
	static const char *const beside[] = { "libexec/msgsec", "libexec" };
	char self[PATH_MAX];
	struct span dir = own_folder(self);

	for (size_t i = 0; dir.n > 0 && i < 2; i++) {
		char *path = xasprintf("%.*s/../%s/%s", (int)dir.n,
		    (const char *)dir.p, beside[i], name);

		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return xasprintf("%s/%s", MSGSEC_LIBEXEC, name);
}
