/*
 * The client of the DNS process: one question, wait, one answer. What
 * answers an earlier question, of ours or of a worker that had the socket
 * before, is dropped.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "dns/dns.h"
#include "dns/remote.h"
#include "sys/env.h"

enum { DEFAULT_LIMIT_MS = 30000 };

struct dns_remote {
	struct dns dns;
	int fd;
	uint32_t id;		/* of the last question */
	int64_t limit_ms;
	unsigned char packet[REMOTE_MAX];
};

/* The next packet; 0 when there is none until the deadline, or no process. */
static size_t
receive(struct dns_remote *self, int64_t deadline)
{
	for (;;) {
		struct pollfd p = { .fd = self->fd, .events = POLLIN };
		int64_t left = deadline - env_monotonic_ms();
		ssize_t n = 0;

		if (left <= 0)
			return 0;
		if (poll(&p, 1, left < 60000 ? (int)left : 60000) <= 0)
			continue;
		n = recv(self->fd, self->packet, sizeof(self->packet), 0);
		if (n > 0)
			return (size_t)n;
		if (n == 0 || (errno != EINTR && errno != EAGAIN))
			return 0;
	}
}

static bool
send_question(struct dns_remote *self, const struct dns_name *name,
    enum dns_type type)
{
	struct remote_question q = {
		.id = ++self->id, .type = type, .name = *name
	};
	struct buf out = BUF(REMOTE_MAX);
	ssize_t n = 0;

	remote_put_question(&out, &q);
	do
		n = send(self->fd, out.p, out.n, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	buf_free(&out);
	return n > 0;
}

static struct dns_answer *
remote_query(struct dns *dns, const struct dns_name *name,
    enum dns_type type)
{
	struct dns_remote *self = (struct dns_remote *)dns;
	int64_t deadline = env_monotonic_ms() + self->limit_ms;
	size_t n = 0;

	if (!send_question(self, name, type))
		return dns_answer_empty(DNS_TIMEOUT, 0);
	while ((n = receive(self, deadline)) > 0) {
		uint32_t id = 0;
		struct dns_answer *a = remote_get_answer(
		    span_of(self->packet, n), &id);

		if (a != NULL && id == self->id)
			return a;
		dns_answer_free(a);
	}
	return dns_answer_empty(DNS_TIMEOUT, 0);
}

static void
remote_set_timeout(struct dns *dns, unsigned seconds)
{
	((struct dns_remote *)dns)->limit_ms = seconds > 0 ?
	    (int64_t)seconds * 1000 : DEFAULT_LIMIT_MS;
}

static void
remote_free(struct dns *dns)
{
	struct dns_remote *self = (struct dns_remote *)dns;

	close(self->fd);
	free(self);
}

struct dns *
dns_remote_open(int fd, enum dns_trust trust)
{
	static const struct dns_ops ops = {
		.query = remote_query, .set_timeout = remote_set_timeout,
		.free = remote_free
	};
	struct dns_remote *self = xcalloc(1, sizeof(*self));
	struct env env;

	env_system(&env);
	self->dns = (struct dns){ .ops = &ops, .trust = trust };
	self->fd = fd;
	self->limit_ms = DEFAULT_LIMIT_MS;
	/* far from what a dead worker's questions were numbered */
	self->id = (uint32_t)env_seed(&env);
	return &self->dns;
}
