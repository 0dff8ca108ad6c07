/* Records of sealed messages; see chunks.h. */
#include "seal/chunks.h"

#include <stdlib.h>

#include "base/b64.h"
#include "base/cur.h"
#include "sys/jw.h"
#include "sys/rec.h"
#include "sys/scan.h"

enum {
	CHUNKS = 5,
	CHUNK_SALT = 0, CHUNK_BODY, CHUNK_TAIL, CHUNK_SENDER, CHUNK_RECEIVER,
	KEY_ID_SIZE = 4,
	KEY_ID_SIZE_MAX = 8,
	MIDS_MAX = 4096,
	EXTRA_MAX = 2048,
};

enum name { FROM, TO, VERSION, TYPE, SENDER, RECEIVER, LIST, NAMES };

static const char *const names[NAMES] = {
	"from", "to", "version", "content_type", "sender_key_id",
	"receiver_key_id", "chunks",
};

void
chunks_init(struct chunks *c)
{
	*c = (struct chunks){
		.mids = BUF(MIDS_MAX), .octets = BUF(REC_MAX),
		.extra = BUF(EXTRA_MAX),
	};
	/* once and for all, since spans point into them */
	buf_room(&c->mids, MIDS_MAX);
}

void
chunks_free(struct chunks *c)
{
	buf_free(&c->mids);
	buf_free(&c->octets);
	buf_free(&c->extra);
}

/* Which member this is; NAMES for none of ours. */
static enum name
name_of(struct span key)
{
	size_t i = 0;

	while (i < NAMES && !scan_spells(key, span_str(names[i])))
		i++;
	return (enum name)i;
}

/*
 * Each of our members once: where one stands twice, readers differ in which
 * they take.
 */
static bool
sort_members(const struct scan_object *o, struct span tool,
    struct span values[static NAMES], struct buf *extra)
{
	for (size_t i = 0; i < o->n; i++) {
		enum name name = name_of(o->v[i].key);

		if (name < NAMES) {
			if (values[name].n > 0)
				return false;
			values[name] = o->v[i].value;
		} else if (!scan_spells(o->v[i].key, tool)) {
			buf_str(extra, extra->n > 0 ? ", " : "");
			buf_span(extra, o->v[i].key);
		}
	}
	extra->over = false;
	return true;
}

/* A MID's text, kept in c->mids; false when the value is no string. */
static bool
take_mid(struct chunks *c, struct span value, unsigned bit, struct span *mid)
{
	size_t start = c->mids.n;

	if (value.n == 0) {
		c->missing |= bit;
		return true;
	}
	/* an escape may stand for each letter, but no more than that */
	if (value.n > 2 + 6 * LETTER_MID_SIZE ||
	    !scan_string(value, &c->mids))
		return false;
	*mid = span_from(buf_get0(&c->mids), start);
	return true;
}

/* A number, or what stood there before where the member is missing. */
static bool
take_u32(struct span value, uint32_t *out)
{
	uint64_t v = 0;

	if (value.n == 0)
		return true;
	if (!span_dec(value, UINT32_MAX, &v))
		return false;
	*out = (uint32_t)v;
	return true;
}

/* A key id from its chunk, big-endian, of any length that makes sense. */
static bool
key_id(struct chunks *c, struct span chunk, uint32_t *out)
{
	uint64_t v = 0;

	if (chunk.n == 0 || chunk.n > KEY_ID_SIZE_MAX)
		return false;
	for (size_t i = 0; i < chunk.n; i++)
		v = v << 8 | chunk.p[i];
	c->ids_odd |= chunk.n != KEY_ID_SIZE;
	*out = (uint32_t)v;
	return v <= UINT32_MAX;
}

/* The octets of the five chunks, kept in c->octets. */
static bool
take_chunks(struct chunks *c, struct span value,
    struct span chunk[static CHUNKS])
{
	struct scan_array a = { 0 };
	struct buf text = BUF(REC_MAX);
	const char *why = NULL;
	size_t at = 0;
	bool ok = scan_array(value, &a, &why, &at) && a.n == CHUNKS;

	/* no more comes out than went in: the spans stay where they are */
	buf_room(&c->octets, value.n);
	for (size_t i = 0; ok && i < CHUNKS; i++) {
		size_t start = c->octets.n;

		buf_reset(&text);
		ok = scan_string(a.v[i], &text) &&
		    b64_decode(&c->octets, buf_get0(&text));
		chunk[i] = span_from(buf_get0(&c->octets), start);
	}
	buf_free(&text);
	free(a.v);
	return ok;
}

static const char *
take_ids(struct chunks *c, const struct span chunk[static CHUNKS],
    const struct span values[static NAMES])
{
	struct letter *l = &c->letter;
	uint32_t sender = 0, receiver = 0;

	if (!key_id(c, chunk[CHUNK_SENDER], &sender) ||
	    !key_id(c, chunk[CHUNK_RECEIVER], &receiver))
		return "a key id's chunk is no number of 32 bits";
	l->sender_key = sender;
	l->receiver_key = receiver;
	if (!take_u32(values[SENDER], &l->sender_key) ||
	    !take_u32(values[RECEIVER], &l->receiver_key))
		return "a key id is no number of 32 bits";
	c->ids_differ = l->sender_key != sender ||
	    l->receiver_key != receiver;
	return NULL;
}

static const char *
take_members(struct chunks *c, const struct span values[static NAMES])
{
	struct letter *l = &c->letter;
	struct span chunk[CHUNKS] = { { NULL, 0 } };

	l->version = 2;
	if (!take_mid(c, values[FROM], CHUNKS_FROM, &l->from) ||
	    !take_mid(c, values[TO], CHUNKS_TO, &l->to))
		return "\"from\" or \"to\" is no MID";
	if (!take_u32(values[VERSION], &l->version))
		return "\"version\" is no number";
	c->missing |= values[TYPE].n == 0 ? CHUNKS_TYPE : 0;
	if (!take_u32(values[TYPE], &l->content_type))
		return "\"content_type\" is no number of 32 bits";
	if (!take_chunks(c, values[LIST], chunk))
		return "\"chunks\" is no list of five in base64";
	l->salt = chunk[CHUNK_SALT];
	l->body = chunk[CHUNK_BODY];
	l->tail = chunk[CHUNK_TAIL];
	return take_ids(c, chunk, values);
}

bool
chunks_read(struct chunks *c, struct span json, struct span tool,
    const char **why)
{
	struct span values[NAMES] = { { NULL, 0 } };
	struct scan_object o = { 0 };
	const char *flaw = NULL;
	size_t at = 0;

	c->letter = (struct letter){ .version = 0 };
	c->missing = 0;
	c->ids_differ = c->ids_odd = false;
	buf_reset(&c->mids);
	buf_reset(&c->octets);
	buf_reset(&c->extra);
	if (!scan_object(json, &o, why, &at))
		return false;
	if (!sort_members(&o, tool, values, &c->extra))
		flaw = "a member stands twice";
	else
		flaw = take_members(c, values);
	free(o.v);
	if (flaw != NULL)
		*why = flaw;
	return flaw == NULL;
}

static void
write_id(struct jw *j, uint32_t id)
{
	unsigned char octets[KEY_ID_SIZE];

	for (int i = 0; i < KEY_ID_SIZE; i++)
		octets[i] = (unsigned char)(id >> (24 - 8 * i));
	jw_b64(j, NULL, span_of(octets, sizeof(octets)));
}

void
chunks_write(const struct letter *l, struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_span(&j, names[FROM], l->from);
	jw_span(&j, names[TO], l->to);
	jw_int(&j, names[VERSION], l->version);
	jw_int(&j, names[TYPE], l->content_type);
	jw_int(&j, names[SENDER], l->sender_key);
	jw_int(&j, names[RECEIVER], l->receiver_key);
	jw_array(&j, names[LIST]);
	jw_b64(&j, NULL, l->salt);
	jw_b64(&j, NULL, l->body);
	jw_b64(&j, NULL, l->tail);
	write_id(&j, l->sender_key);
	write_id(&j, l->receiver_key);
	jw_end(&j);
	jw_end(&j);
}

