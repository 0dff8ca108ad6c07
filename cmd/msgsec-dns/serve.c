/*
 * The loop of the DNS process. Questions that are the same and under way are
 * asked once; a client that does not read its answers loses them, so that no
 * one can make the others wait.
 */
#include "serve.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "dns/remote.h"
#include "sys/env.h"

enum {
	IN_FLIGHT_MAX = 256,	/* questions of one client */
	BATCH = 16,		/* packets read from one before the next */
	PACKET_MAX = 512,	/* a question has at most 261 octets */
};

struct client {
	struct serve *serve;
	int fd;			/* -1 when it is gone */
	size_t in_flight;
	struct event *readable;	/* asleep while it has too much under way */
};

struct waiter {
	size_t client;
	uint32_t id;
};

struct pending {
	struct serve *serve;
	struct remote_question q;
	struct waiter *v;
	size_t n, cap;
};

struct serve {
	struct event_base *base;
	struct client *clients;
	size_t n, open;
	struct dns *local, *record;
	struct upstream *up;
	struct map *pending;	/* type and name: struct pending */
	struct buf packet;
};

void
serve_upstream(struct serve *s, struct upstream *up)
{
	s->up = up;
}

static void
send_answer(struct serve *s, size_t client, uint32_t id,
    const struct dns_answer *a)
{
	int fd = s->clients[client].fd;

	if (fd < 0)
		return;
	buf_reset(&s->packet);
	remote_put_answer(&s->packet, id, a);
	while (send(fd, s->packet.p, s->packet.n,
	    MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno == EINTR)
		;
}

static struct span
key_of(const struct remote_question *q, unsigned char *key)
{
	key[0] = (unsigned char)(q->type >> 8);
	key[1] = (unsigned char)q->type;
	memcpy(key + 2, q->name.wire, q->name.n);
	return span_of(key, q->name.n + 2);
}

static void
pending_free(void *value)
{
	struct pending *p = value;

	free(p->v);
	free(p);
}

void
serve_done(void *arg, struct dns_answer *a)
{
	struct pending *p = arg;
	struct serve *s = p->serve;
	unsigned char key[DNS_NAME_MAX + 2];

	if (s->record != NULL)
		dns_record_note(s->record, &p->q.name, p->q.type, a);
	for (size_t i = 0; i < p->n; i++) {
		struct client *c = &s->clients[p->v[i].client];

		if (c->in_flight-- == IN_FLIGHT_MAX && c->fd >= 0)
			event_add(c->readable, NULL);
		send_answer(s, p->v[i].client, p->v[i].id, a);
	}
	map_take(s->pending, key_of(&p->q, key));
	pending_free(p);
	dns_answer_free(a);
}

static void
ask_upstream(struct serve *s, size_t client, const struct remote_question *q)
{
	unsigned char octets[DNS_NAME_MAX + 2];
	struct span key = key_of(q, octets);
	struct pending *p = map_get0(s->pending, key);
	bool fresh = p == NULL;

	if (fresh) {
		p = xcalloc(1, sizeof(*p));
		p->serve = s;
		p->q = *q;
		map_put(s->pending, key, p);
	}
	*VEC_PUSH(p) = (struct waiter){ client, q->id };
	s->clients[client].in_flight++;
	if (fresh && !upstream_ask(s->up, &q->name, q->type, p))
		serve_done(p, dns_answer_empty(DNS_SERVFAIL, 0));
}

static void
ask_local(struct serve *s, size_t client, const struct remote_question *q)
{
	struct dns_answer *a = dns_query_name(s->local, &q->name, q->type);

	send_answer(s, client, q->id, a);
	dns_answer_free(a);
}

static void
lose(struct client *c)
{
	event_del(c->readable);
	close(c->fd);
	c->fd = -1;
	if (--c->serve->open == 0)
		event_base_loopbreak(c->serve->base);
}

/* What one client has to say now. */
static void
read_client(int fd, short what, void *arg)
{
	struct client *c = arg;
	struct serve *s = c->serve;
	size_t client = (size_t)(c - s->clients);
	unsigned char packet[PACKET_MAX];

	(void)what;
	for (size_t i = 0; i < BATCH && c->in_flight < IN_FLIGHT_MAX; i++) {
		struct remote_question q;
		ssize_t n = recv(fd, packet, sizeof(packet), MSG_DONTWAIT);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			lose(c);
			return;
		}
		if (!remote_get_question(span_of(packet, (size_t)n), &q))
			continue;
		if (s->local != NULL)
			ask_local(s, client, &q);
		else
			ask_upstream(s, client, &q);
	}
	if (c->in_flight >= IN_FLIGHT_MAX)
		event_del(c->readable);
}

struct serve *
serve_new(struct event_base *base, const int *fd, size_t n,
    struct dns *local, struct dns *record)
{
	struct serve *s = xcalloc(1, sizeof(*s));
	struct env env;

	env_system(&env);
	s->base = base;
	s->clients = xcalloc(n, sizeof(*s->clients));
	for (size_t i = 0; i < n; i++) {
		struct client *c = &s->clients[i];

		*c = (struct client){ .serve = s, .fd = fd[i] };
		c->readable = event_new(base, fd[i], EV_READ | EV_PERSIST,
		    read_client, c);
		if (c->readable == NULL || event_add(c->readable, NULL) != 0)
			mem_exhausted();
	}
	s->n = s->open = n;
	s->local = local;
	s->record = record;
	s->pending = map_new(env_seed(&env));
	s->packet = BUF(REMOTE_MAX);
	return s;
}

void
serve_run(struct serve *s)
{
	unsigned char hello = (unsigned char)(s->up != NULL ?
	    upstream_trust(s->up) : dns_trust(s->local));

	while (send(s->clients[0].fd, &hello, 1, MSG_NOSIGNAL) < 0 &&
	    errno == EINTR)
		;
	event_base_dispatch(s->base);
}

void
serve_free(struct serve *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++)
		event_free(s->clients[i].readable);
	map_free(s->pending, pending_free);
	buf_free(&s->packet);
	free(s->clients);
	free(s);
}
