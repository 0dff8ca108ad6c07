/* "%XX" undone; see percent.h. */
#include "base/percent.h"

#include "base/ascii.h"

void
percent_undo(struct buf *out, struct span s)
{
	while (s.n > 0) {
		int hi = s.n > 2 && s.p[0] == '%' ? ascii_hex(s.p[1]) : -1;
		int lo = hi >= 0 ? ascii_hex(s.p[2]) : -1;

		buf_byte(out, lo < 0 ? s.p[0] : (unsigned char)(hi << 4 | lo));
		s = span_from(s, lo < 0 ? 1 : 3);
	}
}
