/* Reading DER; see der.h. */
#include "crypto/der.h"

/* The length octets, and as many of content. */
static struct span
content(struct cur *c)
{
	uint8_t first = cur_u8(c);
	size_t n = 0;

	if (first < 0x80)
		n = first;
	else if (first == 0x81)
		n = cur_u8(c);
	else if (first == 0x82)
		n = cur_u16(c);
	else
		cur_fail(c);
	return cur_take(c, n);
}

struct span
der_take(struct cur *c, uint8_t tag)
{
	if (cur_u8(c) != tag)
		cur_fail(c);
	return content(c);
}

struct span
der_element(struct cur *c)
{
	struct span left = cur_left(c);
	size_t before = c->at;

	/* tag numbers from 31 on take more octets; nothing here has them */
	if ((cur_u8(c) & 0x1f) == 0x1f)
		cur_fail(c);
	content(c);
	return c->bad ? span_of(NULL, 0) : span_first(left, c->at - before);
}

struct span
der_unsigned(struct cur *c)
{
	struct span s = der_take(c, 0x02);

	if (s.n == 0 || s.p[0] >= 0x80)
		cur_fail(c);
	while (s.n > 0 && s.p[0] == 0)
		s = span_from(s, 1);
	return s;
}

struct span
der_spki(struct span der, struct span *alg)
{
	struct cur c = cur_of(der);
	struct cur spki = cur_of(der_take(&c, 0x30));
	struct span id = der_take(&spki, 0x30);
	struct span bits = der_take(&spki, 0x03);

	if (!cur_done(&c) || !cur_done(&spki) || bits.n < 1 || bits.p[0] != 0)
		return (struct span){ NULL, 0 };
	*alg = id;
	return span_from(bits, 1);
}
