/*
 * ServerKeyExchange: finite fields (RFC 5246 section 7.4.3), curves (RFC 8422
 * section 5.4), both also with a PSK's hint in front (RFC 4279, 5489). What
 * other key exchanges put here is nothing that is asked for.
 */
#include "tls/flight_int.h"
#include "tls/names.h"

enum {
	CURVE_EXPLICIT_PRIME = 1,
	CURVE_EXPLICIT_CHAR2 = 2,
	CURVE_NAMED = 3,
	BASIS_TRINOMIAL = 1,
	BASIS_PENTANOMIAL = 2,
	/* octets of a prime; OpenSSL ends at 10000 bits */
	PRIME_MAX = 4096,
};

/* A number with 16 bits of length, without its leading zeroes. */
static struct span
number(struct cur *c)
{
	struct span s = cur_take(c, cur_u16(c));

	while (s.n > 0 && s.p[0] == 0)
		s = span_from(s, 1);
	if (s.n > PRIME_MAX)
		cur_fail(c);
	return s;
}

static uint16_t
bits_of(struct span s)
{
	uint16_t bits = 0;

	if (s.n == 0)
		return 0;
	for (unsigned first = s.p[0]; first != 0; first >>= 1)
		bits++;
	return (uint16_t)((s.n - 1) * 8 + bits);
}

/* A small number, or 0 when it is none. */
static uint32_t
small(struct span s)
{
	uint32_t v = 0;

	if (s.n > sizeof(v))
		return 0;
	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | s.p[i];
	return v;
}

static void
finite_field(struct tls_flight *f, struct cur *c)
{
	struct span p = number(c), g = number(c), ys = number(c);

	if (c->bad || p.n == 0) {
		cur_fail(c);
		return;
	}
	f->dh = (struct tls_dh){
		.bits = bits_of(p),
		.generator = small(g),
		.public_bits = bits_of(ys),
		.prime = (int16_t)dh_prime_find(p),
	};
}

static void
opaque8(struct cur *c)
{
	cur_take(c, cur_u8(c));
}

/* All of a curve's numbers: RFC 4492 section 5.4, which RFC 8422 drops. */
static void
explicit_curve(struct cur *c, uint8_t type)
{
	if (type == CURVE_EXPLICIT_PRIME) {
		opaque8(c);
	} else {
		uint8_t basis = 0;

		cur_u16(c);
		basis = cur_u8(c);
		opaque8(c);
		if (basis == BASIS_PENTANOMIAL) {
			opaque8(c);
			opaque8(c);
		} else if (basis != BASIS_TRINOMIAL) {
			cur_fail(c);
		}
	}
	/* a and b, the base point, its order, the cofactor */
	for (int i = 0; i < 5; i++)
		opaque8(c);
}

static void
curve(struct tls_flight *f, struct cur *c)
{
	uint8_t type = cur_u8(c);

	if (type == CURVE_NAMED) {
		f->curve = FLIGHT_CURVE_NAMED;
		f->group = cur_u16(c);
	} else if (type == CURVE_EXPLICIT_PRIME ||
	    type == CURVE_EXPLICIT_CHAR2) {
		f->curve = FLIGHT_CURVE_EXPLICIT;
		explicit_curve(c, type);
	} else {
		cur_fail(c);
	}
	opaque8(c);	/* the server's point */
}

/* RFC 5246 section 4.7: from TLS 1.2 on the scheme stands in front. */
static void
signature(struct tls_flight *f, struct cur *c)
{
	if (f->version == TLS_1_2)
		f->scheme = cur_u16(c);
	cur_take(c, cur_u16(c));
}

bool
flight_key_exchange(struct tls_flight *f, struct span body)
{
	const struct tls_suite *s = tls_suite(f->suite);
	struct cur c = cur_of(body);

	if (s == NULL || (s->kx != TLS_KX_DHE && s->kx != TLS_KX_ECDHE))
		return true;
	if (s->auth == TLS_AUTH_PSK)
		cur_take(&c, cur_u16(&c));
	if (s->kx == TLS_KX_DHE)
		finite_field(f, &c);
	else
		curve(f, &c);
	if (s->auth != TLS_AUTH_PSK && s->auth != TLS_AUTH_anon)
		signature(f, &c);
	return cur_done(&c);
}
