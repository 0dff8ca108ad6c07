/*
 * A record of a domain: its answers are of its checks, what is unknown stands
 * as unknown, and its findings come back from the packed ones.
 */
#include "fuzz.h"

#include "survey/figures.h"
#include "survey/worst.h"

static void
check_cells(const struct survey_row *row)
{
	for (int c = 0; c < CHECKS; c++) {
		const struct survey_answer *a = survey_answer_of(row, c);

		must(row->cells[c].answer < ANSWERS_MAX && a->id != NULL);
		must(row->cells[c].standing < STANDINGS);
		if (a->standing == STANDING_NOTHING ||
		    a->standing == STANDING_NOT_ASKED)
			must(row->cells[c].standing == a->standing);
		/* only a finding that says so makes it bad */
		if (a->standing == STANDING_UNKNOWN)
			must(row->cells[c].standing == STANDING_UNKNOWN ||
			    (row->cells[c].standing == STANDING_BAD &&
			    row->found[SEV_FAIL] > 0));
	}
}

static void
check_detail(const struct survey_row *row)
{
	struct detail *d = detail_new(row, 1);
	struct cur c = cur_of(buf_get0(&d->findings));
	struct survey_finding f;
	size_t n = 0;

	while (detail_next(&c, &f)) {
		must(f.severity <= SEV_FAIL && f.code.n > 2);
		must(span_is_ascii(f.code));
		n++;
	}
	must(cur_done(&c) && n <= 64);
	detail_free(d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct survey_row row;
	struct figures *f = NULL;
	const char *why = NULL;

	if (n > 1 << 16)
		return 0;
	if (!survey_row_read(span_of(data, n), &row, &why)) {
		must(why != NULL);
		return 0;
	}
	must(row.subject.n > 0 && row.verdict < VERDICTS);
	check_cells(&row);
	check_detail(&row);
	f = figures_new(1);
	figures_add(f, &row);
	figures_sort(f);
	must(f->domains == 1 && f->n <= FIGURES_CODES_MAX);
	for (size_t i = 0; i < f->n; i++)
		must(f->codes[i]->domains == 1);
	figures_free(f);
	survey_row_free(&row);
	return 0;
}
