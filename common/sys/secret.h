/* Keeping key material out of core files and of debuggers. */
#ifndef SYS_SECRET_H
#define SYS_SECRET_H

#include <stdbool.h>

/*
 * For the whole process: no core file, and no other process of the same
 * user may attach or read its memory. False when the kernel refused.
 */
bool secret_process(void);

#endif
