/* Padding packets; see padding.h. */
#include "pgp/padding.h"

#include "pgp/algo.h"
#include "pgp/packet.h"

enum { PIECE = 4096 };

static unsigned
log2_of(uint64_t n)
{
	unsigned bits = 0;

	while (n >>= 1)
		bits++;
	return bits;
}

/* As many low bits are zero as the exponent has more than its own length. */
static uint64_t
rounded(uint64_t n)
{
	unsigned exponent = log2_of(n), kept = log2_of(exponent) + 1;
	uint64_t mask = exponent > kept ?
	    ((uint64_t)1 << (exponent - kept)) - 1 : 0;

	return (n + mask) & ~mask;
}

/* Octets of the header that packet_header writes for a whole of n. */
static size_t
header_size(uint64_t n)
{
	return n - 2 < 192 ? 2 : n - 3 < 8384 ? 3 : 6;
}

/* Between the forms of a length there are sizes that no packet has. */
static bool
is_size(uint64_t n)
{
	return n >= 2 && (n - 2 < 192 || (n - 3 >= 192 && n - 3 < 8384) ||
	    (n >= 8384 + 6 && n - 6 <= UINT32_MAX));
}

uint64_t
padding_size(uint64_t behind)
{
	uint64_t to = rounded(behind + 2);

	while (!is_size(to - behind))
		to = rounded(to + 1);
	return to - behind;
}

void
padding_write(uint64_t behind, const struct env *env, struct sink *to)
{
	uint64_t n = padding_size(behind);
	unsigned char piece[PIECE];
	struct buf head = BUF(8);

	n -= header_size(n);
	packet_header(&head, TAG_PADDING, (size_t)n);
	sink_write(to, buf_get0(&head));
	/* random, lest anything else compress or tell them (section 5.14) */
	while (n > 0) {
		size_t some = n < PIECE ? (size_t)n : PIECE;

		env->random(env->arg, piece, some);
		sink_write(to, span_of(piece, some));
		n -= some;
	}
	buf_free(&head);
}
