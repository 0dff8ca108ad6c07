/*
 * An aggregate report: what is read is read the same once more after a
 * repair; the repair of a repair is none, and neither doubles a row.
 */
#include "fuzz.h"

#include "report/dmarc.h"
#include "report/xml_repair.h"

static void
take_row(void *arg, struct dmarc_row *row)
{
	uint64_t *sum = arg;

	must(row->count <= INT64_MAX);
	must(row->n == sum[0] + 1);
	sum[0]++;
	sum[1] += row->count;
	for (int l = 0; l < DR_LISTS; l++)
		must(row->lists[l].n <= 100);
}

static bool
read_report(struct spool *s, uint64_t sum[static 2])
{
	const char *why = NULL;
	uint64_t at = 0;
	bool ok = dmarc_report_read(s, take_row, sum, &why, &at);

	must(ok == (why == NULL));
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct spool first, second, third;
	uint64_t sum[2] = { 0 }, again[2] = { 0 };

	if (n > 1 << 16)
		return 0;
	spool_init(&first, 1 << 20);
	spool_init(&second, 1 << 20);
	spool_init(&third, 1 << 20);
	spool_add(&first, span_of(data, n));
	if (read_report(&first, sum)) {
		/* UTF-16 and such are not repaired */
		if (xml_repair(&first, &second) == 0 && second.n == first.n) {
			must(read_report(&second, again));
			must(sum[0] == again[0] && sum[1] == again[1]);
		}
	} else if (xml_repair(&first, &second) > 0) {
		read_report(&second, again);
		must(xml_repair(&second, &third) == 0);
	}
	spool_free(&first);
	spool_free(&second);
	spool_free(&third);
	return 0;
}
