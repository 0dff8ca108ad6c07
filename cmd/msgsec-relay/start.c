/* From options to a server that listens; see start.h. */
#include "start.h"

#include <event2/listener.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "ratchet/curve.h"
#include "sys/file.h"
#include "sys/inet.h"
#include "sys/say.h"

enum { SECONDS_A_DAY = 86400, SECONDS_AN_HOUR = 3600 };

enum opt_next
start_check(const struct args *a, struct opt_result *res)
{
	if (a->state == NULL)
		return opt_wrong(&relay_spec, res, "give --state");
	if (res->operands.n > 0)
		return opt_wrong(&relay_spec, res, "%s: there are no "
		    "operands", res->operands.v[0]);
	if ((a->cert == NULL) != (a->key == NULL))
		return opt_wrong(&relay_spec, res,
		    "--cert and --key go together");
	return OPT_RUN;
}

static struct depot_config
config_of(const struct args *a)
{
	return (struct depot_config){
		.limits = {
			.ttl = (uint32_t)a->ttl,
			.mailbox_ttl = (uint32_t)a->mailbox_ttl *
			    SECONDS_A_DAY,
			.messages = (uint32_t)a->messages,
			.octets = (uint32_t)a->mailbox_size * 1024,
			.stock = (uint32_t)a->stock,
			.takes = (uint32_t)a->takes,
		},
		.mailboxes = (uint32_t)a->mailboxes,
		.octets = (uint64_t)a->disk << 20,
	};
}

static int
open_depot(struct server *s)
{
	struct depot_config config = config_of(s->a);
	char *why = NULL;

	s->limits = config.limits;
	s->depot = depot_open(s->a->state, &s->env, &config, &why);
	if (s->depot != NULL)
		return EXIT_HOLDS;
	say_error("%s", why);
	free(why);
	return EXIT_CANNOT_CREATE;
}

static int
make_folder(const struct args *a)
{
	char *inside = xasprintf("%s/relay.db", a->state);
	bool ok = file_make_folders(inside);

	free(inside);
	if (ok)
		return EXIT_HOLDS;
	say_error("--state: %s: %m", a->state);
	return EXIT_CANNOT_CREATE;
}

/* evhttp does not look everywhere whether there is memory. */
static struct event_base *
open_base(void)
{
	struct event_base *base = NULL;

	event_set_mem_functions(xmalloc, xrealloc, free);
	base = event_base_new();
	if (base == NULL)
		mem_exhausted();
	return base;
}

static void
open_limits(struct server *s)
{
	const struct args *a = s->a;

	/* ten seconds' worth at once */
	s->rate = rate_new(env_seed(&s->env), (uint32_t)a->rate * 10, 10);
	/* a handshake is dear, and a client may need one for each request */
	s->hellos = rate_new(env_seed(&s->env), (uint32_t)a->rate * 20, 10);
	s->makes = rate_new(env_seed(&s->env), (uint32_t)a->makes,
	    SECONDS_AN_HOUR);
	s->takes = rate_new(env_seed(&s->env), (uint32_t)a->takes,
	    SECONDS_AN_HOUR);
	s->by_mailbox = map_new(env_seed(&s->env));
	s->base = open_base();
}

int
start_open(struct server *s)
{
	int status = EXIT_HOLDS;

	if (s->a->run.now.given)
		env_fixed(&s->env, s->a->run.now.at);
	else
		env_system(&s->env);
	curve_start();
	status = make_folder(s->a);
	if (status == EXIT_HOLDS)
		status = cert_make(s->a, &s->env);
	if (status == EXIT_HOLDS)
		status = cert_load(s->a, &s->tls);
	if (status == EXIT_HOLDS)
		status = open_depot(s);
	open_limits(s);
	if (status == EXIT_HOLDS)
		status = http_open(s);
	return status;
}

int
start_give_up_power(const struct server *s)
{
	char *metrics = s->a->metrics ? file_folder(s->a->metrics) : NULL;
	const char *const write[] = { s->a->state, metrics, NULL };
	const struct sandbox want = { .write = write, .accept = true };
	bool ok = run_enter_sandbox(&want, s->a->run.sandbox);

	free(metrics);
	return ok ? EXIT_HOLDS : EXIT_INTERNAL;
}

int
start_tell(const struct server *s)
{
	struct sockaddr_storage at;
	socklen_t n = sizeof(at);
	struct buf line = BUF(512);
	bool ok = false;

	buf_str(&line, "listening https://");
	if (getsockname(evconnlistener_get_fd(s->listener),
	    (struct sockaddr *)&at, &n) == 0)
		inet_write(&at, &line);
	buf_byte(&line, ' ');
	cert_pin(s->tls, &line);
	buf_byte(&line, '\n');
	ok = file_write_all(STDOUT_FILENO, buf_get0(&line));
	buf_free(&line);
	if (ok)
		return EXIT_HOLDS;
	say_error("stdout: %m");
	return EXIT_IO;
}

void
start_close(struct server *s)
{
	http_close(s);
	event_base_free(s->base);
	SSL_CTX_free(s->tls);
	depot_close(s->depot);
	rate_free(s->rate);
	rate_free(s->hellos);
	rate_free(s->makes);
	rate_free(s->takes);
	map_free(s->by_mailbox, free);
	free(s->replies.v);
	free(s->arrivals.v);
}
