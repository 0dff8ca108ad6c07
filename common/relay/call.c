/* Methods and paths; see call.h. */
#include "relay/call.h"

#include "base/cur.h"

static const struct {
	const char *method, *tail, *name;
	bool owner, message;
	size_t body_max;
} verbs_of[RELAY_VERBS] = {
	[RELAY_ABOUT] = { "GET", NULL, "about", false, false, 0 },
	[RELAY_MAKE] = { "PUT", "", "make", true, false, 0 },
	[RELAY_KNOWS] = { "GET", "", "knows", true, false, 0 },
	[RELAY_DELETE] = { "DELETE", "", "delete", true, false, 0 },
	[RELAY_STOCK] = { "POST", "/bundles", "bundles", true, false,
	    RELAY_UPLOAD_MAX },
	[RELAY_TAKE] = { "POST", "/take", "take", false, false, 0 },
	[RELAY_POST] = { "PUT", "/messages/", "message", false, true,
	    RELAY_MESSAGE_MAX },
	[RELAY_FETCH] = { "POST", "/fetch", "fetch", true, false,
	    RELAY_ASK_MAX },
};

static const struct span about = SPAN("/v1/relay");
static const struct span mailbox = SPAN("/v1/mailbox/");

bool
relay_verb_owner(enum relay_verb v)
{
	return verbs_of[v].owner;
}

size_t
relay_verb_body_max(enum relay_verb v)
{
	return verbs_of[v].body_max;
}

const char *
relay_verb_name(enum relay_verb v)
{
	return verbs_of[v].name;
}

static enum relay_error
read_about(struct span method, struct relay_call *out)
{
	if (!span_eq(method, SPAN("GET")))
		return RELAY_METHOD;
	*out = (struct relay_call){ .verb = RELAY_ABOUT };
	return RELAY_FINE;
}

enum relay_error
relay_call_read(struct span method, struct span target,
    struct relay_call *out)
{
	struct relay_call call = { .verb = RELAY_ABOUT };
	struct cur c = cur_of(target);
	struct span id, tail;
	enum relay_error e = RELAY_NO_PATH;

	if (span_eq(target, about))
		return read_about(method, out);
	if (!cur_accept_lit(&c, mailbox))
		return RELAY_NO_PATH;
	tail = cur_left(&c);
	id = span_first(tail, span_chr(tail, '/'));
	tail = span_from(tail, id.n);
	for (size_t v = RELAY_MAKE; v < RELAY_VERBS; v++) {
		struct span want = span_str(verbs_of[v].tail);
		struct span message = span_from(tail, want.n);

		if (!span_starts(tail, want) ||
		    (message.n != 0) != verbs_of[v].message)
			continue;
		e = RELAY_METHOD;
		if (!span_eq(method, span_str(verbs_of[v].method)))
			continue;
		call.verb = (enum relay_verb)v;
		if (!relay_hex_read(id, call.id, RELAY_ID) ||
		    (message.n != 0 && !relay_hex_read(message, call.message,
		    RELAY_ID)))
			return RELAY_REQUEST;
		*out = call;
		return RELAY_FINE;
	}
	return e;
}

void
relay_call_allow(struct span target, struct buf *out)
{
	static const char *const methods[] = { "GET", "PUT", "POST",
	    "DELETE" };

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		struct relay_call call;
		enum relay_error e = relay_call_read(span_str(methods[i]),
		    target, &call);

		if (e != RELAY_FINE && e != RELAY_REQUEST)
			continue;
		buf_str(out, out->n > 0 ? ", " : "");
		buf_str(out, methods[i]);
	}
}

const char *
relay_call_write(const struct relay_call *c, struct buf *target)
{
	if (c->verb == RELAY_ABOUT) {
		buf_span(target, about);
		return verbs_of[c->verb].method;
	}
	buf_span(target, mailbox);
	buf_hex(target, span_of(c->id, RELAY_ID));
	buf_str(target, verbs_of[c->verb].tail);
	if (verbs_of[c->verb].message)
		buf_hex(target, span_of(c->message, RELAY_ID));
	return verbs_of[c->verb].method;
}
