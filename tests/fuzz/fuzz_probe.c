/*
 * What one process of a run tells another of an address: what is taken is
 * written again so that it is taken again.
 */
#include <stdint.h>
#include <stdlib.h>

#include "probe/probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { ROOM = 16 << 20 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf once = BUF(ROOM), twice = BUF(ROOM);
	struct probe p, q;

	if (!probe_unpack(span_of(data, n), &p))
		return 0;
	probe_pack(&p, &once);
	if (!probe_unpack(buf_get0(&once), &q))
		abort();
	probe_pack(&q, &twice);
	if (!span_eq(buf_get0(&once), buf_get0(&twice)))
		abort();
	probe_free(&p);
	probe_free(&q);
	buf_free(&once);
	buf_free(&twice);
	return 0;
}
