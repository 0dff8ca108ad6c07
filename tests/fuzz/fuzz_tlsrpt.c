/*
 * A TLS report: rows are counted from 1, sums do not pass their type, and
 * where it is refused, the place lies in it.
 */
#include "fuzz.h"

#include "report/tlsrpt.h"

static void
take_row(void *arg, const struct tls_row *row)
{
	uint64_t *n = arg;
	const char *clause = NULL;

	must(row->n == ++*n);
	must(row->policy->failed <= INT64_MAX);
	if (row->failure != NULL) {
		must(tls_result_means(row->failure->result, &clause) != NULL);
		must(clause != NULL);
		must(row->n > 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	uint64_t rows = 0;
	const char *why = NULL;
	size_t at = 0;

	if (n > 1 << 16)
		return 0;
	if (tlsrpt_read(span_of(data, n), take_row, &rows, &why, &at))
		must(why == NULL);
	else
		must(why != NULL && at <= n);
	return 0;
}
