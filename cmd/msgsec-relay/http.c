/*
 * Connections: TLS, how many there are, and how long they may be silent.
 * evhttp knows nothing of a connection's age, nor lets it be refused; both
 * hang on its SSL object, which begins and ends with it.
 */
#include "msgsec-relay.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/inet.h"
#include "sys/say.h"

enum {
	HEADER_MAX = 8192,
	BACKLOG = 1024,
	FILES = 64,		/* descriptors for all but connections */
	SLACK = 60,		/* seconds: evhttp's own time-out comes last */
};

static int of_ssl = -1;		/* index of struct conn in an SSL */
/* evhttp takes the listener's argument for itself */
static struct server *of_listener;

struct conn *
http_conn(struct evhttp_request *req)
{
	struct evhttp_connection *c = evhttp_request_get_connection(req);
	SSL *ssl = c == NULL ? NULL : bufferevent_openssl_get_ssl(
	    evhttp_connection_get_bufferevent(c));

	return ssl != NULL ? SSL_get_ex_data(ssl, of_ssl) : NULL;
}

/* --- how many there are from an address */

/* An IPv6 customer has a /64; a mapped address is the IPv4 one. */
static void
read_address(struct conn *c, int fd)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct sockaddr_storage from;
	socklen_t n = sizeof(from);
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (getpeername(fd, (struct sockaddr *)&from, &n) != 0)
		return;
	if (from.ss_family == AF_INET) {
		memcpy(&v4, &from, sizeof(v4));
		memcpy(c->address, &v4.sin_addr, 4);
		c->address_n = 4;
	} else if (from.ss_family == AF_INET6) {
		memcpy(&v6, &from, sizeof(v6));
		c->address_n = 8;
		memcpy(c->address, &v6.sin6_addr, 8);
		if (memcmp(&v6.sin6_addr, mapped, sizeof(mapped)) == 0) {
			memcpy(c->address, v6.sin6_addr.s6_addr + 12, 4);
			c->address_n = 4;
		}
	}
}

/* Add to the number kept in the place of a pointer; what it is then. */
static uintptr_t
count(struct server *s, const struct conn *c, int by)
{
	struct span key = span_of(c->address, c->address_n);
	uintptr_t n = (uintptr_t)map_get0(s->by_address, key);

	n += (uintptr_t)by;
	if (n == 0)
		map_take(s->by_address, key);
	else
		map_put(s->by_address, key, (void *)n);
	return n;
}

/*
 * Who says nothing counts, too: else one address could have all connections
 * that there may be. The newest are the first.
 */
void
http_admit(struct server *s)
{
	for (struct conn *c = s->conns; c != NULL && !c->admitted;
	    c = c->next) {
		int fd = bufferevent_getfd(c->bev);

		c->admitted = true;
		read_address(c, fd);
		c->refused = c->address_n != 0 && count(s, c, 1) >
		    (uintptr_t)s->a->per_address && s->a->per_address != 0;
		if (!c->refused)
			continue;
		s->counts.refused++;
		shutdown(fd, SHUT_RDWR);
	}
}

/* The first octets are here, and nothing was computed yet. */
static int
on_hello(SSL *ssl, int *alert, void *arg)
{
	struct conn *c = SSL_get_ex_data(ssl, of_ssl);
	struct server *s = arg;

	/* of a second one, after HelloRetryRequest, nothing is asked */
	if (c->greeted)
		return SSL_CLIENT_HELLO_SUCCESS;
	c->greeted = true;
	http_admit(s);
	if (!c->refused && (c->address_n == 0 || rate_take(s->hellos,
	    span_of(c->address, c->address_n), env_monotonic_ms())))
		return SSL_CLIENT_HELLO_SUCCESS;
	s->counts.refused += !c->refused;
	*alert = SSL_AD_INTERNAL_ERROR;
	return SSL_CLIENT_HELLO_ERROR;
}

/* --- their beginning and end */

static void
on_free(void *parent, void *ptr, CRYPTO_EX_DATA *ad, int index, long argl,
    void *argp)
{
	struct conn *c = ptr;

	(void)parent, (void)ad, (void)index, (void)argl, (void)argp;
	if (c == NULL)
		return;
	if (c->address_n != 0)
		count(c->s, c, -1);
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		c->s->conns = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	c->s->n--;
	free(c);
}

static struct bufferevent *
on_connection(struct event_base *base, void *arg)
{
	struct server *s = arg;
	struct conn *c = xcalloc(1, sizeof(*c));

	*c = (struct conn){ .s = s, .next = s->conns,
	    .ssl = SSL_new(s->tls), .since = env_monotonic_ms() };
	if (c->ssl == NULL || SSL_set_ex_data(c->ssl, of_ssl, c) != 1)
		mem_exhausted();
	if (c->next != NULL)
		c->next->prev = c;
	s->conns = c;
	s->counts.connections++;
	if (++s->n >= s->most) {
		s->paused = true;
		evconnlistener_disable(s->listener);
	}
	c->bev = bufferevent_openssl_socket_new(base, -1, c->ssl,
	    BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (c->bev == NULL)
		mem_exhausted();
	bufferevent_openssl_set_allow_dirty_shutdown(c->bev, 1);
	return c->bev;
}

/*
 * No descriptor is left: those who come wait until the next tick, since the
 * kernel would tell the same again at once.
 */
static void
on_accept_error(struct evconnlistener *l, void *arg)
{
	struct server *s = of_listener;

	(void)arg;
	say_detail("no connection was taken: %s", strerror(errno));
	s->paused = s->starved = true;
	evconnlistener_disable(l);
}

void
http_resume(struct server *s)
{
	if (!s->paused || s->starved || s->stopping || s->n >= s->most)
		return;
	s->paused = false;
	evconnlistener_enable(s->listener);
}

/*
 * evhttp's time-out begins anew with each octet. This one does not: who
 * sends a request slowly, or reads an answer slowly, is cut off too.
 */
void
http_cut(struct server *s, bool all)
{
	int64_t before = env_monotonic_ms() - (int64_t)s->a->idle * 1000;

	for (struct conn *c = s->conns; c != NULL; c = c->next) {
		int fd = bufferevent_getfd(c->bev);
		bool idle = c->pending == 0 && (c->since < before ||
		    (all && evbuffer_get_length(
		    bufferevent_get_output(c->bev)) == 0));

		/* evhttp learns of the end, and frees what it has */
		if (idle && fd >= 0) {
			s->counts.cut += !all;
			shutdown(fd, SHUT_RDWR);
		}
	}
}

/* --- listening */

static size_t
room_for_connections(const struct args *a)
{
	struct rlimit files = { 0 };
	rlim_t most = (rlim_t)a->connections;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return (size_t)a->connections;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (files.rlim_cur > FILES && files.rlim_cur - FILES < most) {
		most = files.rlim_cur - FILES;
		say_warn("--connections: %d are more than the open files "
		    "allow; taking %llu", a->connections,
		    (unsigned long long)most);
	}
	return (size_t)most;
}

static int
open_socket(const char *text, int *out)
{
	struct sockaddr_storage at;
	socklen_t n = 0;
	int fd = -1, one = 1;

	if (!inet_read(span_str(text), &at, &n)) {
		say_error("--listen: %s: want ADDRESS:PORT", text);
		return EXIT_USAGE;
	}
	fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);
	/* the connections inherit TCP_NODELAY: answers have two parts */
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one,
	    sizeof(one)) != 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY,
	    &one, sizeof(one)) != 0 ||
	    bind(fd, (struct sockaddr *)&at, n) != 0 ||
	    listen(fd, BACKLOG) != 0) {
		int error = errno;

		say_error("--listen: %s: %s", text, strerror(error));
		if (fd >= 0)
			close(fd);
		return error == EACCES || error == EPERM ? EXIT_PERMISSION :
		    EXIT_CANNOT_CREATE;
	}
	*out = fd;
	return EXIT_HOLDS;
}

static void
set_up_http(struct server *s)
{
	enum evhttp_cmd_type methods = EVHTTP_REQ_GET | EVHTTP_REQ_PUT |
	    EVHTTP_REQ_POST | EVHTTP_REQ_DELETE;

	evhttp_set_max_headers_size(s->http, HEADER_MAX);
	evhttp_set_max_body_size(s->http, RELAY_UPLOAD_MAX);
	evhttp_set_allowed_methods(s->http, (ev_uint16_t)methods);
	evhttp_set_timeout(s->http, s->a->idle + RELAY_WAIT_MAX + SLACK);
	evhttp_set_bevcb(s->http, on_connection, s);
	evhttp_set_gencb(s->http, answer, s);
	SSL_CTX_set_client_hello_cb(s->tls, on_hello, s);
}

int
http_open(struct server *s)
{
	int fd = -1, status = open_socket(s->a->listen, &fd);

	if (status != EXIT_HOLDS)
		return status;
	s->most = room_for_connections(s->a);
	of_ssl = SSL_get_ex_new_index(0, NULL, NULL, NULL, on_free);
	s->by_address = map_new(env_seed(&s->env));
	s->http = evhttp_new(s->base);
	s->listener = evconnlistener_new(s->base, NULL, NULL,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, -1, fd);
	if (of_ssl < 0 || s->http == NULL || s->listener == NULL)
		mem_exhausted();
	set_up_http(s);
	of_listener = s;
	evconnlistener_set_error_cb(s->listener, on_accept_error);
	if (evhttp_bind_listener(s->http, s->listener) == NULL)
		mem_exhausted();
	return EXIT_HOLDS;
}

void
http_close(struct server *s)
{
	if (s->http != NULL)
		evhttp_free(s->http);
	/* bufferevents end in the loop */
	event_base_loop(s->base, EVLOOP_NONBLOCK);
	map_free(s->by_address, NULL);
}
