/* Keeping key material out of core files and swapped-out copies. */
#ifndef SYS_SECRET_H
#define SYS_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/*
 * For the whole process: no core file, and no other process of the same
 * user may attach or read its memory. False when the kernel refused.
 */
bool secret_process(void);

/*
 * Leave the pages that hold p out of any dump. Whole pages are affected, so
 * p should come from an allocation of its own.
 */
void secret_pages(void *p, size_t n);

#endif
