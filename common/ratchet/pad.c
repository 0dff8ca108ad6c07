/* Padding of plaintexts; see pad.h. */
#include "ratchet/pad.h"

enum { MARK = 0x80 };

void
pad_add(struct span plain, struct buf *out)
{
	/* with the mark, and with the least that the cipher adds */
	size_t n = plain.n + 2, end = (n + PAD_BLOCK - 1) / PAD_BLOCK *
	    PAD_BLOCK - 1;

	buf_span(out, plain);
	buf_byte(out, MARK);
	for (size_t i = plain.n + 1; i < end; i++)
		buf_byte(out, 0);
}

struct span
pad_strip(struct span padded)
{
	size_t n = padded.n;

	while (n > 0 && padded.p[n - 1] == 0)
		n--;
	return n > 0 && padded.p[n - 1] == MARK ? span_first(padded, n - 1) :
	    padded;
}
