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

const signed char b64_sextets[256] = {
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, -1, -1, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1,
	-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, -1,
	-1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
};

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
		s = b64_sextets[in.p[i]];
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
