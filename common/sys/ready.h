/* Waiting for a descriptor, until a deadline. */
#ifndef SYS_READY_H
#define SYS_READY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Wait until one of the poll(2) events, or a hang-up or an error, is there;
 * false at the deadline, in the milliseconds of env_monotonic_ms.
 */
bool fd_ready(int fd, short events, int64_t deadline);

/* Whether errno says that a non-blocking call is to be tried again. */
bool fd_would_block(void);

#endif
