/*
 * Memory that is always there: out of memory ends the process at once, with
 * one line on stderr. Nothing above has to check.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/*
 * The status that a process out of memory ends with: 70 (EX_SOFTWARE), or
 * 75 in whatever writes a message for onward delivery (msgsec(7)).
 * "tool" starts the message.
 */
void mem_on_failure(const char *tool, int status);

/* As malloc(3) and friends, never NULL. Free with free(). */
void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xreallocarray(void *p, size_t n, size_t size);
static inline void *
xrealloc(void *p, size_t n)
{
	return xreallocarray(p, n, 1);
}
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Report the lack of memory that a library ran into, as xmalloc does. */
_Noreturn void mem_exhausted(void);

#endif
