/* Members taken strictly; see json_in.h. */
#include "sys/json_in.h"

#include <stdlib.h>

#include "base/b64.h"
#include "base/cur.h"
#include "base/date.h"

bool
json_in_open(struct span text, struct json_in *in)
{
	const char *why = NULL;
	size_t at = 0;

	*in = (struct json_in){ .bad = NULL };
	return scan_object(text, &in->object, &why, &at);
}

void
json_in_close(struct json_in *in)
{
	free(in->object.v);
	in->object.v = NULL;
}

static struct span
value(const struct json_in *in, const char *key)
{
	const struct scan_member *m = scan_find0(&in->object, span_str(key));

	return m ? m->value : span_of(NULL, 0);
}

static void
fail(struct json_in *in, const char *key)
{
	if (in->bad == NULL)
		in->bad = key;
}

bool
json_in_has(const struct json_in *in, const char *key)
{
	struct span v = value(in, key);

	return v.n > 0 && !span_eq(v, SPAN("null"));
}

uint32_t
json_in_u32(struct json_in *in, const char *key)
{
	uint64_t v = 0;

	if (!span_dec(value(in, key), UINT32_MAX, &v))
		fail(in, key);
	return (uint32_t)v;
}

void
json_in_text(struct json_in *in, const char *key, struct buf *out)
{
	if (!json_in_has(in, key) || !scan_string(value(in, key), out) ||
	    out->over)
		fail(in, key);
}

void
json_in_octets(struct json_in *in, const char *key, struct buf *out)
{
	struct span v = value(in, key);
	struct buf text = BUF(v.n + 1);
	size_t before = out->n;

	if (v.n == 0 || !scan_string(v, &text) || text.over ||
	    !b64_decode(out, buf_get0(&text)) || out->over) {
		out->n = before;
		fail(in, key);
	}
	buf_free(&text);
}

void
json_in_exactly(struct json_in *in, const char *key, unsigned char *out,
    size_t n)
{
	struct buf b = BUF(n);

	json_in_octets(in, key, &b);
	if (b.n == n)
		memcpy(out, b.p, n);
	else
		fail(in, key);
	buf_free(&b);
}

int64_t
json_in_time(struct json_in *in, const char *key)
{
	struct buf b = BUF(64);
	int64_t t = 0;

	json_in_text(in, key, &b);
	if (!date_parse(buf_get0(&b), &t))
		fail(in, key);
	buf_free(&b);
	return t;
}

bool
json_in_inner(struct json_in *in, const char *key, struct json_in *inner)
{
	if (json_in_has(in, key) && json_in_open(value(in, key), inner))
		return true;
	fail(in, key);
	return false;
}
