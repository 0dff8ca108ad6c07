/* Writing armor; see armor.h. */
#include "base/b64.h"
#include "pgp/armor.h"
#include "pgp/packet.h"

enum { LINE = 48, PIECE_LINES = 256 };

/* Section 6.1.1, kept in the upper 24 bits. */
enum { CRC_INIT = 0xb704ce, CRC_POLY = 0x864cfb };

const char *
armor_label(enum armor_label label)
{
	static const char *const names[] = {
		[ARMOR_MESSAGE] = "MESSAGE",
		[ARMOR_PUBLIC_KEY] = "PUBLIC KEY BLOCK",
		[ARMOR_PRIVATE_KEY] = "PRIVATE KEY BLOCK",
		[ARMOR_SIGNATURE] = "SIGNATURE",
	};

	return names[label];
}

static void
frame(struct armor_out *a, const char *side, const char *tail)
{
	struct buf b = BUF(128);

	buf_printf(&b, "-----%s PGP %s-----%s", side, armor_label(a->label),
	    tail);
	sink_write(a->to, buf_get0(&b));
	buf_free(&b);
}

/* Four octets a step: table k is for an octet with k more behind it. */
static uint32_t crc_table[4][256];

static void
crc_prepare(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t v = i << 24;

		for (size_t bit = 0; bit < 8; bit++)
			v = v << 1 ^ (v >> 31 ? (uint32_t)CRC_POLY << 8 : 0);
		crc_table[0][i] = v;
	}
	for (size_t k = 1; k < 4; k++)
		for (size_t i = 0; i < 256; i++) {
			uint32_t v = crc_table[k - 1][i];

			crc_table[k][i] = v << 8 ^ crc_table[0][v >> 24];
		}
}

static uint32_t
crc_add(uint32_t crc, struct span s)
{
	for (; s.n >= 4; s = span_from(s, 4)) {
		crc ^= (uint32_t)s.p[0] << 24 | (uint32_t)s.p[1] << 16 |
		    (uint32_t)s.p[2] << 8 | s.p[3];
		crc = crc_table[3][crc >> 24] ^
		    crc_table[2][crc >> 16 & 255] ^
		    crc_table[1][crc >> 8 & 255] ^ crc_table[0][crc & 255];
	}
	for (size_t i = 0; i < s.n; i++)
		crc = crc << 8 ^ crc_table[0][crc >> 24 ^ s.p[i]];
	return crc;
}

static void
checksum(struct armor_out *a)
{
	const unsigned char v[] = { (unsigned char)(a->crc >> 24),
	    (unsigned char)(a->crc >> 16), (unsigned char)(a->crc >> 8) };
	struct buf b = BUF(16);

	buf_byte(&b, '=');
	b64_encode(&b, span_of(v, sizeof(v)));
	buf_byte(&b, '\n');
	sink_write(a->to, buf_get0(&b));
	buf_free(&b);
}

/* Whole lines, and at the end the last one. */
static void
encode(struct armor_out *a, struct span s)
{
	struct buf b = BUF(PIECE_LINES * 65);

	while (s.n > 0) {
		for (size_t i = 0; i < PIECE_LINES && s.n > 0; i++) {
			b64_encode(&b, span_first(s, LINE));
			buf_byte(&b, '\n');
			s = span_from(s, LINE);
		}
		sink_write(a->to, buf_get0(&b));
		buf_reset(&b);
	}
	buf_free_wipe(&b);
}

static void
write_some(void *arg, struct span s)
{
	struct armor_out *a = arg;
	size_t n = 0;

	if (a->checksum)
		a->crc = crc_add(a->crc, s);
	if (a->n > 0) {
		n = LINE - a->n < s.n ? LINE - a->n : s.n;
		memcpy(a->part + a->n, s.p, n);
		a->n += n;
		s = span_from(s, n);
		if (a->n < LINE)
			return;
		encode(a, span_of(a->part, LINE));
	}
	n = s.n / LINE * LINE;
	encode(a, span_first(s, n));
	a->n = s.n - n;
	if (a->n > 0)
		memcpy(a->part, s.p + n, a->n);
}

static void
end(void *arg)
{
	struct armor_out *a = arg;

	encode(a, span_of(a->part, a->n));
	if (a->checksum)
		checksum(a);
	frame(a, "END", "\n");
	sink_end(a->to);
}

void
armor_start(struct armor_out *a, enum armor_label label, bool checksum_too,
    struct sink *to, struct sink *out)
{
	*a = (struct armor_out){ .to = to, .label = label,
	    .checksum = checksum_too, .crc = (uint32_t)CRC_INIT << 8 };
	if (checksum_too)
		crc_prepare();
	frame(a, "BEGIN", "\n\n");
	*out = (struct sink){ write_some, end, a };
}

/*
 * The version is the body's first octet in all of these: keys, signatures
 * and session keys of version 6, SEIPD of version 2.
 */
bool
armor_wants_checksum(struct span packets)
{
	struct pgp_error e = { PGP_OK, NULL };
	struct in in;
	struct packet p;
	struct span first = { NULL, 0 };

	in_of_span(&in, packets, &e);
	if (!packet_next(&in, &p))
		return true;
	first = packet_piece(&p, 1);
	if (first.n == 0)
		return true;
	if (p.tag == TAG_SEIPD)
		return first.p[0] == 1;
	return p.tag != TAG_PADDING && (first.p[0] < 6 ||
	    p.tag == TAG_LITERAL || p.tag == TAG_COMPRESSED);
}

void
armor_write(struct buf *out, enum armor_label label, struct span in)
{
	struct armor_out a;
	struct sink to, armored;

	sink_of_buf(&to, out);
	armor_start(&a, label, armor_wants_checksum(in), &to, &armored);
	sink_write(&armored, in);
	sink_end(&armored);
}
