/* Session keys as text; see session_key.h. */
#include "session_key.h"

#include "base/ascii.h"
#include "base/cur.h"

bool
session_key_parse(struct span s, struct session *out)
{
	struct cur c = cur_of(span_trim(s));
	struct session k = { .sym = (unsigned)cur_dec(&c, 255) };
	size_t n = 0;

	cur_expect(&c, ':');
	while (!c.bad && c.at < c.in.n && k.n < sizeof(k.key)) {
		int high = ascii_hex(cur_u8(&c)), low = ascii_hex(cur_u8(&c));

		if (high < 0 || low < 0)
			cur_fail(&c);
		else
			k.key[k.n++] = (unsigned char)(high << 4 | low);
	}
	if (!cur_done(&c) || algo_sym(k.sym, &n) == NULL || n != k.n)
		return false;
	*out = k;
	return true;
}

void
session_key_write(const struct session *s, struct buf *out)
{
	buf_printf(out, "%u:", s->sym);
	for (size_t i = 0; i < s->n; i++)
		buf_printf(out, "%02X", s->key[i]);
	buf_byte(out, '\n');
}
