/*
 * A failure report: what is read has bounds and no line ends, and where it is
 * refused, the place lies in it.
 */
#include "fuzz.h"

#include "report/afrf.h"

static void
must_be_line(const struct buf *b)
{
	must(b->n <= 8192 && !b->over);
	must(span_chr(buf_get0(b), '\n') == b->n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct afrf a;
	const char *why = NULL;
	uint64_t at = 0;

	if (n > 1 << 16)
		return 0;
	if (afrf_read_plain(span_of(data, n), &a, &why, &at)) {
		must(a.v[AFRF_FAILURE].n == 5);
		afrf_free(&a);
	}
	if (!afrf_read(span_of(data, n), &a, &why, &at)) {
		must(why != NULL && at <= n);
		return 0;
	}
	must(why == NULL);
	for (int k = 0; k < AFRF_FIELDS; k++)
		must_be_line(&a.v[k]);
	for (int l = 0; l < AFRF_LISTS; l++) {
		must(a.lists[l].n <= 20);
		for (size_t i = 0; i < a.lists[l].n; i++)
			must_be_line(&a.lists[l].v[i]);
	}
	must(a.incidents <= 1000000000);
	must(afrf_failed(&a) == finding_has(&a.fs, F_DMARC_ROW_FAILED));
	afrf_free(&a);
	return 0;
}
