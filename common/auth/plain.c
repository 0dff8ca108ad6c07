/*
 * The scans of plain.h. Octets are compared with their neighbours, many at
 * a time, in the vectors that gcc and clang offer on every machine; the
 * outcomes are or-ed, so that there is no branch until the end.
 */
#include "auth/plain.h"

#include <stdint.h>

enum { WIDE = 16 };

typedef uint8_t wide __attribute__((vector_size(WIDE)));

static inline wide
load(const unsigned char *p)
{
	wide v;

	memcpy(&v, p, WIDE);
	return v;
}

static bool
any(wide v)
{
	uint64_t part[WIDE / 8], all = 0;

	memcpy(part, &v, WIDE);
	for (size_t i = 0; i < WIDE / 8; i++)
		all |= part[i];
	return all != 0;
}

/*
 * What is odd at p, each octet against the next, and in the octets after it
 * up to the width; p[WIDE] must be readable.
 */
static inline wide
odd_ends(const unsigned char *p)
{
	return (wide)(load(p) == '\r') ^ (wide)(load(p + 1) == '\n');
}

static inline wide
odd_blanks(const unsigned char *p)
{
	wide here = load(p), next = load(p + 1);

	return (wide)(here == '\t') | ((wide)(here == ' ') &
	    ((wide)(next == ' ') | (wide)(next == '\r') |
	    (wide)(next == '\n') | (wide)(next == '\t')));
}

/* Fewer octets than the width, on a copy that says nothing odd behind them. */
static bool
short_is_odd(const unsigned char *p, size_t n,
    wide (*odd)(const unsigned char *))
{
	unsigned char copy[2 * WIDE] = { 0 };

	memcpy(copy, p, n + 1);
	/* what stands at p[n] is only a neighbour: it is not judged itself */
	if (copy[n] == '\t' || copy[n] == '\r')
		copy[n] = copy[n] == '\t' ? ' ' : 0;
	copy[n + 1] = 0;
	return any(odd(copy));
}

/*
 * Whether something is odd in p[0] to p[n - 1]; p[n] must be readable. The
 * last step overlaps the one before it instead of going octet by octet.
 */
static inline bool
is_odd(const unsigned char *p, size_t n, wide (*odd)(const unsigned char *))
{
	wide all = { 0 };

	if (n < WIDE)
		return n > 0 && short_is_odd(p, n, odd);
	for (size_t i = 0; i + WIDE <= n; i += WIDE)
		all |= odd(p + i);
	return any(all | odd(p + n - WIDE));
}

/* Up to and with the last LF of a block. */
static size_t
whole_lines(struct span s)
{
	struct span head = span_first(s, PLAIN_BLOCK);
	size_t at = span_rchr(head, '\n');

	return at == head.n ? 0 : at + 1;
}

enum plain
plain_block(struct span s, bool relaxed, size_t *n)
{
	enum plain kind = PLAIN_CRLF;

	*n = whole_lines(s);
	if (*n == 0)
		return PLAIN_NOT;
	if (s.p[0] == '\n' || is_odd(s.p, *n - 1, odd_ends))
		kind = span_chr(span_first(s, *n), '\r') == *n ?
		    PLAIN_LF : PLAIN_NOT;
	if (kind != PLAIN_NOT && relaxed && is_odd(s.p, *n - 1, odd_blanks))
		kind = PLAIN_NOT;
	return kind;
}

bool
plain_within(struct span line)
{
	return line.n < 2 || !is_odd(line.p, line.n - 1, odd_blanks);
}
