/* Fragments of streams; see fragment.h. */
#include "relay/fragment.h"

#include "base/cur.h"
#include "crypto/digest.h"

/* No message begins with this: they are JSON. */
static const struct span mark = SPAN("msgsec-stream/1\n");

void
relay_stream_id(struct span line, unsigned char out[static RELAY_STREAM])
{
	unsigned char hash[SHA256_SIZE];

	digest_of(DIGEST_SHA256, span_trim(line), hash);
	memcpy(out, hash, RELAY_STREAM);
}

void
relay_fragment_write(const struct relay_fragment *f, struct buf *out)
{
	buf_span(out, mark);
	buf_add(out, f->stream, RELAY_STREAM);
	buf_u32(out, f->number);
	buf_byte(out, f->last);
	buf_span(out, f->octets);
}

bool
relay_fragment_fits(const struct relay_fragment *f)
{
	struct span line = span_first(f->octets, span_chr(f->octets, '\n'));
	unsigned char id[RELAY_STREAM];

	if (f->number > 0)
		return true;
	if (line.n == f->octets.n || line.n > RELAY_STREAM_LINE)
		return false;
	relay_stream_id(line, id);
	return memcmp(id, f->stream, RELAY_STREAM) == 0;
}

bool
relay_fragment_read(struct span content, struct relay_fragment *out)
{
	struct cur c = cur_of(content);
	struct relay_fragment f = { .number = 0 };
	struct span id;
	uint8_t last = 0;

	if (!cur_accept_lit(&c, mark))
		return false;
	id = cur_take(&c, RELAY_STREAM);
	f.number = cur_u32(&c);
	last = cur_u8(&c);
	f.octets = cur_left(&c);
	if (c.bad || last > 1 || f.octets.n > RELAY_FRAGMENT_MAX)
		return false;
	memcpy(f.stream, id.p, RELAY_STREAM);
	f.last = last == 1;
	*out = f;
	return true;
}
