/* Base 64 as a transfer encoding, and boundaries; see mime.h. */
#include "mail/mime.h"

#include "base/b64.h"

enum { QUANTA = 256 };

void
mime_boundary(const struct env *env, char out[static MIME_BOUNDARY])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	unsigned char raw[MIME_BOUNDARY - 1];

	env->random(env->arg, raw, sizeof(raw));
	for (size_t i = 0; i < sizeof(raw); i++)
		out[i] = digits[raw[i] & 31];
	out[MIME_BOUNDARY - 1] = '\0';
}

void
mime_b64_encode_end(struct mime_b64 *b)
{
	unsigned char room[80];
	struct buf line = { .p = room, .cap = sizeof(room),
	    .max = sizeof(room) };

	if (b->n == 0)
		return;
	b64_encode(&line, span_of(b->have, b->n));
	buf_str(&line, "\r\n");
	b->to(b->arg, buf_get0(&line));
	b->n = 0;
}

void
mime_b64_encode(struct mime_b64 *b, struct span piece)
{
	while (piece.n > 0) {
		struct span s = span_first(piece, sizeof(b->have) - b->n);

		memcpy(b->have + b->n, s.p, s.n);
		b->n += s.n;
		piece = span_from(piece, s.n);
		if (b->n == sizeof(b->have))
			mime_b64_encode_end(b);
	}
}

/* Four digits, of which the last "pad" were none. */
static size_t
quantum(const unsigned char d[static 4], size_t pad, unsigned char *to)
{
	to[0] = (unsigned char)(d[0] << 2 | d[1] >> 4);
	to[1] = (unsigned char)(d[1] << 4 | d[2] >> 2);
	to[2] = (unsigned char)(d[2] << 6 | d[3]);
	return 3 - pad;
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The groups of four digits that "s" starts with, into out; how many. */
static size_t
whole_groups(struct span s, size_t max, unsigned char *out)
{
	size_t groups = s.n / 4 < max ? s.n / 4 : max, n = 0;

	for (const unsigned char *p = s.p; n < groups; n++, p += 4, out += 3) {
		int a = b64_sextets[p[0]], b = b64_sextets[p[1]];
		int c = b64_sextets[p[2]], d = b64_sextets[p[3]];

		if ((a | b | c | d) < 0)
			break;
		out[0] = (unsigned char)(a << 2 | b >> 4);
		out[1] = (unsigned char)(b << 4 | c >> 2);
		out[2] = (unsigned char)(c << 6 | d);
	}
	return n;
}

/* One octet that is no blank. */
static void
take_digit(struct mime_b64 *b, unsigned char c)
{
	signed char v = b64_sextets[c];

	if (c == '=' && b->pad < 2 && b->n >= 2) {
		v = 0;
		b->pad++;
	} else if (v < 0 || b->pad > 0) {
		b->bad = true;
		return;
	}
	b->have[b->n++] = (unsigned char)v;
}

void
mime_b64_decode(struct mime_b64 *b, struct span piece)
{
	unsigned char out[3 * QUANTA];
	size_t n = 0;

	while (!b->bad && piece.n > 0) {
		unsigned char c = piece.p[0];

		if (b->n == 0 && b->pad == 0) {
			size_t groups = whole_groups(piece,
			    (sizeof(out) - n) / 3, out + n);

			n += 3 * groups;
			piece = span_from(piece, 4 * groups);
			c = piece.n > 0 ? piece.p[0] : ' ';
		}
		if (!is_blank(c))
			take_digit(b, c);
		piece = span_from(piece, 1);
		if (b->n == 4) {
			n += quantum(b->have, b->pad, out + n);
			b->n = 0;
		}
		if (n > sizeof(out) - 6) {
			b->to(b->arg, span_of(out, n));
			n = 0;
		}
	}
	if (n > 0)
		b->to(b->arg, span_of(out, n));
}

bool
mime_b64_decode_end(const struct mime_b64 *b)
{
	return !b->bad && b->n == 0;
}
