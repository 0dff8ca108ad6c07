/* What a relay allows; see about.h. */
#include "relay/about.h"

#include "sys/json_in.h"
#include "sys/jw.h"

static const struct span protocol = SPAN("msgsec-relay/1");

void
relay_limits_write(const struct relay_limits *l, struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_span(&j, "relay", protocol);
	jw_str(&j, "version", MSGSEC_VERSION);
	jw_array(&j, "sizes");
	for (size_t i = 0; i < RELAY_SIZES; i++)
		jw_int(&j, NULL, relay_sizes[i]);
	jw_end(&j);
	jw_int(&j, "ttl", l->ttl);
	jw_int(&j, "mailbox_ttl", l->mailbox_ttl);
	jw_int(&j, "messages", l->messages);
	jw_int(&j, "octets", l->octets);
	jw_int(&j, "stock", l->stock);
	jw_int(&j, "takes", l->takes);
	jw_int(&j, "max", RELAY_FETCH_MAX);
	jw_int(&j, "wait", RELAY_WAIT_MAX);
	jw_end(&j);
	buf_byte(out, '\n');
}

bool
relay_limits_read(struct span json, struct relay_limits *out)
{
	struct buf name = BUF(64);
	struct relay_limits l;
	struct json_in in;
	bool ok = false;

	if (!json_in_open(json, &in))
		return false;
	json_in_text(&in, "relay", &name);
	l.ttl = json_in_u32(&in, "ttl");
	l.mailbox_ttl = json_in_u32(&in, "mailbox_ttl");
	l.messages = json_in_u32(&in, "messages");
	l.octets = json_in_u32(&in, "octets");
	l.stock = json_in_u32(&in, "stock");
	l.takes = json_in_u32(&in, "takes");
	ok = in.bad == NULL && span_eq(buf_get0(&name), protocol);
	json_in_close(&in);
	buf_free(&name);
	if (ok)
		*out = l;
	return ok;
}
