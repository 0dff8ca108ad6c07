/* Arithmetic modulo 2^255 - 19; see field.h. */
#include "ratchet/field.h"

#include <stdint.h>
#include <string.h>

/* The sum of v[i] * 2^(51 i), each v[i] below 2^52 between operations. */
struct element {
	uint64_t v[5];
};

__extension__ typedef unsigned __int128 wide;

#define LIMB ((UINT64_C(1) << 51) - 1)

static uint64_t
load(const unsigned char *p)
{
	uint64_t v = 0;

	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

/* 51 bits each, which begin at bit 0, 51, 102, 153 and 204. */
static struct element
from_octets(const unsigned char *p)
{
	return (struct element){ {
		load(p) & LIMB, (load(p + 6) >> 3) & LIMB,
		(load(p + 12) >> 6) & LIMB, (load(p + 19) >> 1) & LIMB,
		(load(p + 24) >> 12) & LIMB,
	} };
}

/* What passes the top comes in again at the bottom, 19 times. */
static struct element
carried(struct element a)
{
	for (int i = 0; i < 4; i++) {
		a.v[i + 1] += a.v[i] >> 51;
		a.v[i] &= LIMB;
	}
	a.v[0] += 19 * (a.v[4] >> 51);
	a.v[4] &= LIMB;
	return a;
}

/* The one spelling below 2^255 - 19. */
static struct element
reduced(struct element a)
{
	uint64_t q = 0;

	a = carried(carried(a));
	/* whether a + 19 passes 2^255 */
	q = (a.v[0] + 19) >> 51;
	for (int i = 1; i < 5; i++)
		q = (a.v[i] + q) >> 51;
	a.v[0] += 19 * q;
	for (int i = 0; i < 4; i++) {
		a.v[i + 1] += a.v[i] >> 51;
		a.v[i] &= LIMB;
	}
	a.v[4] &= LIMB;
	return a;
}

static void
to_octets(struct element a, unsigned char *p)
{
	a = reduced(a);
	memset(p, 0, FIELD_SIZE);
	for (int bit = 0; bit < 255; bit++)
		p[bit / 8] |= (unsigned char)((a.v[bit / 51] >> (bit % 51) &
		    1) << bit % 8);
}

static struct element
multiplied(const struct element *a, const struct element *b)
{
	const uint64_t *x = a->v, *y = b->v;
	wide t[5] = {
		(wide)x[0] * y[0] + 19 * ((wide)x[1] * y[4] +
		    (wide)x[2] * y[3] + (wide)x[3] * y[2] + (wide)x[4] * y[1]),
		(wide)x[0] * y[1] + (wide)x[1] * y[0] + 19 *
		    ((wide)x[2] * y[4] + (wide)x[3] * y[3] + (wide)x[4] * y[2]),
		(wide)x[0] * y[2] + (wide)x[1] * y[1] + (wide)x[2] * y[0] +
		    19 * ((wide)x[3] * y[4] + (wide)x[4] * y[3]),
		(wide)x[0] * y[3] + (wide)x[1] * y[2] + (wide)x[2] * y[1] +
		    (wide)x[3] * y[0] + 19 * ((wide)x[4] * y[4]),
		(wide)x[0] * y[4] + (wide)x[1] * y[3] + (wide)x[2] * y[2] +
		    (wide)x[3] * y[1] + (wide)x[4] * y[0],
	};
	struct element out;

	for (int i = 0; i < 4; i++) {
		t[i + 1] += t[i] >> 51;
		out.v[i] = (uint64_t)t[i] & LIMB;
	}
	out.v[4] = (uint64_t)t[4] & LIMB;
	out.v[0] += 19 * (uint64_t)(t[4] >> 51);
	out.v[1] += out.v[0] >> 51;
	out.v[0] &= LIMB;
	return out;
}

/* a to the power 2^n, times b. */
static struct element
squared(struct element a, int n, const struct element *b)
{
	while (n-- > 0)
		a = multiplied(&a, &a);
	return multiplied(&a, b);
}

/*
 * a^(p - 2) = 1 / a by Fermat; p - 2 = 2^255 - 21. The names say how many
 * ones stand in the exponent.
 */
static struct element
inverted(const struct element *a)
{
	struct element two = multiplied(a, a);
	struct element nine = squared(two, 2, a);
	struct element eleven = multiplied(&nine, &two);
	struct element ones5 = squared(eleven, 1, &nine);
	struct element ones10 = squared(ones5, 5, &ones5);
	struct element ones20 = squared(ones10, 10, &ones10);
	struct element ones40 = squared(ones20, 20, &ones20);
	struct element ones50 = squared(ones40, 10, &ones10);
	struct element ones100 = squared(ones50, 50, &ones50);
	struct element ones200 = squared(ones100, 100, &ones100);
	struct element ones250 = squared(ones200, 50, &ones50);

	return squared(ones250, 5, &eleven);
}

static bool
is_zero(struct element a)
{
	a = reduced(a);
	return (a.v[0] | a.v[1] | a.v[2] | a.v[3] | a.v[4]) == 0;
}

bool
field_edwards_y(const unsigned char u[static FIELD_SIZE],
    unsigned char y[static FIELD_SIZE])
{
	struct element above = from_octets(u), below = above, inverse;

	/* u - 1 as u + p - 1, so that nothing falls below zero */
	above.v[0] += LIMB - 18 - 1;
	for (int i = 1; i < 5; i++)
		above.v[i] += LIMB;
	below.v[0] += 1;
	above = carried(above);
	below = carried(below);
	if (is_zero(below))
		return false;
	inverse = inverted(&below);
	to_octets(multiplied(&above, &inverse), y);
	return true;
}

void
field_montgomery_u(const unsigned char y[static FIELD_SIZE],
    unsigned char u[static FIELD_SIZE])
{
	struct element above = from_octets(y), below, inverse;

	/* 1 - y as 2 p + 1 - y */
	below.v[0] = 2 * (LIMB - 18) + 1 - above.v[0];
	for (int i = 1; i < 5; i++)
		below.v[i] = 2 * LIMB - above.v[i];
	above.v[0] += 1;
	above = carried(above);
	below = carried(below);
	inverse = inverted(&below);
	to_octets(multiplied(&above, &inverse), u);
}
