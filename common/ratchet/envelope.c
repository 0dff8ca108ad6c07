/* Messages as JSON; see envelope.h. */
#include "ratchet/envelope.h"

#include "sys/json_in.h"
#include "sys/jw.h"

const char *
envelope_type_name(enum envelope_type t)
{
	return t == ENVELOPE_PREKEY ? "prekey" : t == ENVELOPE_SEALED ?
	    "sealed" : "message";
}

static void
get_name(struct json_in *in, const char *key, char *to)
{
	struct buf name = BUF(NAME_MAX_OCTETS);

	json_in_text(in, key, &name);
	if (in->bad == NULL && !name_ok(buf_get0(&name)))
		in->bad = key;
	if (in->bad == NULL)
		memcpy(to, name.p, name.n);
	buf_free(&name);
}

static void
get_type(struct json_in *in, struct envelope *e)
{
	struct buf type = BUF(16);

	json_in_text(in, "type", &type);
	if (span_eq(buf_get0(&type), SPAN("message")))
		e->type = ENVELOPE_MESSAGE;
	else if (span_eq(buf_get0(&type), SPAN("sealed")))
		e->type = ENVELOPE_SEALED;
	else if (!span_eq(buf_get0(&type), SPAN("prekey")))
		in->bad = "type";
	buf_free(&type);
}

bool
envelope_read(struct span json, struct envelope *out, struct buf *body,
    const char **bad)
{
	struct envelope e = { .type = ENVELOPE_PREKEY };
	struct json_in in;
	size_t before = body->n;
	uint32_t version = 0;

	*bad = "object";
	if (json.n > ENVELOPE_MAX || !json_in_open(json, &in))
		return false;
	get_name(&in, "to", e.to);
	get_type(&in, &e);
	if (e.type != ENVELOPE_SEALED)
		get_name(&in, "from", e.from);
	version = json_in_u32(&in, "version");
	/* a nibble on the wire */
	if (version > 15)
		in.bad = "version";
	e.version = (uint8_t)version;
	json_in_octets(&in, "body", body);
	*bad = in.bad;
	json_in_close(&in);
	if (*bad != NULL) {
		body->n = before;
		return false;
	}
	*out = e;
	return true;
}

void
envelope_write(const struct envelope *e, struct span body, struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_str(&j, "to", e->to);
	jw_str(&j, "from", e->from[0] != '\0' ? e->from : NULL);
	jw_str(&j, "type", envelope_type_name(e->type));
	jw_int(&j, "version", e->version);
	jw_b64(&j, "body", body);
	jw_end(&j);
	buf_byte(out, '\n');
}

bool
envelope_type_of(struct span body, enum envelope_type *out,
    enum wire_result *why)
{
	struct wire_prekey p;
	struct wire_message m;

	/* none is both: where one has a key, the other has an integer */
	if (wire_prekey_read(body, &p) == WIRE_OK) {
		*out = ENVELOPE_PREKEY;
		return true;
	}
	*why = wire_message_read(body, &m);
	if (*why == WIRE_OK)
		*out = ENVELOPE_MESSAGE;
	return *why == WIRE_OK;
}
