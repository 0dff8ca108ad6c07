/* Connections within their budget; see line.h. */
#include "probe/line.h"

#include <unistd.h>

/* Wait until the gap is over; false when the time is, too. */
static bool
wait_gap(struct line *l)
{
	int64_t now = env_monotonic_ms();
	int64_t begin = l->ended > 0 ? l->ended + l->ask->gap : now;

	if (begin >= l->deadline || now >= l->deadline) {
		l->out_of_time = true;
		return false;
	}
	while (now < begin) {
		usleep((useconds_t)(begin - now) * 1000);
		now = env_monotonic_ms();
	}
	return true;
}

int64_t
line_time(const struct line *l)
{
	if (l->made == 0)
		return l->ask->full ? LINE_FIRST_TIME : INT64_MAX;
	return 2 * l->first_took > LINE_CONNECTION_TIME ?
	    2 * l->first_took : LINE_CONNECTION_TIME;
}

enum line_result
line_open(struct line *l, struct stream **s, enum dial_result *how)
{
	int fd = -1;

	if (l->ask->connections > 0 && l->made >= l->ask->connections) {
		l->used_up = true;
		return LINE_SPENT;
	}
	if (!wait_gap(l))
		return LINE_SPENT;
	l->until = l->deadline;
	if (l->deadline - env_monotonic_ms() > line_time(l))
		l->until = env_monotonic_ms() + line_time(l);
	l->made++;
	*how = dial(l->ctx->env->dial, &l->place->address, l->place->port,
	    l->until, &fd);
	if (*how != DIAL_OK) {
		l->ended = env_monotonic_ms();
		return LINE_FAILED;
	}
	*s = stream_plain(fd);
	return LINE_OPEN;
}

struct hail_ask
line_ask(const struct line *l, bool start)
{
	return (struct hail_ask){
		.service = l->place->service, .helo = l->ask->helo,
		.deadline = l->until, .start = start, .log = l->log,
	};
}

enum line_result
line_open_tls(struct line *l, struct stream **s)
{
	enum dial_result how = DIAL_OK;
	enum line_result r = line_open(l, s, &how);
	struct hail_ask ask = line_ask(l, true);
	struct hail h;

	if (r != LINE_OPEN)
		return r;
	hail_init(&h);
	hail_clear(&h, *s, &ask);
	line_note(l, &h);
	if (!hail_ready(&h)) {
		line_close(l, *s);
		*s = NULL;
		r = LINE_FAILED;
	}
	hail_free(&h);
	return r;
}

void
line_note(struct line *l, const struct hail *h)
{
	l->offered = l->offered || h->starttls == STARTTLS_OFFERED;
	l->absent = l->absent || h->starttls == STARTTLS_ABSENT;
}

void
line_close(struct line *l, struct stream *s)
{
	stream_free(s);
	l->ended = env_monotonic_ms();
}
