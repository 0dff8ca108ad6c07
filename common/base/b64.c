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

/* The whole groups of four at the start of "in": how many octets it took. */
static size_t
whole_groups(struct buf *out, struct span in)
{
	size_t left = (out->max - out->n) / 3, i = 0;
	size_t groups = in.n / 4 < left ? in.n / 4 : left;
	unsigned char *to = groups > 0 ? buf_room(out, 3 * groups) : NULL;

	for (; to != NULL && groups > 0; groups--, i += 4) {
		int a = b64_sextets[in.p[i]], b = b64_sextets[in.p[i + 1]];
		int c = b64_sextets[in.p[i + 2]], d = b64_sextets[in.p[i + 3]];

		if ((a | b | c | d) < 0)
			break;
		*to++ = (unsigned char)(a << 2 | b >> 4);
		*to++ = (unsigned char)(b << 4 | c >> 2);
		*to++ = (unsigned char)(c << 6 | d);
		out->n += 3;
	}
	return i;
}

bool
b64_decode(struct buf *out, struct span in)
{
	size_t was = out->n, pads = 0, sextets = 0;
	uint32_t v = 0;

	for (; in.n > 0; in = span_from(in, 1)) {
		int s = 0;

		if (sextets % 4 == 0 && pads == 0)
			in = span_from(in, whole_groups(out, in));
		if (in.n == 0)
			break;
		if (ascii_is_fws(in.p[0]))
			continue;
		if (in.p[0] == '=') {
			pads++;
			continue;
		}
		s = b64_sextets[in.p[0]];
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
