/* Base 64; see b64.h. */
#include "base/b64.h"

#include <stdint.h>

#include "base/ascii.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
b64_encode(struct buf *out, struct span in)
{
	unsigned char *to = buf_room(out, (in.n + 2) / 3 * 4);

	if (to == NULL)
		return;
	for (size_t i = 0; i < in.n; i += 3) {
		uint32_t v = (uint32_t)in.p[i] << 16;

		if (i + 1 < in.n)
			v |= (uint32_t)in.p[i + 1] << 8;
		if (i + 2 < in.n)
			v |= in.p[i + 2];
		*to++ = (unsigned char)alphabet[v >> 18];
		*to++ = (unsigned char)alphabet[v >> 12 & 63];
		*to++ = i + 1 < in.n ?
		    (unsigned char)alphabet[v >> 6 & 63] : '=';
		*to++ = i + 2 < in.n ? (unsigned char)alphabet[v & 63] : '=';
	}
	out->n += (in.n + 2) / 3 * 4;
}

static int
sextet(unsigned char c)
{
	if (ascii_is_upper(c))
		return c - 'A';
	if (ascii_is_alpha(c))
		return c - 'a' + 26;
	if (ascii_is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
b64_decode(struct buf *out, struct span in)
{
	size_t was = out->n, pads = 0, sextets = 0;
	uint32_t v = 0;

	for (size_t i = 0; i < in.n; i++) {
		int s = 0;

		if (ascii_is_fws(in.p[i]))
			continue;
		if (in.p[i] == '=') {
			pads++;
			continue;
		}
		s = sextet(in.p[i]);
		if (s < 0 || pads > 0)
			goto bad;
		v = v << 6 | (uint32_t)s;
		if (sextets++ % 4 != 0)
			buf_byte(out, (unsigned char)(v >> (6 - 2 *
			    ((sextets - 1) % 4))));
	}
	/* one sextet alone holds no octet; padding, where given, fills four */
	if (sextets % 4 == 1 || pads > 2 ||
	    (pads > 0 && (sextets + pads) % 4 != 0))
		goto bad;
	return !out->over;
bad:
	out->n = was;
	return false;
}
