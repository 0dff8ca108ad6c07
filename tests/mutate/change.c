/* How texts are changed; see mutate.h. */
#include "mutate.h"

static const char *const pieces[] = {
	" ", "\t", "\r\n", "\n", "\r", ";", "=", ":", ",", "\"", "(", "\\",
	"<", ">", "@", "\r\n ", "\n\t", "\r\n\r\n", "\n\n", "  ", " \r\n",
	"l=0;", "; l=10", "x=1;", "v=1;", "h=from:", "bh=", "b=", "c=simple;",
	"d=example.com;", "i=1;", "i=2;", "cv=pass;", "cv=none;", "t=s;",
	"From: Eve <eve@example.com>\r\n", "From:eve@example.com\n",
	"Subject: x\r\n", "from : eve@example.com\r\n ", "To:\r\n",
	"DKIM-Signature: v=1;\r\n", "X: y\r\n", "ARC-Seal: i=3;\r\n",
	"v=DKIM1;", "v=spf1 ", "p=", "k=rsa;", "+all", "all", "?", "ip4:",
	"/0", "include:", "\xc3\xa9", "\xff", "a", "Z", "0", "-", ".",
};

uint32_t
rng_below(struct rng *r, uint32_t n)
{
	/* splitmix64 */
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	z ^= z >> 31;
	return n > 0 ? (uint32_t)(z % n) : 0;
}

/* A line of the text, with its end. */
static struct span
some_line(struct rng *r, struct span in, size_t *at)
{
	size_t from = rng_below(r, (uint32_t)in.n), to = from;

	while (from > 0 && in.p[from - 1] != '\n')
		from--;
	while (to < in.n && in.p[to] != '\n')
		to++;
	*at = from;
	return span_first(span_from(in, from), to - from + 1);
}

static void
replace(struct span in, size_t at, size_t n, struct span with,
    struct buf *out)
{
	buf_span(out, span_first(in, at));
	buf_span(out, with);
	buf_span(out, span_from(in, at + n));
}

static void
change_lines(struct rng *r, struct span in, struct buf *out)
{
	size_t at = 0, to = 0;
	struct span line = some_line(r, in, &at);
	struct span other = some_line(r, in, &to);

	switch (rng_below(r, 4)) {
	case 0:
		replace(in, at, line.n, (struct span){ NULL, 0 }, out);
		break;
	case 1:
		replace(in, at, 0, line, out);
		break;
	case 2:
		replace(in, at, 0, other, out);
		break;
	default:
		replace(in, at, line.n, other, out);
		break;
	}
}

static void
change_once(struct rng *r, struct span in, struct buf *out)
{
	const char *piece = pieces[rng_below(r, sizeof(pieces) /
	    sizeof(pieces[0]))];
	size_t at = rng_below(r, (uint32_t)in.n + 1);
	unsigned char c = at < in.n ? in.p[at] : 'x';
	uint32_t how = rng_below(r, 16);

	if (how < 3) {
		c ^= (unsigned char)(1u << rng_below(r, 8));
		replace(in, at, 1, span_of(&c, 1), out);
	} else if (how < 8) {
		replace(in, at, 0, span_str(piece), out);
	} else if (how < 9) {
		replace(in, at, 1, span_str(piece), out);
	} else if (how < 11) {
		replace(in, at, 1 + rng_below(r, how == 9 ? 1 : 30),
		    (struct span){ NULL, 0 }, out);
	} else if (how < 12) {
		c = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ?
		    c ^ 0x20 : c;
		replace(in, at, 1, span_of(&c, 1), out);
	} else if (how < 13) {
		buf_span(out, in);
		buf_str(out, piece);
	} else {
		change_lines(r, in, out);
	}
}

void
mutate_text(struct rng *r, struct span in, struct buf *out)
{
	uint32_t times = 1 + rng_below(r, 4);
	struct buf now = BUF(1 << 22), next = BUF(1 << 22);

	buf_span(&now, in);
	for (uint32_t i = 0; i < times; i++) {
		struct buf was = now;

		buf_reset(&next);
		change_once(r, buf_get0(&now), &next);
		now = next;
		next = was;
	}
	buf_span(out, buf_get0(&now));
	buf_free(&now);
	buf_free(&next);
}
