/* Waiting for a descriptor; see ready.h. */
#include "sys/ready.h"

#include <errno.h>
#include <poll.h>

#include "sys/env.h"

bool
fd_ready(int fd, short events, int64_t deadline)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = events };
		int64_t left = deadline - env_monotonic_ms();
		int n = 0;

		if (left <= 0)
			return false;
		n = poll(&p, 1, left < 60000 ? (int)left : 60000);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

bool
fd_would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}
