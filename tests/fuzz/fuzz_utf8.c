/*
 * UTF-8 in pieces: however it is cut, the answer is the one about the whole.
 * The first octet says how it is cut.
 */
#include "fuzz.h"

#include "base/utf8.h"

static bool
in_pieces(struct span in, size_t step)
{
	struct utf8_stream u = { 0 };

	for (; in.n > 0; in = span_from(in, step))
		utf8_stream_add(&u, span_first(in, step));
	return utf8_stream_end(&u);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_from(span_of(data, n), 1);
	bool valid = utf8_valid(in);

	must(in_pieces(in, in.n + 1) == valid);
	must(in_pieces(in, 1) == valid);
	must(in_pieces(in, n > 0 ? 1 + data[0] % 16u : 1) == valid);
	return 0;
}
