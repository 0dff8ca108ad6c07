/*
 * The loop. A turn is all that came in since the last one: it is worked off
 * in one transaction, the transaction is written to the disk, and then the
 * answers go out. So a hundred clients share one wait for the disk, and no
 * answer speaks of what a power failure could undo.
 */
#include "msgsec-relay.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "sys/say.h"

enum {
	TICK_MS = 500,
	METRICS_MS = 10000,
	STOP_MS = 5000,		/* for answers that are on their way */
	SWEEP_MS = 1000,	/* when there is nothing more */
	SWEEP_WORK_MS = 50,	/* of each tick: more than can come in
				   must go out */
	ONE_RECORD = 16384,
};

struct ticks {
	struct server *s;
	int64_t sweep, metrics;		/* when they are due next */
};

/* --- answers */

static void
add_field(struct evhttp_request *req, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(req), name,
	    value);
}

/* RFC 9110 section 15.5.6: 405 names the methods that there are. */
static void
add_allow(struct evhttp_request *req)
{
	struct buf methods = BUF(64);

	relay_call_allow(span_str(evhttp_request_get_uri(req)), &methods);
	buf_byte(&methods, '\0');
	add_field(req, "Allow", (const char *)methods.p);
	buf_free(&methods);
}

static struct evbuffer *
error_body(enum relay_error e)
{
	struct buf out = BUF(512);

	relay_error_write(e, &out);
	return reply_body(&out);
}

/* Else header and body would be a TLS record and a packet each. */
static void
join(struct evbuffer *out)
{
	size_t n = evbuffer_get_length(out);

	evbuffer_pullup(out, (ev_ssize_t)(n < ONE_RECORD ? n : ONE_RECORD));
}

static void
send_reply(struct server *s, struct reply *r)
{
	struct conn *c = http_conn(r->req);
	int status = r->error == RELAY_FINE ? r->status :
	    relay_error_status(r->error);
	char seconds[16];

	s->counts.errors[r->error]++;
	if (r->error != RELAY_FINE) {
		if (r->body != NULL)
			evbuffer_free(r->body);
		r->body = error_body(r->error);
	}
	if (status == HTTP_SERVUNAVAIL && r->retry == 0)
		r->retry = 1;
	if (r->retry > 0) {
		snprintf(seconds, sizeof(seconds), "%u", (unsigned)r->retry);
		add_field(r->req, "Retry-After", seconds);
	}
	if (status == HTTP_BADMETHOD)
		add_allow(r->req);
	if (status == 401)
		add_field(r->req, "WWW-Authenticate", "Bearer");
	add_field(r->req, "Content-Type", "application/json");
	if (r->close || s->stopping)
		add_field(r->req, "Connection", "close");
	if (c != NULL) {
		c->pending--;
		c->since = env_monotonic_ms();
	}
	evhttp_send_reply(r->req, status, relay_error_name(r->error),
	    r->body);
	evbuffer_free(r->body);
	if (c != NULL)
		join(bufferevent_get_output(c->bev));
}

static void
end_transaction(struct server *s)
{
	enum relay_error e = depot_commit(s->depot);

	for (size_t i = 0; i < s->replies.n; i++) {
		struct reply *r = &s->replies.v[i];

		if (e != RELAY_FINE && r->durable)
			r->error = e;
		send_reply(s, r);
	}
	s->replies.n = 0;
	if (e != RELAY_FINE) {
		say_detail("a turn was lost: %s", relay_error_name(e));
		s->arrivals.n = 0;
	}
}

static void
end_turn(struct server *s)
{
	s->counts.turns++;
	http_admit(s);
	end_transaction(s);
	if (s->arrivals.n > 0) {
		wait_wake(s);
		end_transaction(s);
	}
	http_resume(s);
}

/* --- what comes by the clock */

static void
sweep(struct ticks *t, int64_t now)
{
	bool more = false;

	if (now < t->sweep)
		return;
	/* bit by bit: requests go on in between */
	depot_begin(t->s->depot);
	do
		depot_sweep(t->s->depot, &more);
	while (more && env_monotonic_ms() - now < SWEEP_WORK_MS);
	t->sweep = now + (more ? 0 : SWEEP_MS);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct ticks *t = arg;
	int64_t now = env_monotonic_ms();

	(void)fd, (void)what;
	t->s->starved = false;
	wait_end(t->s, t->s->stopping);
	http_cut(t->s, t->s->stopping);
	sweep(t, now);
	if (now >= t->metrics) {
		metrics_write(t->s);
		t->metrics = now + METRICS_MS;
	}
}

static void
on_stop(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;

	(void)fd, (void)what;
	if (s->stopping)
		return;
	say_detail("stopping");
	s->stopping = true;
	evconnlistener_disable(s->listener);
	wait_end(s, true);
	http_cut(s, true);
}

/* libevent's own words are for who asked for details. */
static void
on_log(int severity, const char *text)
{
	if (severity >= EVENT_LOG_WARN)
		say_detail("libevent: %s", text);
}

static struct event *
add_event(struct event *e, const struct timeval *every)
{
	if (e == NULL || event_add(e, every) != 0)
		mem_exhausted();
	return e;
}

int
serve(struct server *s)
{
	static const struct timeval tick = { .tv_usec = TICK_MS * 1000 };
	struct ticks t = { .s = s };
	struct event *events[] = {
		add_event(evsignal_new(s->base, SIGTERM, on_stop, s), NULL),
		add_event(evsignal_new(s->base, SIGINT, on_stop, s), NULL),
		add_event(event_new(s->base, -1, EV_PERSIST, on_tick, &t),
		    &tick),
	};
	int64_t until = INT64_MAX;
	int status = EXIT_HOLDS;

	event_set_log_callback(on_log);
	while (s->n > 0 || !s->stopping) {
		if (event_base_loop(s->base, EVLOOP_ONCE) < 0) {
			say_error("the loop of events failed: %m");
			status = EXIT_INTERNAL;
			break;
		}
		end_turn(s);
		if (s->stopping && until == INT64_MAX)
			until = env_monotonic_ms() + STOP_MS;
		if (env_monotonic_ms() > until)
			break;
	}
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		event_free(events[i]);
	metrics_write(s);
	return status;
}
