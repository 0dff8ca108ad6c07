/* Finding helper programs; see libexec.h. */
#include "sys/libexec.h"

#include <limits.h>
#include <unistd.h>

static bool
is_there(struct buf *out, struct span dir, const char *sub, const char *name)
{
	buf_reset(out);
	buf_span(out, dir);
	buf_printf(out, "%s%s", sub, name);
	buf_byte(out, '\0');
	return !out->over && access((const char *)out->p, X_OK) == 0;
}

void
libexec_path(const char *name, struct buf *out)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self));
	struct span dir = span_of(self, n > 0 ? (size_t)n : 0);

	dir = span_first(dir, span_rchr(dir, '/'));
	if (is_there(out, dir, "/../libexec/msgsec/", name) ||
	    is_there(out, dir, "/../libexec/", name))
		return;
	is_there(out, SPAN(MSGSEC_LIBEXEC), "/", name);
}
