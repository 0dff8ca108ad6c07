/*
 * Load for a relay, over many connections at once from one thread:
 *
 *	relay_load make ADDRESS:PORT CONNECTIONS MAILBOXES
 *	relay_load post ADDRESS:PORT CONNECTIONS MAILBOXES SECONDS [LOG]
 *	relay_load fresh ADDRESS:PORT CONNECTIONS MAILBOXES SECONDS [LOG]
 *	relay_load talk ADDRESS:PORT CONNECTIONS MAILBOXES SECONDS
 *	relay_load drain ADDRESS:PORT CONNECTIONS MAILBOXES [LOG]
 *
 * "make" makes the mailboxes 0 to MAILBOXES - 1; "post" sends a message of
 * 1 KiB to one after the other, the next one of a connection when the last
 * one was answered; "fresh" makes a connection for each; "drain" fetches and
 * acknowledges all there is. LOG gets a line "MAILBOX MESSAGE" for each
 * message that was answered with 201, or fetched. A relay that goes away ends
 * the run. Prints how many answers of each status there were, how many a
 * second, and for how long half of them, 99 of 100 and all were waited.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BODY = 1024, IN_MAX = 1 << 21, ACKS = 100, OUT_MAX = 8192 };

enum mode { MAKE, POST, FRESH, TALK, DRAIN, MODES };

struct conn {
	int fd;
	SSL *ssl;
	bool ready, want_out, dead;
	bool sent;		/* a message, which is fetched next */
	double asked;
	char out[OUT_MAX];
	size_t out_n, out_at;
	char *in;
	size_t in_n;
	unsigned mailbox;
	char message[33];
	char acks[ACKS][33];
	unsigned n_acks;
};

static struct {
	enum mode mode;
	struct sockaddr_in at;
	SSL_CTX *tls;
	int epoll;
	struct conn *v;
	unsigned n, alive, mailboxes, next, done;
	uint64_t seed, counter, statuses[6], created;
	double until;
	FILE *log;
	char body[BODY];
	float *waits;
	size_t n_waits, cap_waits;
} load;

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const char *why)
{
	perror(why);
	exit(1);
}

static void
watch(struct conn *c, int op, bool out)
{
	struct epoll_event e = { .events = EPOLLIN | (out ? EPOLLOUT : 0),
	    .data.ptr = c };

	if (op == EPOLL_CTL_MOD && c->want_out == out)
		return;
	c->want_out = out;
	epoll_ctl(load.epoll, op, c->fd, &e);
}

static void
end(struct conn *c)
{
	if (c->ssl != NULL)
		SSL_free(c->ssl);
	c->ssl = NULL;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static bool
begin(struct conn *c)
{
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return false;
	if (connect(c->fd, (struct sockaddr *)&load.at,
	    sizeof(load.at)) != 0) {
		close(c->fd);
		c->fd = -1;
		return false;
	}
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	c->ssl = SSL_new(load.tls);
	SSL_set_fd(c->ssl, c->fd);
	SSL_set_connect_state(c->ssl);
	c->ready = c->want_out = false;
	c->in_n = c->out_at = 0;
	watch(c, EPOLL_CTL_ADD, true);
	return true;
}

/* Choose what the next request is about; false when there is none. */
static bool
choose(struct conn *c)
{
	if (load.until > 0 && seconds() > load.until)
		return false;
	if (load.mode == TALK) {
		c->mailbox = (unsigned)(c - load.v) % load.mailboxes;
		c->sent = !c->sent;
	} else if (load.until > 0) {
		c->mailbox = load.next++ % load.mailboxes;
	} else if (c->n_acks == 0) {
		if (load.next >= load.mailboxes)
			return false;
		c->mailbox = load.next++;
	}
	return true;
}

static void
write_make(struct conn *c)
{
	c->out_n = (size_t)snprintf(c->out, OUT_MAX,
	    "PUT /v1/mailbox/%032x HTTP/1.1\r\nHost: r\r\n"
	    "Authorization: Bearer %064x\r\nContent-Length: 0\r\n\r\n",
	    c->mailbox, c->mailbox);
}

static void
write_post(struct conn *c)
{
	size_t n = 0;

	snprintf(c->message, sizeof(c->message), "%016llx%016llx",
	    (unsigned long long)load.seed, (unsigned long long)load.counter++);
	n = (size_t)snprintf(c->out, OUT_MAX,
	    "PUT /v1/mailbox/%032x/messages/%s HTTP/1.1\r\n"
	    "Host: r\r\nContent-Length: %d\r\n\r\n", c->mailbox,
	    c->message, BODY);
	memcpy(c->out + n, load.body, BODY);
	c->out_n = n + BODY;
}

static void
write_fetch(struct conn *c)
{
	char body[OUT_MAX / 2];
	size_t n = (size_t)snprintf(body, sizeof(body), "{\"ack\":[");

	for (unsigned i = 0; i < c->n_acks; i++)
		n += (size_t)snprintf(body + n, sizeof(body) - n, "%s\"%s\"",
		    i > 0 ? "," : "", c->acks[i]);
	snprintf(body + n, sizeof(body) - n, "],\"max\":100,\"wait\":0}");
	c->n_acks = 0;
	c->out_n = (size_t)snprintf(c->out, OUT_MAX,
	    "POST /v1/mailbox/%032x/fetch HTTP/1.1\r\nHost: r\r\n"
	    "Authorization: Bearer %064x\r\nContent-Length: %zu\r\n"
	    "\r\n%s", c->mailbox, c->mailbox, strlen(body), body);
}

/* Write the next request; false when there is none. */
static bool
next_request(struct conn *c)
{
	if (!choose(c))
		return false;
	if (load.mode == MAKE)
		write_make(c);
	else if (load.mode == DRAIN || (load.mode == TALK && !c->sent))
		write_fetch(c);
	else
		write_post(c);
	c->out_at = 0;
	c->asked = seconds();
	return true;
}

static void
note_wait(const struct conn *c)
{
	if (load.n_waits == load.cap_waits) {
		load.cap_waits = load.cap_waits * 2 + 1024;
		load.waits = realloc(load.waits,
		    load.cap_waits * sizeof(*load.waits));
		if (load.waits == NULL)
			die("memory");
	}
	load.waits[load.n_waits++] = (float)(seconds() - c->asked);
}

static int
by_length(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* Of all waits, as sorted, in ms. */
static double
wait_of(double share)
{
	size_t last = load.n_waits - 1;

	return load.n_waits == 0 ? 0 :
	    1e3 * (double)load.waits[(size_t)(share * (double)last)];
}

static void
note(const struct conn *c, const char *message)
{
	if (load.log != NULL)
		fprintf(load.log, "%032x %.32s\n", c->mailbox, message);
}

static void
take_answer(struct conn *c, int status, char *body)
{
	load.statuses[status / 100 % 6]++;
	load.done++;
	note_wait(c);
	if (status == 201) {
		load.created++;
		note(c, c->message);
	}
	for (char *p = body; load.mode >= TALK &&
	    (p = strstr(p, "{\"id\":\"")) != NULL; p += 39) {
		note(c, p + 7);
		if (c->n_acks < ACKS)
			snprintf(c->acks[c->n_acks++], 33, "%.32s", p + 7);
	}
}

/* A whole answer in c->in is taken out of it; false when there is none. */
static bool
read_answer(struct conn *c)
{
	char *end_of_head = NULL, *length = NULL;
	size_t n = 0;

	c->in[c->in_n] = '\0';
	end_of_head = strstr(c->in, "\r\n\r\n");
	if (end_of_head == NULL)
		return false;
	length = strcasestr(c->in, "\r\ncontent-length: ");
	if (length != NULL && length < end_of_head)
		n = strtoul(length + 18, NULL, 10);
	n += (size_t)(end_of_head + 4 - c->in);
	if (c->in_n < n)
		return false;
	take_answer(c, (int)strtol(c->in + 9, NULL, 10), end_of_head + 4);
	c->in_n = 0;
	return true;
}

/* What SSL_* wants; false when the connection has ended. */
static bool
wants(struct conn *c, int r)
{
	int e = SSL_get_error(c->ssl, r);

	watch(c, EPOLL_CTL_MOD, e == SSL_ERROR_WANT_WRITE);
	return e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE;
}

/* Go on with it as far as it goes; false when it is over. */
static bool
go_on(struct conn *c)
{
	int r = 0;

	if (!c->ready) {
		r = SSL_do_handshake(c->ssl);
		if (r != 1)
			return wants(c, r);
		c->ready = true;
		if (!next_request(c))
			return false;
	}
	for (;;) {
		if (c->out_at < c->out_n) {
			r = SSL_write(c->ssl, c->out + c->out_at,
			    (int)(c->out_n - c->out_at));
			if (r <= 0)
				return wants(c, r);
			c->out_at += (size_t)r;
			continue;
		}
		r = SSL_read(c->ssl, c->in + c->in_n,
		    (int)((load.mode >= TALK ? IN_MAX : 1 << 16) -
		    1 - c->in_n));
		if (r <= 0)
			return wants(c, r);
		c->in_n += (size_t)r;
		if (!read_answer(c))
			continue;
		if (load.mode == FRESH) {
			end(c);
			return seconds() < load.until && begin(c);
		}
		if (!next_request(c))
			return false;
	}
}

static void
run(void)
{
	struct epoll_event events[256];

	while (load.alive > 0) {
		int n = epoll_wait(load.epoll, events, 256, 1000);

		for (int i = 0; i < n; i++) {
			struct conn *c = events[i].data.ptr;

			if (c->dead || go_on(c))
				continue;
			end(c);
			c->dead = true;
			load.alive--;
		}
	}
}

static void
set_up(char **argv)
{
	char *colon = strchr(argv[2], ':');

	*colon = '\0';
	load.at = (struct sockaddr_in){ .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10)) };
	inet_pton(AF_INET, argv[2], &load.at.sin_addr);
	load.n = (unsigned)strtoul(argv[3], NULL, 10);
	load.mailboxes = (unsigned)strtoul(argv[4], NULL, 10);
	load.tls = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_session_cache_mode(load.tls, SSL_SESS_CACHE_OFF);
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (getrandom(&load.seed, sizeof(load.seed), 0) < 0 ||
	    getrandom(load.body, 256, 0) < 0)
		die("random");
	load.v = calloc(load.n, sizeof(*load.v));
	for (unsigned i = 0; i < load.n; i++) {
		load.v[i].in = malloc(load.mode >= TALK ? IN_MAX : 1 << 16);
		if (!begin(&load.v[i]))
			die("connect");
		load.alive++;
	}
}

int
main(int argc, char **argv)
{
	static const char *const modes[] = { "make", "post", "fresh",
	    "talk", "drain" };
	double start = 0;
	int log_at = 5;

	signal(SIGPIPE, SIG_IGN);
	if (argc < 5)
		return 64;
	while (load.mode < MODES && strcmp(argv[1], modes[load.mode]) != 0)
		load.mode++;
	if (load.mode == MODES)
		return 64;
	if (load.mode >= POST && load.mode <= TALK) {
		if (argc < 6)
			return 64;
		load.until = seconds() + strtod(argv[5], NULL);
		log_at = 6;
	}
	if (argc > log_at)
		load.log = fopen(argv[log_at], "w");
	/* who looks on may wait for the first line */
	if (load.log != NULL)
		setvbuf(load.log, NULL, _IOLBF, BUFSIZ);
	set_up(argv);
	start = seconds();
	if (load.until > 0)
		load.until = start + strtod(argv[5], NULL);
	run();
	if (load.log != NULL && fclose(load.log) != 0)
		die("log");
	qsort(load.waits, load.n_waits, sizeof(*load.waits), by_length);
	printf("%s %u %.0f/s created %llu 2xx %llu 4xx %llu 5xx %llu "
	    "half %.1f 99%% %.1f all %.1f ms\n",
	    modes[load.mode], load.done, load.done / (seconds() - start),
	    (unsigned long long)load.created,
	    (unsigned long long)load.statuses[2],
	    (unsigned long long)load.statuses[4],
	    (unsigned long long)load.statuses[5],
	    wait_of(.5), wait_of(.99), wait_of(1));
	return 0;
}
