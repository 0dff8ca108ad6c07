/*
 * A header redacted: no local part of it is left, nothing but printable ASCII
 * in lines that end, and the same once more.
 */
#include "fuzz.h"

#include "base/ascii.h"
#include "report/redact.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct redact with = { .key = SPAN("k") };
	const struct redact all = { .off = true };
	struct buf out = BUF(1 << 22), again = BUF(1 << 22);

	if (n > 1 << 16)
		return 0;
	redact_header(&with, span_of(data, n), &out);
	redact_header(&with, span_of(data, n), &again);
	must(!out.over && span_eq(buf_get0(&out), buf_get0(&again)));
	for (size_t i = 0; i < out.n; i++) {
		must(ascii_is_print(out.p[i]) || out.p[i] == '\t' ||
		    out.p[i] == '\r' || out.p[i] == '\n');
		must(out.p[i] != '\n' || (i > 0 && out.p[i - 1] == '\r'));
	}
	must(out.n == 0 || out.p[out.n - 1] == '\n');
	buf_reset(&again);
	redact_header(&all, span_of(data, n), &again);
	for (size_t i = 0; i < again.n; i++)
		must(again.p[i] != '\n' || (i > 0 && again.p[i - 1] == '\r'));
	buf_free(&out);
	buf_free(&again);
	return 0;
}
