/* Fetches that wait: at most one a mailbox. */
#include "msgsec-relay.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct span
key_of(const struct wait *w)
{
	return span_of(w->id, RELAY_ID);
}

/* Answer it, with what there is, and forget it. */
static void
end(struct server *s, struct wait *w)
{
	struct reply r = { .req = w->req, .status = HTTP_OK,
	    .durable = true };
	struct depot_box box;
	size_t n = 0;

	depot_begin(s->depot);
	r.error = depot_find(s->depot, w->id, &box);
	if (r.error == RELAY_FINE)
		r.error = answer_fetch(s, &box, w->max, 0, &r.body, &n);
	reply_add(s, &r);
	map_take(s->by_mailbox, key_of(w));
	if (w->prev != NULL)
		w->prev->next = w->next;
	else
		s->waits = w->next;
	if (w->next != NULL)
		w->next->prev = w->prev;
	free(w);
}

void
wait_add(struct server *s, struct evhttp_request *req,
    const unsigned char id[static RELAY_ID], uint32_t max, uint32_t seconds)
{
	struct wait *w = xcalloc(1, sizeof(*w)), *before = NULL;

	*w = (struct wait){ .req = req, .max = max,
	    .until = env_monotonic_ms() + (int64_t)seconds * 1000 };
	memcpy(w->id, id, RELAY_ID);
	before = map_get0(s->by_mailbox, key_of(w));
	if (before != NULL)
		end(s, before);
	map_put(s->by_mailbox, key_of(w), w);
	w->next = s->waits;
	if (w->next != NULL)
		w->next->prev = w;
	s->waits = w;
}

void
wait_wake(struct server *s)
{
	for (size_t i = 0; i < s->arrivals.n; i++) {
		struct wait *w = map_get0(s->by_mailbox,
		    span_of(s->arrivals.v[i], RELAY_ID));

		if (w != NULL)
			end(s, w);
	}
	s->arrivals.n = 0;
}

void
wait_end(struct server *s, bool all)
{
	int64_t now = env_monotonic_ms();

	for (struct wait *w = s->waits, *next = NULL; w != NULL; w = next) {
		next = w->next;
		if (all || w->until <= now ||
		    evhttp_request_get_connection(w->req) == NULL)
			end(s, w);
	}
}
