/* Reading DER; see der.h. */
#include "crypto/der.h"

struct span
der_take(struct cur *c, uint8_t tag)
{
	size_t n = 0;
	uint8_t first = 0;

	if (cur_u8(c) != tag)
		cur_fail(c);
	first = cur_u8(c);
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
der_unsigned(struct cur *c)
{
	struct span s = der_take(c, 0x02);

	if (s.n == 0 || s.p[0] >= 0x80)
		cur_fail(c);
	while (s.n > 0 && s.p[0] == 0)
		s = span_from(s, 1);
	return s;
}
