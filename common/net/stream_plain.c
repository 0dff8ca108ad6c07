/* Streams over a socket; see stream.h. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/stream.h"
#include "sys/ready.h"

struct plain {
	int fd;
	bool heard;		/* something since we spoke last */
};

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

/*
 * Who speaks in two pieces, like a TLS 1.3 server with its tickets, holds the
 * second back until the first is acknowledged (RFC 9293 section 3.7.4), which
 * the kernel would put off by 40 ms. A socket that is not TCP refuses.
 */
static void
acknowledge(struct plain *p)
{
	int one = 1;

	if (p->heard)
		setsockopt(p->fd, IPPROTO_TCP, TCP_QUICKACK, &one,
		    sizeof(one));
	p->heard = false;
}

/* What has come is taken even past the deadline: it costs no waiting. */
static enum stream_result
plain_read(void *arg, void *p, size_t n, int64_t deadline, size_t *got)
{
	struct plain *plain = arg;

	for (;;) {
		ssize_t came = recv(plain->fd, p, n, 0);

		if (came > 0) {
			plain->heard = true;
			*got = (size_t)came;
			return STREAM_OK;
		}
		if (came == 0)
			return STREAM_CLOSED;
		if (!fd_would_block())
			return result_of(errno);
		if (errno == EINTR)
			continue;
		acknowledge(plain);
		if (!fd_ready(plain->fd, POLLIN, deadline))
			return STREAM_TIMEOUT;
	}
}

static enum stream_result
plain_write(void *arg, struct span octets, int64_t deadline)
{
	struct plain *plain = arg;
	int fd = plain->fd;

	plain->heard = false;
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
	close(((struct plain *)arg)->fd);
	free(arg);
}

struct stream *
stream_plain(int fd)
{
	static const struct stream_ops ops = {
		plain_read, plain_write, plain_free
	};
	struct plain *p = xcalloc(1, sizeof(*p));

	p->fd = fd;
	return stream_new(&ops, p);
}
