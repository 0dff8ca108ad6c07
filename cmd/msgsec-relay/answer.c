/*
 * What is asked of the relay. Nothing is answered here: answers are kept
 * until the turn's transaction is on the disk.
 */
#include "msgsec-relay.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "knows.h"
#include "ratchet/bundle.h"

/* A request that is being answered. */
struct asked {
	struct server *s;
	struct evhttp_request *req;
	struct conn *conn;
	struct relay_call call;
	unsigned char token[RELAY_TOKEN];
	struct span body;
	struct depot_box box;	/* but for make and about */
	struct reply reply;
	bool waits;		/* it is answered later */
};

enum { CREATED = 201 };

static const struct span nothing = SPAN("{}\n");

static void
free_span(const void *data, size_t n, void *arg)
{
	(void)data, (void)n;
	free(arg);
}

struct evbuffer *
reply_body(struct buf *out)
{
	struct evbuffer *b = evbuffer_new();

	if (b == NULL || evbuffer_add_reference(b, out->p, out->n, free_span,
	    out->p) != 0)
		mem_exhausted();
	*out = BUF(out->max);
	return b;
}

static struct evbuffer *
static_body(struct span text)
{
	struct evbuffer *b = evbuffer_new();

	if (b == NULL || evbuffer_add_reference(b, text.p, text.n, NULL,
	    NULL) != 0)
		mem_exhausted();
	return b;
}

void
reply_add(struct server *s, const struct reply *r)
{
	*VEC_PUSH(&s->replies) = *r;
}

/* --- each verb: RELAY_FINE with status and body set, or what is wrong */

static enum relay_error
do_about(struct asked *q)
{
	struct buf out = BUF(4096);

	relay_limits_write(&q->s->limits, &out);
	q->reply.body = reply_body(&out);
	return RELAY_FINE;
}

static enum relay_error
do_make(struct asked *q)
{
	struct server *s = q->s;
	struct span from = span_of(q->conn->address, q->conn->address_n);
	enum relay_error e = RELAY_FINE;
	bool made = false;

	/* asking for what is there costs nothing */
	if (depot_find(s->depot, q->call.id, &q->box) == RELAY_NO_MAILBOX &&
	    !rate_take(s->makes, from, env_monotonic_ms())) {
		q->reply.retry = rate_wait(s->makes);
		return RELAY_RATE;
	}
	e = depot_make(s->depot, q->call.id, q->token, &made);
	if (made)
		q->reply.status = CREATED;
	return e;
}

static enum relay_error
do_knows(struct asked *q)
{
	struct buf out = BUF(KNOWS_MAX);
	enum relay_error e = knows_write(q->s, q->call.id, &q->box, &out);

	if (e == RELAY_FINE)
		q->reply.body = reply_body(&out);
	else
		buf_free(&out);
	return e;
}

static enum relay_error
do_delete(struct asked *q)
{
	return depot_delete(q->s->depot, &q->box);
}

static enum relay_error
do_post(struct asked *q)
{
	struct server *s = q->s;
	enum relay_error e = RELAY_SIZE;
	bool kept = false;

	if (!relay_size_ok(q->body.n))
		return RELAY_SIZE;
	e = depot_post(s->depot, &q->box, q->call.message, q->body, &kept);
	if (e != RELAY_FINE || !kept)
		return e;
	s->counts.kept++;
	q->reply.status = CREATED;
	if (map_get0(s->by_mailbox, span_of(q->call.id, RELAY_ID)) != NULL)
		memcpy(*VEC_PUSH(&s->arrivals), q->call.id, RELAY_ID);
	return RELAY_FINE;
}

/* A line of an upload; false when it is no bundle that could be used. */
static bool
read_bundle(const struct server *s, struct span line,
    struct depot_bundle *out)
{
	const char *bad = NULL;
	struct bundle b;

	if (!bundle_read(line, &b, &bad) || !b.is_signed ||
	    !bundle_holds(&b) || b.expires <= env_now(&s->env))
		return false;
	*out = (struct depot_bundle){ line, b.offer.has_prekey, b.expires };
	return true;
}

static enum relay_error
do_stock(struct asked *q)
{
	struct server *s = q->s;
	struct depot_bundle v[RELAY_BUNDLES_MAX];
	struct span from = span_of(q->conn->address, q->conn->address_n);
	struct span rest = q->body, line;
	struct buf out = BUF(256);
	uint32_t stocked = 0;
	size_t n = 0;
	enum relay_error e = RELAY_FINE;

	for (; span_split(&rest, '\n', &line); n++) {
		if (line.n == 0 && rest.n == 0)
			break;
		if (n == RELAY_BUNDLES_MAX)
			return RELAY_TOO_BIG;
		/* a signature is work as a request is */
		if (n > 0 && !rate_take(s->rate, from, env_monotonic_ms())) {
			q->reply.retry = rate_wait(s->rate);
			return RELAY_RATE;
		}
		if (!read_bundle(s, line, &v[n]))
			return RELAY_BUNDLE;
	}
	if (n == 0)
		return RELAY_BUNDLE;
	e = depot_stock(s->depot, &q->box, v, n);
	if (e == RELAY_FINE)
		e = depot_find(s->depot, q->call.id, &q->box);
	if (e == RELAY_FINE)
		e = depot_stocked(s->depot, &q->box, &stocked);
	if (e != RELAY_FINE)
		return e;
	buf_printf(&out, "{\"stored\":%zu,\"one_time\":%u,"
	    "\"last_resort\":%s}\n", n, (unsigned)stocked,
	    q->box.has_last ? "true" : "false");
	q->reply.body = reply_body(&out);
	return RELAY_FINE;
}

/*
 * Who takes one after the other would use the stock up, and all later
 * sessions would begin with less secrecy: past the limit there is only the
 * last resort, and the stock is kept for others.
 */
static enum relay_error
do_take(struct asked *q)
{
	struct server *s = q->s;
	struct span box = span_of(q->call.id, RELAY_ID);
	bool spare = !rate_take(s->takes, box, env_monotonic_ms());
	struct buf line = BUF(BUNDLE_MAX + 1);
	enum relay_error e = depot_take(s->depot, &q->box, spare, &line);

	if (e == RELAY_NO_BUNDLE && spare) {
		q->reply.retry = rate_wait(s->takes);
		e = RELAY_RATE;
	}
	if (e != RELAY_FINE) {
		buf_free(&line);
		return e;
	}
	s->counts.taken += !spare;
	s->counts.last_taken += spare;
	buf_byte(&line, '\n');
	q->reply.body = reply_body(&line);
	return RELAY_FINE;
}

enum relay_error
answer_fetch(struct server *s, struct depot_box *box, uint32_t max,
    uint32_t acked, struct evbuffer **body, size_t *n)
{
	struct buf bodies = BUF(RELAY_FETCH_OCTETS);
	struct buf out = BUF(RELAY_ANSWER_MAX);
	struct relay_answer a = { .acked = acked };
	enum relay_error e = depot_fetch(s->depot, box, max, &bodies, &a);

	*n = a.n;
	if (e == RELAY_FINE) {
		relay_answer_write(&a, &out);
		*body = reply_body(&out);
	}
	buf_free(&bodies);
	return e;
}

static enum relay_error
do_fetch(struct asked *q)
{
	struct server *s = q->s;
	struct evbuffer *body = NULL;
	struct relay_ask ask;
	uint32_t acked = 0;
	enum relay_error e = RELAY_FINE;
	size_t n = 0;

	if (!relay_ask_read(q->body, &ask))
		return RELAY_REQUEST;
	e = depot_ack(s->depot, &q->box, &ask, &acked);
	if (e == RELAY_FINE)
		e = answer_fetch(s, &q->box, ask.max, acked, &body, &n);
	if (e != RELAY_FINE)
		return e;
	s->counts.acked += acked;
	/* what was acknowledged is told at once */
	if (n == 0 && ask.max > 0 && ask.wait > 0 && acked == 0 &&
	    !s->stopping) {
		evbuffer_free(body);
		wait_add(s, q->req, q->call.id, ask.max, ask.wait);
		q->waits = true;
	} else {
		q->reply.body = body;
	}
	return RELAY_FINE;
}

static enum relay_error (*const verbs_do[RELAY_VERBS])(struct asked *) = {
	[RELAY_ABOUT] = do_about, [RELAY_MAKE] = do_make,
	[RELAY_KNOWS] = do_knows, [RELAY_DELETE] = do_delete,
	[RELAY_STOCK] = do_stock, [RELAY_TAKE] = do_take,
	[RELAY_POST] = do_post, [RELAY_FETCH] = do_fetch,
};

/* --- what all requests have */

static struct span
method_of(struct evhttp_request *req)
{
	switch (evhttp_request_get_command(req)) {
	case EVHTTP_REQ_GET:
		return SPAN("GET");
	case EVHTTP_REQ_PUT:
		return SPAN("PUT");
	case EVHTTP_REQ_POST:
		return SPAN("POST");
	case EVHTTP_REQ_DELETE:
		return SPAN("DELETE");
	default:
		return SPAN("");
	}
}

/*
 * Whether evhttp and a balancer in front of it cannot differ about where
 * this request ends (RFC 9112 section 6.3): one length or one coding, and
 * none with GET, whose body evhttp would take for the next request.
 */
static bool
framing_ok(struct evhttp_request *req)
{
	struct evkeyvalq *fields = evhttp_request_get_input_headers(req);
	struct evkeyval *f = NULL;
	unsigned n = 0;
	bool ok = true;

	for (f = fields->tqh_first; f != NULL; f = f->next.tqe_next) {
		struct span name = span_str(f->key);

		if (span_ieq(name, SPAN("Transfer-Encoding")))
			ok = ok && span_ieq(span_str(f->value),
			    SPAN("chunked"));
		else if (!span_ieq(name, SPAN("Content-Length")))
			continue;
		n++;
	}
	if (evhttp_request_get_command(req) == EVHTTP_REQ_GET)
		return n == 0;
	return ok && n <= 1;
}

static enum relay_error
read_body(struct asked *q)
{
	struct evbuffer *in = evhttp_request_get_input_buffer(q->req);
	size_t n = evbuffer_get_length(in);

	if (n > relay_verb_body_max(q->call.verb))
		return RELAY_TOO_BIG;
	if (n > 0)
		q->body = span_of(evbuffer_pullup(in, -1), n);
	return RELAY_FINE;
}

/* Read and judge all but what the verb itself must. */
static enum relay_error
prepare(struct asked *q)
{
	const char *field = evhttp_find_header(
	    evhttp_request_get_input_headers(q->req), "Authorization");
	struct span from = span_of(q->conn->address, q->conn->address_n);
	enum relay_error e = RELAY_REQUEST;

	q->reply.close = !framing_ok(q->req);
	if (q->reply.close)
		return RELAY_REQUEST;
	if (!rate_take(q->s->rate, from, env_monotonic_ms())) {
		q->reply.retry = rate_wait(q->s->rate);
		return RELAY_RATE;
	}
	e = relay_call_read(method_of(q->req),
	    span_str(evhttp_request_get_uri(q->req)), &q->call);
	if (e != RELAY_FINE)
		return e;
	q->s->counts.requests[q->call.verb]++;
	e = read_body(q);
	if (e == RELAY_FINE && relay_verb_owner(q->call.verb) &&
	    (field == NULL || !relay_token_read(span_str(field), q->token)))
		e = RELAY_NO_TOKEN;
	return e;
}

/* Find the mailbox, and whether it is its owner who asks. */
static enum relay_error
find_box(struct asked *q)
{
	enum relay_error e = RELAY_FINE;

	if (q->call.verb == RELAY_ABOUT)
		return RELAY_FINE;
	depot_begin(q->s->depot);
	q->reply.durable = true;
	if (q->call.verb == RELAY_MAKE)
		return RELAY_FINE;
	e = depot_find(q->s->depot, q->call.id, &q->box);
	if (e == RELAY_FINE && relay_verb_owner(q->call.verb) &&
	    !depot_is_owner(&q->box, q->token))
		e = RELAY_NOT_OWNER;
	return e;
}

/*
 * What the client sends before it has its answer is not read: evhttp ends
 * the process over octets that come in this state.
 */
static void
stop_reading(struct conn *c)
{
	bufferevent_data_cb on_read = NULL, on_write = NULL;
	bufferevent_event_cb on_event = NULL;
	void *arg = NULL;

	bufferevent_disable(c->bev, EV_READ);
	bufferevent_getcb(c->bev, &on_read, &on_write, &on_event, &arg);
	bufferevent_setcb(c->bev, NULL, on_write, on_event, arg);
}

void
answer(struct evhttp_request *req, void *server)
{
	struct asked q = { .s = server, .req = req,
	    .conn = http_conn(req),
	    .reply = { .req = req, .status = HTTP_OK } };
	enum relay_error e = RELAY_FINE;

	/* it ended while it was read */
	if (q.conn == NULL) {
		evhttp_send_reply(req, HTTP_BADREQUEST, NULL, NULL);
		return;
	}
	q.conn->pending++;
	stop_reading(q.conn);
	e = prepare(&q);
	if (e == RELAY_FINE)
		e = find_box(&q);
	if (e == RELAY_FINE)
		e = verbs_do[q.call.verb](&q);
	if (q.waits)
		return;
	q.reply.error = e;
	if (e == RELAY_FINE && q.reply.body == NULL)
		q.reply.body = static_body(nothing);
	reply_add(q.s, &q.reply);
}
