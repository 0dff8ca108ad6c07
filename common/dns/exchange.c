/* A question over UDP, then TCP if it must be; see exchange.h. */
#include "dns/exchange.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "sys/ready.h"

/* A connected socket takes datagrams of that server only. */
static int
open_socket(const struct dns_server *server, int type)
{
	int fd = socket(server->addr.ss_family,
	    type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&server->addr,
	    server->n) < 0 && errno != EINPROGRESS) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * Datagrams that answer something else are skipped, so that a forged one
 * does not stand in for the true one (RFC 5452 section 9.1).
 */
static enum dns_exchange
over_udp(int fd, struct span ask, const struct dns_question *q,
    int64_t deadline, enum dns_reply *reply, struct dns_reading *out)
{
	unsigned char in[4096];

	if (send(fd, ask.p, ask.n, MSG_NOSIGNAL) != (ssize_t)ask.n)
		return EXCHANGE_UNREACHABLE;
	while (fd_ready(fd, POLLIN, deadline)) {
		ssize_t n = recv(fd, in, sizeof(in), 0);

		if (n < 0 && fd_would_block())
			continue;
		if (n < 0)
			return EXCHANGE_UNREACHABLE;
		*reply = dns_message_read(span_of(in, (size_t)n), q, out);
		if (*reply != REPLY_FOREIGN)
			return EXCHANGE_DONE;
	}
	return EXCHANGE_SILENT;
}

static bool
send_all(int fd, struct span left, int64_t deadline)
{
	while (left.n > 0 && fd_ready(fd, POLLOUT, deadline)) {
		ssize_t n = send(fd, left.p, left.n, MSG_NOSIGNAL);

		if (n < 0 && !fd_would_block())
			return false;
		if (n > 0)
			left = span_from(left, (size_t)n);
	}
	return left.n == 0;
}

static bool
recv_all(int fd, unsigned char *p, size_t n, int64_t deadline)
{
	while (n > 0 && fd_ready(fd, POLLIN, deadline)) {
		ssize_t got = recv(fd, p, n, 0);

		if (got == 0 || (got < 0 && !fd_would_block()))
			return false;
		if (got > 0) {
			p += got;
			n -= (size_t)got;
		}
	}
	return n == 0;
}

/* RFC 1035 section 4.2.2: each message behind its length. */
static enum dns_exchange
over_tcp(int fd, struct span ask, const struct dns_question *q,
    int64_t deadline, enum dns_reply *reply, struct dns_reading *out)
{
	unsigned char size[2] = {
		(unsigned char)(ask.n >> 8), (unsigned char)ask.n
	};
	struct buf in = BUF(DNS_MESSAGE_MAX);
	enum dns_exchange result = EXCHANGE_SILENT;
	size_t n = 0;

	buf_add(&in, size, sizeof(size));
	buf_span(&in, ask);
	if (!send_all(fd, buf_get0(&in), deadline) ||
	    !recv_all(fd, size, sizeof(size), deadline))
		goto out;
	n = (size_t)size[0] << 8 | size[1];
	buf_reset(&in);
	if (n > 0 && recv_all(fd, buf_room(&in, n), n, deadline)) {
		*reply = dns_message_read(span_of(in.p, n), q, out);
		/* a stream carries no stranger's message */
		if (*reply == REPLY_FOREIGN || *reply == REPLY_TRUNCATED)
			*reply = REPLY_FAILED;
		result = EXCHANGE_DONE;
	}
out:
	buf_free(&in);
	return result;
}

enum dns_exchange
dns_exchange(const struct dns_server *server, const struct dns_question *q,
    int64_t deadline, enum dns_reply *reply, struct dns_reading *out)
{
	struct buf ask = BUF(DNS_MESSAGE_MAX);
	enum dns_exchange result = EXCHANGE_UNREACHABLE;
	int fd = open_socket(server, SOCK_DGRAM);

	dns_message_ask(&ask, q);
	if (fd >= 0) {
		result = over_udp(fd, buf_get0(&ask), q, deadline, reply, out);
		close(fd);
	}
	if (result == EXCHANGE_DONE && *reply == REPLY_TRUNCATED) {
		result = EXCHANGE_UNREACHABLE;
		fd = open_socket(server, SOCK_STREAM);
		if (fd >= 0) {
			result = over_tcp(fd, buf_get0(&ask), q, deadline,
			    reply, out);
			close(fd);
		}
	}
	buf_free(&ask);
	return result;
}
