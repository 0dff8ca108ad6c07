/* Connections; see dial.h. */
#include "net/dial.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/ready.h"

struct live {
	struct dialer dialer;
	struct ip_addr source;	/* family 0: the system's choice */
	bool allow_private;
};

/* Write the socket address of either family; returns its length. */
static socklen_t
socket_address(struct sockaddr_storage *out, const struct ip_addr *a,
    uint16_t port)
{
	struct sockaddr_in v4 = {
		.sin_family = AF_INET, .sin_port = htons(port)
	};
	struct sockaddr_in6 v6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(port)
	};

	memset(out, 0, sizeof(*out));
	if (a->family == 4) {
		memcpy(&v4.sin_addr, a->b, 4);
		memcpy(out, &v4, sizeof(v4));
		return sizeof(v4);
	}
	memcpy(&v6.sin6_addr, a->b, 16);
	memcpy(out, &v6, sizeof(v6));
	return sizeof(v6);
}

/*
 * ICMPv6 "administratively prohibited" and a local filter arrive as EACCES
 * and EPERM, a machine without the family as EAFNOSUPPORT or EADDRNOTAVAIL:
 * none of them is the far host's word.
 */
enum dial_result
dial_result_of(int error)
{
	switch (error) {
	case 0:
		return DIAL_OK;
	case ECONNREFUSED:
	case ECONNRESET:
		return DIAL_REFUSED;
	case ETIMEDOUT:
		return DIAL_TIMEOUT;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
	case ENOPROTOOPT:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
	case EACCES:
	case EPERM:
		return DIAL_UNREACHABLE;
	default:
		return DIAL_FAILED;
	}
}

static bool
bind_source(int fd, const struct ip_addr *source)
{
	struct sockaddr_storage from;
	socklen_t n = socket_address(&from, source, 0);
	int one = 1;

	/* the port is chosen at connect, so that many share the address */
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	return bind(fd, (const struct sockaddr *)&from, n) == 0;
}

static enum dial_result
connect_until(int fd, const struct ip_addr *to, uint16_t port,
    int64_t deadline)
{
	struct sockaddr_storage address;
	socklen_t n = socket_address(&address, to, port);
	int error = 0;
	socklen_t size = sizeof(error);

	if (connect(fd, (const struct sockaddr *)&address, n) == 0)
		return DIAL_OK;
	if (errno != EINPROGRESS)
		return dial_result_of(errno);
	if (!fd_ready(fd, POLLOUT, deadline))
		return DIAL_TIMEOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		return DIAL_FAILED;
	errno = error;
	return dial_result_of(error);
}

static enum dial_result
live_dial(struct dialer *d, const struct ip_addr *mapped, uint16_t port,
    int64_t deadline, int *out)
{
	const struct live *live = (const struct live *)d;
	struct ip_addr to = ip_unmapped(*mapped);
	enum dial_result result = DIAL_FAILED;
	int fd = -1, one = 1, error = 0;

	if (!live->allow_private && !ip_is_public(&to))
		return DIAL_NOT_PUBLIC;
	fd = socket(to.family == 4 ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return dial_result_of(errno);
	if (live->source.family == to.family &&
	    !bind_source(fd, &live->source))
		goto out;
	/* a command is one write, and waits for no other */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	result = connect_until(fd, &to, port, deadline);
	if (result == DIAL_OK) {
		*out = fd;
		return DIAL_OK;
	}
out:
	error = errno;
	close(fd);
	errno = error;
	return result;
}

static void
live_free(struct dialer *d)
{
	free(d);
}

struct dialer *
dial_live(const struct ip_addr *source, bool allow_private)
{
	struct live *live = xcalloc(1, sizeof(*live));

	live->dialer = (struct dialer){ live_dial, live_free };
	if (source != NULL)
		live->source = ip_unmapped(*source);
	live->allow_private = allow_private;
	return &live->dialer;
}

static enum dial_result
none_dial(struct dialer *d, const struct ip_addr *to, uint16_t port,
    int64_t deadline, int *fd)
{
	(void)d;
	(void)to;
	(void)port;
	(void)deadline;
	(void)fd;
	return DIAL_OFFLINE;
}

struct dialer *
dial_none(void)
{
	struct dialer *d = xcalloc(1, sizeof(*d));

	*d = (struct dialer){ none_dial, live_free };
	return d;
}

enum dial_result
dial(struct dialer *d, const struct ip_addr *to, uint16_t port,
    int64_t deadline, int *fd)
{
	return d->dial(d, to, port, deadline, fd);
}

void
dial_free(struct dialer *d)
{
	if (d != NULL)
		d->free(d);
}

const char *
dial_result_name(enum dial_result r)
{
	static const char *const names[] = {
		[DIAL_OK] = "ok",
		[DIAL_REFUSED] = "refused",
		[DIAL_TIMEOUT] = "timeout",
		[DIAL_UNREACHABLE] = "unreachable",
		[DIAL_NOT_PUBLIC] = "not-public",
		[DIAL_OFFLINE] = "offline",
		[DIAL_FAILED] = "failed",
	};

	return names[r];
}
