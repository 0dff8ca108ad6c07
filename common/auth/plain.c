/*
 * The scans of plain.h. Each octet is compared with its neighbour and the
 * outcomes are or-ed, which compilers turn into vector instructions: this
 * file alone is compiled with -O3.
 */
#include "auth/plain.h"

#include <stdint.h>

enum { BLOCK_MIN = 512 };

/* Line ends other than CRLF between p[0] and p[n]; p[n] must be readable. */
static bool
has_odd_ends(const unsigned char *p, size_t n)
{
	uint8_t odd = 0;

	for (size_t i = 0; i < n; i++)
		odd |= (uint8_t)((p[i] == '\r') ^ (p[i + 1] == '\n'));
	return odd != 0;
}

/* Blanks that the relaxed form would change; p[n] must be readable. */
static bool
has_odd_blanks(const unsigned char *p, size_t n)
{
	uint8_t odd = 0;

	for (size_t i = 0; i < n; i++)
		odd |= (uint8_t)((p[i] == '\t') |
		    ((p[i] == ' ') & ((p[i + 1] == ' ') |
		    (p[i + 1] == '\r') | (p[i + 1] == '\n') |
		    (p[i + 1] == '\t'))));
	return odd != 0;
}

/* Up to and with the last LF of the first "most" octets. */
static size_t
whole_lines(struct span s, size_t most)
{
	struct span head = span_first(s, most);
	size_t at = span_rchr(head, '\n');

	return at == head.n ? 0 : at + 1;
}

/*
 * A block that fails is tried again at an eighth: one odd line should not
 * send its whole neighbourhood through the slow gear.
 */
size_t
plain_block(struct span s, bool relaxed)
{
	for (size_t most = PLAIN_BLOCK; most >= BLOCK_MIN; most /= 8) {
		size_t n = whole_lines(s, most);

		if (n < 2 || s.p[0] == '\n')
			return 0;
		if (!has_odd_ends(s.p, n - 1) &&
		    (!relaxed || !has_odd_blanks(s.p, n - 1)))
			return n;
	}
	return 0;
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
