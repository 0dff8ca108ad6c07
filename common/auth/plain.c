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

static bool
is_odd_end(const unsigned char *p)
{
	return (p[0] == '\r') != (p[1] == '\n');
}

static bool
is_odd_blank(const unsigned char *p)
{
	return p[0] == '\t' || (p[0] == ' ' && (p[1] == ' ' ||
	    p[1] == '\r' || p[1] == '\n' || p[1] == '\t'));
}

/* Line ends other than CRLF between p[0] and p[n]; p[n] must be readable. */
static bool
has_odd_ends(const unsigned char *p, size_t n)
{
	wide odd = { 0 };
	size_t i = 0;
	bool rest = false;

	for (; i + WIDE <= n; i += WIDE)
		odd |= (wide)(load(p + i) == '\r') ^
		    (wide)(load(p + i + 1) == '\n');
	for (; i < n; i++)
		rest |= is_odd_end(p + i);
	return rest || any(odd);
}

/* Blanks that the relaxed form would change; p[n] must be readable. */
static bool
has_odd_blanks(const unsigned char *p, size_t n)
{
	wide odd = { 0 };
	size_t i = 0;
	bool rest = false;

	for (; i + WIDE <= n; i += WIDE) {
		wide here = load(p + i), next = load(p + i + 1);

		odd |= (wide)(here == '\t') | ((wide)(here == ' ') &
		    ((wide)(next == ' ') | (wide)(next == '\r') |
		    (wide)(next == '\n') | (wide)(next == '\t')));
	}
	for (; i < n; i++)
		rest |= is_odd_blank(p + i);
	return rest || any(odd);
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
	if (s.p[0] == '\n' || has_odd_ends(s.p, *n - 1))
		kind = span_chr(span_first(s, *n), '\r') == *n ?
		    PLAIN_LF : PLAIN_NOT;
	if (kind != PLAIN_NOT && relaxed && has_odd_blanks(s.p, *n - 1))
		kind = PLAIN_NOT;
	return kind;
}

bool
plain_within(struct span line, bool relaxed)
{
	if (line.n == 0)
		return true;
	if (span_chr(line, '\r') < line.n)
		return false;
	return !relaxed || (!has_odd_blanks(line.p, line.n - 1) &&
	    line.p[line.n - 1] != ' ' && line.p[line.n - 1] != '\t');
}
