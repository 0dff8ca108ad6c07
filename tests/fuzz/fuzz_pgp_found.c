/*
 * What the searching program says to the one without a network: every step
 * lies in the octets, keeps its limits, and is written again as it was read.
 */
#include "fuzz.h"

#include "pgp/found.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct buf out = BUF(1 << 20);
	struct cur c = cur_of(in);
	struct found f;

	if (n > 1 << 16)
		return 0;
	while (c.at < n && !c.bad) {
		size_t at = c.at;

		if (!found_get(&c, &f)) {
			must(c.bad || c.at == at + 1);
			continue;
		}
		inside(f.where, in);
		inside(f.why, in);
		inside(f.certs, in);
		must((f.result == FOUND_OK) == (f.certs.n > 0));
		buf_reset(&out);
		found_put(&out, &f);
		must(span_eq(buf_get0(&out), span_of(data + at, c.at - at)));
	}
	buf_free(&out);
	return 0;
}
