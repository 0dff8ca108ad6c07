/* UTF-8; see utf8.h. */
#include "base/utf8.h"

#include "base/ascii.h"

size_t
utf8_next(struct span s, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t v = 0;
	size_t n = 0;

	if (s.n == 0)
		return 0;
	if (s.p[0] < 0x80) {
		*cp = s.p[0];
		return 1;
	}
	n = s.p[0] >= 0xf0 && s.p[0] < 0xf8 ? 4 :
	    s.p[0] >= 0xe0 && s.p[0] < 0xf0 ? 3 :
	    s.p[0] >= 0xc0 && s.p[0] < 0xe0 ? 2 : 0;
	if (n == 0 || n > s.n)
		return 0;
	v = s.p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s.p[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (s.p[i] & 0x3f);
	}
	if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 0;
	*cp = v;
	return n;
}

bool
utf8_valid(struct span s)
{
	uint32_t cp = 0;

	while (s.n > 0) {
		size_t n = utf8_next(s, &cp);

		if (n == 0)
			return false;
		s = span_from(s, n);
	}
	return true;
}

void
utf8_put(struct buf *out, uint32_t cp)
{
	if (cp < 0x80) {
		buf_byte(out, (unsigned char)cp);
		return;
	}
	if (cp < 0x800) {
		buf_byte(out, (unsigned char)(0xc0 | cp >> 6));
	} else {
		if (cp < 0x10000) {
			buf_byte(out, (unsigned char)(0xe0 | cp >> 12));
		} else {
			buf_byte(out, (unsigned char)(0xf0 | cp >> 18));
			buf_byte(out, 0x80 | (cp >> 12 & 0x3f));
		}
		buf_byte(out, 0x80 | (cp >> 6 & 0x3f));
	}
	buf_byte(out, 0x80 | (cp & 0x3f));
}

/* What XML 1.0 section 2.2 forbids, beside controls. */
static bool
is_no_character(uint32_t cp)
{
	return cp == 0xfffe || cp == 0xffff;
}

/* Marks, embeddings, overrides and isolates of the bidi algorithm. */
static bool
is_bidi(uint32_t cp)
{
	return cp == 0x061c || cp == 0x200e || cp == 0x200f ||
	    (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

void
utf8_clean(struct buf *out, struct span s)
{
	while (s.n > 0) {
		uint32_t cp = 0;
		size_t n = utf8_next(s, &cp);

		if (n == 0) {
			buf_str(out, "\xef\xbf\xbd");
			n = 1;
		} else if (cp == '\t' || cp == '\n' || cp == '\r') {
			buf_byte(out, ' ');
		} else if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ||
		    cp == 0x2028 || cp == 0x2029 || is_bidi(cp) ||
		    is_no_character(cp)) {
			buf_byte(out, '?');
		} else {
			buf_add(out, s.p, n);
		}
		s = span_from(s, n);
	}
}

/* Octets from the start of s that are ASCII, eight at a time. */
static size_t
ascii_run(struct span s)
{
	size_t n = 0;
	uint64_t word = 0;

	for (; n + sizeof(word) <= s.n; n += sizeof(word)) {
		memcpy(&word, s.p + n, sizeof(word));
		if (word & 0x8080808080808080)
			break;
	}
	return n;
}

/* How long a sequence its first octet announces; 0: none begins so. */
static size_t
announced(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 :
	    first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

void
utf8_stream_add(struct utf8_stream *u, struct span piece)
{
	uint32_t cp = 0;

	while (piece.n > 0 && !u->bad) {
		size_t n = u->n == 0 ? ascii_run(piece) : 0;

		piece = span_from(piece, n);
		if (piece.n == 0)
			return;
		u->part[u->n++] = piece.p[0];
		piece = span_from(piece, 1);
		if (u->n < announced(u->part[0]))
			continue;
		u->bad = utf8_next(span_of(u->part, u->n), &cp) != u->n;
		u->n = 0;
	}
}

bool
utf8_stream_end(const struct utf8_stream *u)
{
	return !u->bad && u->n == 0;
}
