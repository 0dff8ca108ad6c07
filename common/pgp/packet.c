/* Framing; see packet.h. */
#include "pgp/packet.h"

enum { PARTIAL_FIRST_MIN = 512 };

/* Section 4.2.1.4: only these may come in parts. */
bool
packet_is_data(unsigned tag)
{
	return tag == TAG_COMPRESSED || tag == TAG_SED || tag == TAG_LITERAL ||
	    tag == TAG_SEIPD || tag == TAG_AEAD;
}

static bool
bad(struct packet *p, const char *why)
{
	pgp_fail(p->in->error, PGP_BAD, why);
	return false;
}

static uint64_t
number(struct span s)
{
	uint64_t v = 0;

	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | s.p[i];
	return v;
}

/* n octets of a length, after the first "skip" octets of the header. */
static bool
long_length(struct packet *p, size_t skip, size_t n)
{
	struct span s = in_peek(p->in, skip + n);

	if (s.n < skip + n)
		return bad(p, "a packet's length is cut short");
	p->left = number(span_first(span_from(s, skip), n));
	in_skip(p->in, skip + n);
	return true;
}

/* A new-format length at the reader's place (section 4.2.1). */
static bool
new_length(struct packet *p)
{
	struct span s = in_peek(p->in, 1);

	p->more = false;
	if (s.n == 0)
		return bad(p, "a packet's length is missing");
	if (s.p[0] == 255)
		return long_length(p, 1, 4);
	if (s.p[0] < 192)
		return long_length(p, 0, 1);
	if (s.p[0] < 224) {
		if (!long_length(p, 0, 2))
			return false;
		p->left = p->left - (192u << 8) + 192;
		return true;
	}
	p->left = (uint64_t)1 << (s.p[0] & 0x1f);
	p->more = true;
	in_skip(p->in, 1);
	return true;
}

static bool
old_length(struct packet *p, unsigned kind)
{
	if (kind < 3)
		return long_length(p, 0, (size_t)1 << kind);
	p->open = true;
	return packet_is_data(p->tag) || bad(p, "a packet without a length");
}

bool
packet_next(struct in *in, struct packet *out)
{
	struct packet p = { .in = in };
	struct span s = in_peek(in, 1);
	unsigned first = 0;
	bool ok = false;

	if (s.n == 0)
		return false;
	first = s.p[0];
	if (first < 0x80)
		return bad(&p, "this is no OpenPGP packet");
	in_skip(in, 1);
	p.tag = first & 0x40 ? first & 0x3f : first >> 2 & 0xf;
	if (p.tag == 0)
		return bad(&p, "a packet of type 0");
	ok = first & 0x40 ? new_length(&p) : old_length(&p, first & 3);
	if (ok && p.more && (!packet_is_data(p.tag) ||
	    p.left < PARTIAL_FIRST_MIN))
		return bad(&p, "a partial length where none may be");
	if (ok)
		*out = p;
	return ok;
}

struct span
packet_piece(struct packet *p, size_t max)
{
	struct span s = { NULL, 0 };

	while (p->left == 0 && p->more)
		if (!new_length(p))
			return s;
	if (p->left == 0 && !p->open)
		return s;
	s = in_peek(p->in, 1);
	if (s.n == 0 && !p->open)
		bad(p, "a packet is cut short");
	s = span_first(s, max);
	if (!p->open) {
		s = span_first(s, p->left < SIZE_MAX ? (size_t)p->left :
		    SIZE_MAX);
		p->left -= s.n;
	}
	in_skip(p->in, s.n);
	return s;
}

size_t
packet_read(void *packet, unsigned char *p, size_t n)
{
	struct span s = packet_piece(packet, n);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return s.n;
}

bool
packet_body(struct packet *p, size_t max, struct buf *out)
{
	struct span s = packet_piece(p, SIZE_MAX);

	for (size_t n = 0; s.n > 0; s = packet_piece(p, SIZE_MAX)) {
		n += s.n;
		if (n > max || s.n > out->max - out->n) {
			pgp_fail(p->in->error, PGP_LIMIT,
			    "a packet is longer than allowed");
			return false;
		}
		buf_span(out, s);
	}
	return p->in->error->result == PGP_OK;
}

void
packet_skip(struct packet *p)
{
	while (packet_piece(p, SIZE_MAX).n > 0)
		;
}

bool
packet_ignored(unsigned tag)
{
	return tag == TAG_MARKER || tag == TAG_PADDING ||
	    tag >= TAG_NONCRITICAL;
}

void
packet_length(struct buf *out, size_t n)
{
	if (n < 192) {
		buf_byte(out, (unsigned char)n);
	} else if (n < 8384) {
		buf_u16(out, (uint16_t)(n - 192 + (192u << 8)));
	} else {
		buf_byte(out, 255);
		buf_u32(out, (uint32_t)n);
	}
}

void
packet_header(struct buf *out, unsigned tag, size_t n)
{
	buf_byte(out, (unsigned char)(0xc0 | tag));
	packet_length(out, n);
}

void
packet_write(struct buf *out, unsigned tag, struct span body)
{
	packet_header(out, tag, body.n);
	buf_span(out, body);
}
