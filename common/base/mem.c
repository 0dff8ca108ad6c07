/* The one place where something below cmd/ may end the process. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const char *failed_tool = "msgsec";
static int failed_status = EX_SOFTWARE;

void
mem_on_failure(const char *tool, int status)
{
	failed_tool = tool;
	failed_status = status;
}

/* write(2) and _exit: stdio itself may want memory. */
void
mem_exhausted(void)
{
	static const char why[] = ": out of memory\n";
	ssize_t n = write(STDERR_FILENO, failed_tool, strlen(failed_tool));

	if (n >= 0)
		n = write(STDERR_FILENO, why, sizeof(why) - 1);
	_exit(failed_status);
}

void *
xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (p == NULL)
		mem_exhausted();
	return p;
}

void *
xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (p == NULL)
		mem_exhausted();
	return p;
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	void *q = reallocarray(p, n ? n : 1, size ? size : 1);

	if (q == NULL)
		mem_exhausted();
	return q;
}

char *
xstrdup(const char *s)
{
	char *p = strdup(s);

	if (p == NULL)
		mem_exhausted();
	return p;
}

char *
xasprintf(const char *fmt, ...)
{
	char *p = NULL;
	va_list ap;
	int n = 0;

	va_start(ap, fmt);
	n = vasprintf(&p, fmt, ap);
	va_end(ap);
	if (n < 0)
		mem_exhausted();
	return p;
}
