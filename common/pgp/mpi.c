/* Multiprecision integers; see mpi.h. */
#include "pgp/mpi.h"

static unsigned
bits_of(struct span s)
{
	unsigned n = (unsigned)s.n * 8;

	for (unsigned top = 0x80; s.n > 0 && top > s.p[0]; top >>= 1)
		n--;
	return n;
}

struct span
mpi_take(struct cur *c, unsigned max_bits)
{
	unsigned bits = cur_u16(c);
	struct span s = cur_take(c, (bits + 7) / 8);

	if (!c->bad && (bits > max_bits || bits_of(s) != bits)) {
		cur_fail(c);
		s = (struct span){ NULL, 0 };
	}
	return s;
}

bool
mpi_pad(struct span mpi, unsigned char *to, size_t n)
{
	if (mpi.n > n)
		return false;
	memset(to, 0, n - mpi.n);
	if (mpi.n > 0)
		memcpy(to + n - mpi.n, mpi.p, mpi.n);
	return true;
}

void
mpi_add(struct buf *out, struct span number)
{
	while (number.n > 0 && number.p[0] == 0)
		number = span_from(number, 1);
	buf_u16(out, (uint16_t)bits_of(number));
	buf_span(out, number);
}

uint16_t
mpi_sum(struct span s)
{
	uint16_t sum = 0;

	for (size_t i = 0; i < s.n; i++)
		sum = (uint16_t)(sum + s.p[i]);
	return sum;
}
