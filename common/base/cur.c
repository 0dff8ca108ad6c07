/* Getters of the cursor; see cur.h for the rule of the sticky error. */
#include "base/cur.h"

#include "base/ascii.h"

struct span
cur_take(struct cur *c, size_t n)
{
	struct span s = { NULL, 0 };

	if (c->bad || n > c->in.n - c->at) {
		c->bad = true;
		return s;
	}
	s = span_first(span_from(c->in, c->at), n);
	c->at += n;
	return s;
}

struct span
cur_counted(struct cur *c)
{
	return cur_take(c, cur_u32(c));
}

uint8_t
cur_u8(struct cur *c)
{
	struct span s = cur_take(c, 1);

	return c->bad ? 0 : s.p[0];
}

uint16_t
cur_u16(struct cur *c)
{
	struct span s = cur_take(c, 2);

	return c->bad ? 0 : (uint16_t)(s.p[0] << 8 | s.p[1]);
}

uint32_t
cur_u32(struct cur *c)
{
	struct span s = cur_take(c, 4);

	return c->bad ? 0 : (uint32_t)s.p[0] << 24 | (uint32_t)s.p[1] << 16 |
	    (uint32_t)s.p[2] << 8 | s.p[3];
}

uint64_t
cur_u64(struct cur *c)
{
	uint64_t high = cur_u32(c);

	return high << 32 | cur_u32(c);
}

struct span
cur_while(struct cur *c, bool (*is)(unsigned char), size_t min, size_t max)
{
	struct span left = cur_left(c);
	size_t n = 0;

	while (n < left.n && is(left.p[n]))
		n++;
	if (n < min || n > max)
		cur_fail(c);
	return cur_take(c, n);
}

bool
cur_accept(struct cur *c, unsigned char octet)
{
	if (cur_peek(c) != octet)
		return false;
	c->at++;
	return true;
}

bool
cur_accept_lit(struct cur *c, struct span lit)
{
	if (c->bad || !span_starts(cur_left(c), lit))
		return false;
	c->at += lit.n;
	return true;
}

bool
cur_accept_ilit(struct cur *c, struct span lit)
{
	if (c->bad || !span_istarts(cur_left(c), lit))
		return false;
	c->at += lit.n;
	return true;
}

void
cur_expect(struct cur *c, unsigned char octet)
{
	if (!cur_accept(c, octet))
		cur_fail(c);
}

size_t
cur_skip_wsp(struct cur *c)
{
	size_t from = c->at;

	while (cur_peek(c) >= 0 && ascii_is_wsp(c->in.p[c->at]))
		c->at++;
	return c->at - from;
}

size_t
cur_skip_fws(struct cur *c)
{
	size_t from = c->at;

	while (cur_peek(c) >= 0 && ascii_is_fws(c->in.p[c->at]))
		c->at++;
	return c->at - from;
}

uint64_t
cur_dec(struct cur *c, uint64_t max)
{
	/* 19 digits always fit 64 bits, so the sum cannot wrap. */
	struct span digits = cur_while(c, ascii_is_digit, 1, 19);
	uint64_t v = 0;

	for (size_t i = 0; i < digits.n; i++)
		v = v * 10 + (digits.p[i] - '0');
	if (v > max) {
		cur_fail(c);
		v = 0;
	}
	return v;
}

bool
span_dec(struct span s, uint64_t max, uint64_t *out)
{
	struct cur c = cur_of(s);
	uint64_t v = cur_dec(&c, max);

	if (!cur_done(&c))
		return false;
	*out = v;
	return true;
}
