/* BER elements; see ber.h. */
#include "cms/ber.h"

enum { DEPTH_MAX = 16 };

struct head {
	uint8_t tag;
	bool indefinite;
	size_t n;
};

static struct head
take_head(struct cur *c)
{
	struct head h = { .tag = cur_u8(c) };
	uint8_t first = cur_u8(c);

	if ((h.tag & 0x1f) == 0x1f)
		cur_fail(c);
	h.indefinite = first == 0x80;
	h.n = first < 0x80 ? first : 0;
	/* eight octets of length are enough for anything that fits */
	if (first > 0x88 || (h.indefinite && !(h.tag & BER_CONSTRUCTED)))
		cur_fail(c);
	for (int i = first & 0x7f; first > 0x80 && i > 0 && !c->bad; i--) {
		if (h.n > SIZE_MAX >> 8)
			cur_fail(c);
		h.n = h.n << 8 | cur_u8(c);
	}
	return h;
}

static bool
at_end(const struct cur *c)
{
	return span_starts(cur_left(c), SPAN("\0\0"));
}

/* Pass by an element; the length of its content. */
static size_t
pass(struct cur *c, const struct head *h, int depth)
{
	size_t from = c->at, n = 0;

	if (!h->indefinite)
		return cur_take(c, h->n).n;
	if (depth == DEPTH_MAX)
		cur_fail(c);
	while (!c->bad && !at_end(c)) {
		struct head inner = take_head(c);

		pass(c, &inner, depth + 1);
	}
	n = c->at - from;
	cur_take(c, 2);
	return n;
}

struct ber
ber_next(struct cur *c)
{
	struct span left = cur_left(c);
	size_t start = c->at, head = 0, n = 0;
	struct head h = take_head(c);

	head = c->at - start;
	n = pass(c, &h, 0);
	if (c->bad)
		return (struct ber){ .tag = 0 };
	return (struct ber){ .tag = h.tag,
	    .whole = span_first(left, c->at - start),
	    .content = span_first(span_from(left, head), n) };
}

struct ber
ber_take(struct cur *c, uint8_t tag)
{
	struct ber b = { .tag = 0 };

	if (cur_peek(c) != tag)
		cur_fail(c);
	else
		b = ber_next(c);
	return b;
}
