/*
 * Usage: tls_enum PORT [NAME [PARALLEL [BUDGET [smtp]]]]
 * Enumerates the TLS of a server on 127.0.0.1 and prints what it offers, a
 * fact a line: "version TLSv1.2 yes", "suite TLSv1.2 NAME", "group13 NAME".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tls/enum.h"
#include "tls/grade.h"

enum { WAIT_MS = 2000 };

struct server {
	int port;
	unsigned budget;
	bool smtp;
};

/* One reply of a server that writes each in one piece. */
static bool
smtp_reply(int fd)
{
	char line[4096];
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, WAIT_MS) == 1 &&
	    recv(fd, line, sizeof(line), 0) > 0 && line[0] == '2';
}

static bool
starttls(int fd)
{
	static const char ehlo[] = "EHLO probe.test\r\n", go[] = "STARTTLS\r\n";

	return smtp_reply(fd) &&
	    send(fd, ehlo, sizeof(ehlo) - 1, MSG_NOSIGNAL) > 0 &&
	    smtp_reply(fd) &&
	    send(fd, go, sizeof(go) - 1, MSG_NOSIGNAL) > 0 && smtp_reply(fd);
}

static enum tls_link
receive(int fd, struct tls_flight *f)
{
	unsigned char octets[16384];
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (;;) {
		ssize_t n = 0;

		if (poll(&p, 1, WAIT_MS) != 1)
			return TLS_LINK_TIMEOUT;
		n = recv(fd, octets, sizeof(octets), 0);
		if (n <= 0)
			return TLS_LINK_CLOSED;
		if (tls_flight_feed(f, span_of(octets, (size_t)n)) !=
		    FLIGHT_MORE)
			return TLS_LINK_ANSWERED;
	}
}

static int
reach(struct server *s)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)s->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* All are sent before any is received: the server works on them at once. */
static void
ask(void *arg, struct tls_question *q, size_t n)
{
	struct server *s = arg;
	int fd[TLS_ASK_MAX];

	for (size_t i = 0; i < n; i++) {
		fd[i] = -1;
		if (s->budget == 0)
			continue;
		s->budget--;
		q[i].link = TLS_LINK_FAILED;
		fd[i] = reach(s);
	}
	for (size_t i = 0; i < n; i++)
		if (fd[i] >= 0 && (!s->smtp || starttls(fd[i])) &&
		    send(fd[i], q[i].hello.p, q[i].hello.n, MSG_NOSIGNAL) > 0)
			q[i].link = TLS_LINK_TIMEOUT;
	for (size_t i = 0; i < n; i++) {
		if (q[i].link == TLS_LINK_TIMEOUT)
			q[i].link = receive(fd[i], &q[i].flight);
		if (fd[i] >= 0)
			close(fd[i]);
	}
}

static const char *
known(enum tls_known k)
{
	static const char *const words[] = {
		"not-asked", "moot", "unclear", "no", "yes",
	};

	return words[k];
}

typedef const char *namer(char room[TLS_NAME_SIZE], uint16_t code);

static const char *
suite16(char room[TLS_NAME_SIZE], uint16_t code)
{
	return tls_suite_name(room, code);
}

static const char *
extent(const struct tls_list *l)
{
	static const char *const words[] = {
		"not-asked", "moot", "unclear", "partly", "whole",
	};

	return words[l->extent];
}

static void
print_list(const char *what, const struct tls_list *l, namer *name)
{
	char room[TLS_NAME_SIZE];

	printf("list %s %s\n", what, extent(l));
	for (size_t i = 0; i < l->codes.n; i++)
		printf("%s %s\n", what, name(room, (uint16_t)l->codes.v[i]));
}

static void
print_version(const struct tls_offer *o, size_t v)
{
	static const char *const orders[] = {
		"not-asked", "moot", "unclear", "client", "server",
		"server-chacha",
	};
	char a[TLS_NAME_SIZE], b[TLS_NAME_SIZE];
	const char *name = tls_version_name(a, tls_version_at(v));
	const struct tls_list *l = &o->suites[v];

	printf("version %s %s\n", name, known(o->version[v]));
	printf("list suite %s %s\n", name, extent(l));
	for (size_t i = 0; i < l->codes.n; i++)
		printf("suite %s %s\n", name,
		    tls_suite_name(b, l->codes.v[i]));
	printf("order %s %s\n", name, orders[o->order[v]]);
	if (o->worse[v] != 0)
		printf("worse %s %s\n", suite16(a, (uint16_t)o->worse[v]),
		    suite16(b, (uint16_t)o->better[v]));
}

static void
print_offer(const struct tls_offer *o)
{
	static const char *const facts[TLS_FACTS] = {
		"secure-renegotiation", "extended-master-secret",
		"encrypt-then-mac", "sentinel", "ticket", "session-id",
		"stapled", "wants-certificate", "explicit-curve",
		"foreign-scheme", "compression", "fallback-scsv",
	};
	static const char *const grades[] = {
		[TLS_GRADE_GOOD] = "good", [TLS_GRADE_SUFFICIENT] =
		    "sufficient", [TLS_GRADE_PHASE_OUT] = "phase-out",
		[TLS_GRADE_INSUFFICIENT] = "insufficient",
	};
	char room[TLS_NAME_SIZE];

	for (size_t v = 0; v < TLS_VERSIONS; v++)
		print_version(o, v);
	print_list("group13", &o->groups13, tls_group_name);
	print_list("group12", &o->groups12, tls_group_name);
	print_list("scheme13", &o->schemes13, tls_scheme_name);
	print_list("scheme12", &o->schemes12, tls_scheme_name);
	for (size_t i = 0; i < TLS_FACTS; i++)
		printf("fact %s %s\n", facts[i], known(o->fact[i]));
	for (size_t i = 0; i < o->dhs; i++)
		printf("dh %d bits g=%u %s %s\n", o->dh[i].bits,
		    o->dh[i].generator, o->dh[i].prime < 0 ? "own" :
		    dh_primes[o->dh[i].prime].name,
		    grades[tls_grade_dh(&o->dh[i])]);
	for (size_t i = 0; i < o->chains; i++)
		printf("chain %s %zu octets\n",
		    tls_suite_name(room, o->chain[i].suite), o->chain[i].n);
	printf("connections %u%s\n", o->connections,
	    o->used_up ? " used-up" : "");
}

int
main(int argc, char **argv)
{
	struct server s = { .budget = UINT32_MAX };
	struct tls_asker via = { .ask = ask, .arg = &s, .parallel = 1 };
	struct tls_offer o;
	struct env env;

	if (argc < 2)
		return 64;
	env_system(&env);
	via.env = &env;
	s.port = (int)strtol(argv[1], NULL, 10);
	if (argc > 2)
		via.sni = span_str(argv[2]);
	if (argc > 3)
		via.parallel = (size_t)strtol(argv[3], NULL, 10);
	if (argc > 4 && strcmp(argv[4], "-") != 0)
		s.budget = (unsigned)strtol(argv[4], NULL, 10);
	s.smtp = argc > 5 && strcmp(argv[5], "smtp") == 0;
	tls_enumerate(&via, &o);
	print_offer(&o);
	tls_offer_free(&o);
	return 0;
}
