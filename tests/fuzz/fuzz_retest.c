/*
 * A row of a report, a line end, and the record of its domain: one of four
 * results, the same each time, and unknown where nothing was looked at.
 */
#include "fuzz.h"

#include <string.h>

#include "report/retest.h"

enum { SEEN_MAX = 4096 };

static enum retest
judge(const json_t *row, const json_t *now)
{
	struct buf seen = BUF(SEEN_MAX);
	enum retest r = retest_judge(row, now, &seen);

	must(seen.n <= SEEN_MAX);
	must(r != RETEST_REPRODUCED || seen.n > 0 || seen.over);
	must(strlen(retest_name(r)) > 0);
	buf_free(&seen);
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span second = span_of(data, n), first = { NULL, 0 };
	json_t *row = NULL, *now = NULL;

	if (n == 0 || n > 1 << 16 || !span_split(&second, '\n', &first))
		return 0;
	row = json_loadb((const char *)first.p, first.n, 0, NULL);
	now = json_loadb((const char *)second.p, second.n, 0, NULL);
	if (row != NULL) {
		must(judge(row, NULL) == RETEST_UNKNOWN);
		must(judge(row, now) == judge(row, now));
	}
	json_decref(row);
	json_decref(now);
	return 0;
}
