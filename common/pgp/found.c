/* The search's steps as octets; see found.h. */
#include "pgp/found.h"

void
found_put(struct buf *out, const struct found *step)
{
	buf_byte(out, (unsigned char)step->way);
	buf_byte(out, (unsigned char)step->result);
	buf_counted(out, span_first(step->where, FOUND_TEXT_MAX));
	buf_counted(out, span_first(step->why, FOUND_TEXT_MAX));
	buf_counted(out, step->certs);
}

void
found_end(struct buf *out)
{
	buf_byte(out, FOUND_END);
}

bool
found_get(struct cur *c, struct found *out)
{
	unsigned way = cur_u8(c), result = FOUND_RESULTS;

	if (c->bad || way == FOUND_END)
		return false;
	result = cur_u8(c);
	*out = (struct found){ (enum found_way)way,
	    (enum found_result)result, cur_counted(c), cur_counted(c),
	    cur_counted(c) };
	if (way >= FOUND_WAYS || result >= FOUND_RESULTS ||
	    out->where.n > FOUND_TEXT_MAX || out->why.n > FOUND_TEXT_MAX ||
	    out->certs.n > FOUND_CERTS_MAX ||
	    (result == FOUND_OK) != (out->certs.n > 0))
		cur_fail(c);
	return !c->bad;
}

const char *
found_way_name(enum found_way w)
{
	return w == FOUND_DANE ? "DANE" : "WKD";
}
