/*
 * Usage: hail SERVICE ADDRESS [active]
 * Talks with a mail server as the prober does and prints what it found, in
 * one line; "active" tries hidden commands and misuse, too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"
#include "net/dial.h"
#include "net/hail.h"
#include "probe/active.h"
#include "sys/env.h"

enum { TIMEOUT = 3000, QUIET = 400 };

struct server {
	struct dialer *dialer;
	struct session_ctx *tls;
	struct ip_addr address;
	uint16_t port;
};

static enum dial_result
connect_to(void *arg, struct stream **out, int64_t deadline)
{
	struct server *server = arg;
	int fd = -1;
	enum dial_result r = dial(server->dialer, &server->address,
	    server->port, deadline, &fd);

	if (r == DIAL_OK)
		*out = stream_plain(fd);
	return r;
}

static enum session_result
secure(void *arg, struct stream **s, int64_t deadline)
{
	struct server *server = arg;
	const struct session_want want = { .sni = "mail.test" };
	struct session session = { 0 };
	enum session_result r = session_start(server->tls, s, &want, deadline,
	    &session);

	session_free(&session);
	return r;
}

static void
print_hail(struct server *server, enum service service)
{
	struct hail_ask ask = {
		.service = service, .helo = "lab.test", .start = true,
		.deadline = env_monotonic_ms() + TIMEOUT,
	};
	struct stream *s = NULL;
	enum dial_result r = connect_to(server, &s, ask.deadline);
	struct hail h;

	if (r != DIAL_OK) {
		printf("%s", dial_result_name(r));
		return;
	}
	hail_init(&h);
	hail_clear(&h, s, &ask);
	printf("%s %s", starttls_name(h.starttls), step_name(h.step));
	if (h.code != 0)
		printf(" %u", h.code);
	if (h.preauth)
		printf(" preauth");
	if (h.clear.requiretls)
		printf(" requiretls");
	if (h.clear.auth.n > 0)
		printf(" auth");
	if (h.clear.login)
		printf(" login");
	if (h.notes != 0)
		printf(" notes=%u", h.notes);
	if (h.leaked_n > 0)
		printf(" leaked=%zu", h.leaked_n);
	if (hail_ready(&h) && secure(server, &s, ask.deadline) == SESSION_OK) {
		hail_inside(&h, s, &ask);
		printf(" inside=%s", step_name(h.second));
	}
	stream_free(s);
	hail_free(&h);
}

static void
print_active(struct server *server, enum service service)
{
	struct active_ask ask = {
		.service = service, .helo = "lab.test", .timeout = TIMEOUT,
		.until = INT64_MAX, .quiet = QUIET, .connect = connect_to, .secure = secure,
		.arg = server,
	};
	struct active a;
	struct env env;

	env_system(&env);
	ask.seed = env_seed(&env);
	active_init(&a);
	active_inject(&a, &ask);
	printf(" %s", inject_name(a.inject));
	active_misuse(&a, &ask);
	for (unsigned m = 0; m < MISUSES; m++)
		printf(" %s=%s", misuse_name(m),
		    misuse_result_name(a.misuse[m]));
	printf(" %s", a.alive == ALIVE_YES ? "alive" :
	    a.alive == ALIVE_NO ? "dead" : "perhaps");
	active_free(&a);
}

int
main(int argc, char *argv[])
{
	enum service service = SERVICES;
	struct server server = { .dialer = dial_live(NULL, true) };

	if (argc >= 3)
		service = service_named(span_str(argv[1]));
	if (service == SERVICES ||
	    !ip_parse(span_str(argv[2]), &server.address)) {
		fprintf(stderr, "usage: hail SERVICE ADDRESS [active]\n");
		return 64;
	}
	server.tls = session_ctx_new();
	server.port = service_info(service)->port;
	print_hail(&server, service);
	if (argc > 3)
		print_active(&server, service);
	printf("\n");
	session_ctx_free(server.tls);
	dial_free(server.dialer);
	return 0;
}
