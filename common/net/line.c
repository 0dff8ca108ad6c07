/* Lines; see line.h. */
#include "net/line.h"

enum stream_result
line_read(struct stream *s, int64_t deadline, struct span *line, bool *bare_lf)
{
	struct span in = stream_pending(s);
	size_t seen = 0;	/* octets that are known to hold no LF */
	size_t n = span_chr(in, '\n');

	while (n == in.n) {
		enum stream_result r = STREAM_OK;

		seen = in.n;
		r = stream_fill(s, deadline);
		if (r != STREAM_OK)
			return r;
		in = stream_pending(s);
		n = seen + span_chr(span_from(in, seen), '\n');
	}
	stream_drop(s, n + 1);
	*bare_lf = n == 0 || in.p[n - 1] != '\r';
	*line = span_first(in, *bare_lf ? n : n - 1);
	return STREAM_OK;
}
