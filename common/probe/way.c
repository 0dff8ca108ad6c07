/* Connections within their budget; see way.h. */
#include "probe/way.h"

#include <unistd.h>

enum { FLIGHT_ROOM = FLIGHT_MAX + 4096 };

/* Wait until the gap is over; false when the time is, too. */
static bool
wait_gap(struct way *w)
{
	int64_t now = env_monotonic_ms();
	int64_t begin = w->ended > 0 ? w->ended + w->ask->gap : now;

	if (begin >= w->deadline || now >= w->deadline) {
		w->out_of_time = true;
		return false;
	}
	while (now < begin) {
		usleep((useconds_t)(begin - now) * 1000);
		now = env_monotonic_ms();
	}
	return true;
}

int64_t
way_time(const struct way *w)
{
	if (w->made == 0)
		return w->ask->full ? WAY_FIRST_TIME : INT64_MAX;
	return 2 * w->first_took > WAY_CONNECTION_TIME ?
	    2 * w->first_took : WAY_CONNECTION_TIME;
}

enum way_result
way_open(struct way *w, struct stream **s, enum dial_result *how)
{
	int fd = -1;

	if (w->ask->connections > 0 && w->made >= w->ask->connections) {
		w->used_up = true;
		return WAY_SPENT;
	}
	if (!wait_gap(w))
		return WAY_SPENT;
	w->until = w->deadline;
	if (w->deadline - env_monotonic_ms() > way_time(w))
		w->until = env_monotonic_ms() + way_time(w);
	w->made++;
	*how = dial(w->ctx->env->dial, &w->place->address, w->place->port,
	    w->until, &fd);
	if (*how != DIAL_OK) {
		w->ended = env_monotonic_ms();
		return WAY_FAILED;
	}
	*s = stream_plain(fd);
	return WAY_OPEN;
}

struct hail_ask
way_ask(const struct way *w, bool start)
{
	return (struct hail_ask){
		.service = w->place->service, .helo = w->ask->helo,
		.deadline = w->until, .start = start, .log = w->log,
	};
}

enum way_result
way_open_tls(struct way *w, struct stream **s)
{
	enum dial_result how = DIAL_OK;
	enum way_result r = way_open(w, s, &how);
	struct hail_ask ask = way_ask(w, true);
	struct hail h;

	if (r != WAY_OPEN)
		return r;
	hail_init(&h);
	hail_clear(&h, *s, &ask);
	way_note(w, &h);
	if (!hail_ready(&h)) {
		way_close(w, *s);
		*s = NULL;
		r = WAY_FAILED;
	}
	hail_free(&h);
	return r;
}

void
way_note(struct way *w, const struct hail *h)
{
	w->offered = w->offered || h->starttls == STARTTLS_OFFERED;
	w->absent = w->absent || h->starttls == STARTTLS_ABSENT;
}

void
way_close(struct way *w, struct stream *s)
{
	stream_free(s);
	w->ended = env_monotonic_ms();
}

enum tls_link
way_hello(struct stream *s, struct tls_question *q, int64_t until)
{
	struct tls_flight *into = &q->flight;
	enum stream_result r = stream_write(s, q->hello, until);

	stream_limit(s, FLIGHT_ROOM);
	while (into->state == FLIGHT_MORE && r == STREAM_OK) {
		struct span came = stream_pending(s);

		if (came.n == 0)
			r = stream_fill(s, until);
		tls_flight_feed(into, came);
		stream_drop(s, came.n);
	}
	return into->state != FLIGHT_MORE ? TLS_LINK_ANSWERED :
	    r == STREAM_TIMEOUT ? TLS_LINK_TIMEOUT : TLS_LINK_CLOSED;
}
