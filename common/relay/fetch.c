/* Fetches as JSON; see fetch.h. */
#include "relay/fetch.h"

#include <stdlib.h>

#include "sys/json_in.h"
#include "sys/jw.h"

void
relay_ask_write(const struct relay_ask *a, struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_array(&j, "ack");
	for (size_t i = 0; i < a->n; i++)
		jw_hex(&j, NULL, span_of(a->ack[i], RELAY_ID));
	jw_end(&j);
	jw_int(&j, "max", a->max);
	jw_int(&j, "wait", a->wait);
	jw_end(&j);
}

/* The items of a member that is an array; false when it is none. */
static bool
items_of(const struct json_in *in, const char *key, struct scan_array *out)
{
	const struct scan_member *m = scan_find0(&in->object, span_str(key));
	const char *why = NULL;
	size_t at = 0;

	return m != NULL && scan_array(m->value, out, &why, &at);
}

/* A string of hexadecimal digits: no escapes are needed, nor taken. */
static bool
quoted_id(struct span value, unsigned char out[static RELAY_ID])
{
	return value.n == 2 * RELAY_ID + 2 && value.p[0] == '"' &&
	    value.p[value.n - 1] == '"' &&
	    relay_hex_read(span_of(value.p + 1, 2 * RELAY_ID), out,
	    RELAY_ID);
}

static bool
read_acks(const struct json_in *in, struct relay_ask *a)
{
	struct scan_array items = { .v = NULL };
	bool ok = items_of(in, "ack", &items) && items.n <= RELAY_ACKS_MAX;

	for (size_t i = 0; ok && i < items.n; i++)
		ok = quoted_id(items.v[i], a->ack[i]);
	a->n = ok ? items.n : 0;
	free(items.v);
	return ok;
}

bool
relay_ask_read(struct span json, struct relay_ask *out)
{
	struct relay_ask a = { .n = 0 };
	struct json_in in;
	bool ok = false;

	if (json.n > RELAY_ASK_MAX || !json_in_open(json, &in))
		return false;
	ok = read_acks(&in, &a);
	a.max = json_in_u32(&in, "max");
	a.wait = json_in_u32(&in, "wait");
	ok = ok && in.bad == NULL && a.max <= RELAY_FETCH_MAX &&
	    a.wait <= RELAY_WAIT_MAX;
	json_in_close(&in);
	if (ok)
		*out = a;
	return ok;
}

void
relay_answer_write(const struct relay_answer *a, struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_int(&j, "acked", a->acked);
	jw_array(&j, "messages");
	for (size_t i = 0; i < a->n; i++) {
		jw_object(&j, NULL);
		jw_hex(&j, "id", span_of(a->v[i].id, RELAY_ID));
		jw_b64(&j, "body", a->v[i].body);
		jw_time(&j, "expires", a->v[i].expires);
		jw_end(&j);
	}
	jw_end(&j);
	jw_int(&j, "left", a->left);
	jw_end(&j);
	buf_byte(out, '\n');
}

/* The body's octets begin where *bodies ends: only its size is set here. */
static bool
read_message(struct span json, struct buf *bodies, struct relay_message *m)
{
	size_t before = bodies->n;
	struct buf id = BUF(2 * RELAY_ID);
	struct json_in in;
	bool ok = false;

	if (!json_in_open(json, &in))
		return false;
	json_in_text(&in, "id", &id);
	json_in_octets(&in, "body", bodies);
	m->expires = json_in_time(&in, "expires");
	m->body = span_of(NULL, bodies->n - before);
	ok = in.bad == NULL && relay_size_ok(m->body.n) &&
	    relay_hex_read(buf_get0(&id), m->id, RELAY_ID);
	json_in_close(&in);
	buf_free(&id);
	return ok;
}

static bool
read_messages(const struct json_in *in, struct buf *bodies,
    struct relay_answer *a)
{
	struct scan_array items = { .v = NULL };
	size_t at = bodies->n;
	bool ok = items_of(in, "messages", &items) &&
	    items.n <= RELAY_FETCH_MAX;

	for (size_t i = 0; ok && i < items.n; i++)
		ok = read_message(items.v[i], bodies, &a->v[i]);
	for (size_t i = 0; ok && i < items.n; i++) {
		a->v[i].body.p = bodies->p + at;
		at += a->v[i].body.n;
	}
	a->n = ok ? items.n : 0;
	free(items.v);
	return ok;
}

bool
relay_answer_read(struct span json, struct buf *bodies,
    struct relay_answer *out)
{
	struct relay_answer a = { .n = 0 };
	size_t before = bodies->n;
	struct json_in in;
	bool ok = false;

	if (json.n > RELAY_ANSWER_MAX || !json_in_open(json, &in))
		return false;
	ok = read_messages(&in, bodies, &a);
	a.acked = json_in_u32(&in, "acked");
	a.left = json_in_u32(&in, "left");
	ok = ok && in.bad == NULL;
	json_in_close(&in);
	if (ok)
		*out = a;
	else
		bodies->n = before;
	return ok;
}
