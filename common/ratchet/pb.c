/* Protocol Buffers, the encoding; see pb.h. */
#include "ratchet/pb.h"

enum { VARINT_MAX = 10 };

uint64_t
pb_get_varint(struct cur *c)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < VARINT_MAX; i++) {
		uint8_t octet = cur_u8(c);

		/* the tenth octet has room for one bit */
		if (i == VARINT_MAX - 1 && octet > 1)
			break;
		v |= (uint64_t)(octet & 0x7f) << (7 * i);
		if (octet < 0x80)
			return v;
	}
	cur_fail(c);
	return 0;
}

static uint64_t
little_endian(struct span s)
{
	uint64_t v = 0;

	for (size_t i = 0; i < s.n; i++)
		v |= (uint64_t)s.p[i] << (8 * i);
	return v;
}

bool
pb_next(struct cur *c, struct pb_field *f)
{
	struct pb_field got = { 0 };
	uint64_t key = 0;

	if (cur_peek(c) < 0)
		return false;
	key = pb_get_varint(c);
	if (key >> 3 == 0 || key >> 3 > 0x1fffffff) {
		cur_fail(c);
		return false;
	}
	got.number = (uint32_t)(key >> 3);
	got.type = (enum pb_type)(key & 7);
	switch (got.type) {
	case PB_VARINT:
		got.value = pb_get_varint(c);
		break;
	case PB_FIXED64:
		got.value = little_endian(cur_take(c, 8));
		break;
	case PB_FIXED32:
		got.value = little_endian(cur_take(c, 4));
		break;
	case PB_BYTES:
		got.bytes = cur_take(c, (size_t)pb_get_varint(c));
		break;
	default:
		cur_fail(c);
	}
	if (c->bad)
		return false;
	*f = got;
	return true;
}

uint64_t
pb_get_u64(struct cur *c, const struct pb_field *f)
{
	if (f->type == PB_VARINT || f->type == PB_FIXED64)
		return f->value;
	cur_fail(c);
	return 0;
}

uint32_t
pb_get_u32(struct cur *c, const struct pb_field *f)
{
	if (f->type == PB_VARINT && f->value <= UINT32_MAX)
		return (uint32_t)f->value;
	cur_fail(c);
	return 0;
}

struct span
pb_get_bytes(struct cur *c, const struct pb_field *f, size_t max)
{
	if (f->type == PB_BYTES && f->bytes.n <= max)
		return f->bytes;
	cur_fail(c);
	return (struct span){ NULL, 0 };
}

void
pb_get_octets(struct cur *c, const struct pb_field *f, unsigned char *to,
    size_t n)
{
	struct span s = pb_get_bytes(c, f, n);

	if (s.n != n)
		cur_fail(c);
	if (!c->bad)
		memcpy(to, s.p, n);
}

bool
pb_once(struct cur *c, uint64_t *seen, uint32_t number)
{
	uint64_t bit = (uint64_t)1 << (number & 63);

	if ((*seen & bit) != 0)
		cur_fail(c);
	*seen |= bit;
	return !c->bad;
}

void
pb_put_varint(struct buf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_byte(b, (unsigned char)(v | 0x80));
	buf_byte(b, (unsigned char)v);
}

void
pb_put_uint(struct buf *b, uint32_t number, uint64_t v)
{
	pb_put_varint(b, (uint64_t)number << 3 | PB_VARINT);
	pb_put_varint(b, v);
}

void
pb_put_fixed64(struct buf *b, uint32_t number, uint64_t v)
{
	pb_put_varint(b, (uint64_t)number << 3 | PB_FIXED64);
	for (int i = 0; i < 8; i++)
		buf_byte(b, (unsigned char)(v >> (8 * i)));
}

void
pb_put_bytes(struct buf *b, uint32_t number, struct span s)
{
	pb_put_varint(b, (uint64_t)number << 3 | PB_BYTES);
	pb_put_varint(b, s.n);
	buf_span(b, s);
}

void
pb_put_inner(struct buf *b, uint32_t number, struct buf *inner)
{
	if (inner->over)
		b->over = true;
	pb_put_bytes(b, number, buf_get0(inner));
	buf_free_wipe(inner);
}

void
pb_end_inner(struct cur *outer, const struct cur *inner)
{
	if (!cur_done(inner))
		cur_fail(outer);
}
