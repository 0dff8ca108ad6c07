/* Streams over a socket; see stream.h. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/stream.h"
#include "sys/ready.h"

/*
 * ETIMEDOUT, EHOSTUNREACH and the like end a connection that was up, just as
 * a reset does: the other side is gone.
 */
static enum stream_result
result_of(int error)
{
	switch (error) {
	case ECONNRESET:
	case EPIPE:
	case ETIMEDOUT:
	case EHOSTUNREACH:
	case ENETUNREACH:
		return STREAM_RESET;
	default:
		return STREAM_ERROR;
	}
}

/* What has come is taken even past the deadline: it costs no waiting. */
static enum stream_result
plain_read(void *arg, void *p, size_t n, int64_t deadline, size_t *got)
{
	int fd = *(int *)arg;

	for (;;) {
		ssize_t came = recv(fd, p, n, 0);

		if (came > 0) {
			*got = (size_t)came;
			return STREAM_OK;
		}
		if (came == 0)
			return STREAM_CLOSED;
		if (!fd_would_block())
			return result_of(errno);
		if (errno != EINTR && !fd_ready(fd, POLLIN, deadline))
			return STREAM_TIMEOUT;
	}
}

static enum stream_result
plain_write(void *arg, struct span octets, int64_t deadline)
{
	int fd = *(int *)arg;

	while (octets.n > 0) {
		ssize_t n = send(fd, octets.p, octets.n, MSG_NOSIGNAL);

		if (n >= 0)
			octets = span_from(octets, (size_t)n);
		else if (!fd_would_block())
			return result_of(errno);
		else if (errno != EINTR && !fd_ready(fd, POLLOUT, deadline))
			return STREAM_TIMEOUT;
	}
	return STREAM_OK;
}

static void
plain_free(void *arg)
{
	close(*(int *)arg);
	free(arg);
}

struct stream *
stream_plain(int fd)
{
	static const struct stream_ops ops = {
		plain_read, plain_write, plain_free
	};
	int *arg = xmalloc(sizeof(*arg));

	*arg = fd;
	return stream_new(&ops, arg);
}
