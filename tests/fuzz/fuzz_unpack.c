/*
 * Packed reports: the same octets or the same refusal whether they come whole
 * or one by one, and never more than may come out.
 */
#include "fuzz.h"

#include "report/unpack.h"

enum { MAX = 1 << 16 };

static void
keep(void *arg, struct span s)
{
	buf_span(arg, s);
}

static enum unpack_result
unpack(struct span in, size_t step, struct buf *out, uint64_t *trailing)
{
	struct unpack *u = unpack_new(MAX, keep, out);
	enum unpack_result r = UNPACK_OK;
	const char *why = NULL;
	uint64_t at = 0;

	for (size_t i = 0; i < in.n; i += step)
		if (!unpack_add(u, span_first(span_from(in, i), step)))
			break;
	r = unpack_end(u, &why, &at);
	must((r == UNPACK_OK) == (why == NULL));
	must(at <= in.n);
	*trailing = unpack_trailing(u);
	unpack_free(u);
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct buf whole = BUF(1 << 20), one = BUF(1 << 20);
	uint64_t behind = 0, behind_one = 0;
	enum unpack_result r = UNPACK_OK;

	if (n > 1 << 14)
		return 0;
	r = unpack(in, n + 1, &whole, &behind);
	must(r == unpack(in, 1, &one, &behind_one));
	must(whole.n <= MAX && one.n <= MAX);
	if (r == UNPACK_OK) {
		must(span_eq(buf_get0(&whole), buf_get0(&one)));
		must(behind == behind_one);
	}
	buf_free(&whole);
	buf_free(&one);
	return 0;
}
