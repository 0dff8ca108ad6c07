/* The plainest sink; see sink.h. */
#include "pgp/sink.h"

static void
to_buf(void *arg, struct span s)
{
	buf_span(arg, s);
}

void
sink_of_buf(struct sink *s, struct buf *to)
{
	*s = (struct sink){ to_buf, NULL, to };
}
