/* The worst of many, and what is kept of them; the totals. */
#include "unit.h"

#include <stdlib.h>

#include "survey/figures.h"
#include "survey/worst.h"

enum { MANY = 500, KEPT = 20, TEXT = 1 << 20 };

static void
put_findings(struct buf *b, const char *severity, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		buf_printf(b, "%s{\"code\":\"spf.void\",\"severity\":\"%s\","
		    "\"where\":\"%s %u\",\"text\":\"t\",\"clause\":\"c\","
		    "\"fix\":\"f\"}", b->p[b->n - 1] == '[' ? "" : ",",
		    severity, severity, i);
}

/* A record with so many findings of each kind. */
static void
read_row(unsigned fails, unsigned warns, unsigned unknowns,
    struct survey_row *row)
{
	struct buf b = BUF(TEXT);
	const char *why = NULL;

	buf_str(&b, "{\"domain\":\"example.org\",\"mtasts-check\":{\"schema\":"
	    "\"mtasts-check/1\",\"verdict\":\"fail\",\"assumed\":{\"now\":\"a\","
	    "\"offline\":true},\"findings\":[");
	put_findings(&b, "info", 1);
	put_findings(&b, "unknown", unknowns);
	put_findings(&b, "warn", warns);
	put_findings(&b, "fail", fails);
	buf_str(&b, "]}}");
	assert_true(survey_row_read(buf_get0(&b), row, &why));
	buf_free(&b);
}

static long
weight(const unsigned *found)
{
	return ((long)found[SEV_FAIL] * 1000 + found[SEV_WARN]) * 1000 +
	    found[SEV_UNKNOWN];
}

static int
heavier(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* The same as sorting all of them would give. */
static void
keeps_the_worst(void **state)
{
	long all[MANY];
	struct worst w;
	uint32_t random = 20261127;

	(void)state;
	worst_init(&w, KEPT);
	for (size_t i = 0; i < MANY; i++) {
		struct survey_row row;

		random = random * 1664525 + 1013904223;
		read_row(random >> 30, random >> 28 & 3, random >> 24 & 15,
		    &row);
		all[i] = weight(row.found);
		worst_add(&w, &row, i + 1);
		survey_row_free(&row);
	}
	qsort(all, MANY, sizeof(all[0]), heavier);
	worst_sort(&w);
	assert_int_equal(w.n, KEPT);
	for (size_t i = 0; i < KEPT; i++) {
		assert_int_equal(weight(w.v[i]->found), all[i]);
		/* of those alike, the first that came */
		if (i > 0 && all[i] == all[i - 1])
			assert_true(w.v[i]->n > w.v[i - 1]->n);
	}
	worst_free(&w);
}

/* What is unknown may be good: one warning is worse than all of it. */
static void
unknown_is_mild(void **state)
{
	struct survey_row row;
	struct worst w;

	(void)state;
	worst_init(&w, 1);
	read_row(0, 0, 60, &row);
	worst_add(&w, &row, 1);
	survey_row_free(&row);
	read_row(0, 1, 0, &row);
	worst_add(&w, &row, 2);
	survey_row_free(&row);
	assert_int_equal(w.v[0]->n, 2);
	worst_free(&w);
	worst_init(&w, 0);
	worst_add(&w, &(struct survey_row){ .verdict = VERDICT_FAIL }, 1);
	assert_int_equal(w.n, 0);
	worst_free(&w);
}

static void
details(void **state)
{
	struct survey_row row;
	struct survey_finding f;
	struct detail *d = NULL;
	struct cur c;
	size_t n = 0;
	int before = SEV_FAIL;

	(void)state;
	read_row(2, 70, 1, &row);
	d = detail_new(&row, 7);
	survey_row_free(&row);
	c = cur_of(buf_get0(&d->findings));
	while (detail_next(&c, &f)) {
		assert_true((int)f.severity <= before);
		before = (int)f.severity;
		assert_true(span_eq(f.tool, SPAN("mtasts-check")));
		assert_true(span_eq(f.code, SPAN("spf.void")));
		assert_true(span_eq(f.clause, SPAN("c")));
		assert_true(span_eq(f.text, SPAN("t")));
		assert_true(span_eq(f.fix, SPAN("f")));
		n++;
	}
	assert_true(cur_done(&c));
	/* 74 in all, 64 are kept */
	assert_int_equal(n, 64);
	assert_int_equal(d->left_out, 10);
	assert_string_equal(d->subject, "example.org");
	detail_free(d);
}

static void
totals(void **state)
{
	struct figures *f = figures_new(1);
	struct survey_row row;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		read_row(0, i, 2, &row);
		figures_add(f, &row);
		survey_row_free(&row);
	}
	assert_int_equal(f->domains, 3);
	assert_int_equal(f->verdicts[VERDICT_FAIL], 3);
	/* in each domain counted once */
	assert_int_equal(f->n, 1);
	assert_int_equal(f->codes[0]->domains, 3);
	assert_int_equal(f->codes[0]->severity, SEV_UNKNOWN);
	assert_int_equal(f->n_assumed, 2);
	assert_string_equal(f->assumed[0], "now a");
	assert_string_equal(f->assumed[1], "offline");
	/* no one looked at SPF, and the policy was cut off */
	assert_int_equal(f->answers[CHECK_SPF][ANSWER_NOT_ASKED], 3);
	assert_int_equal(figures_answered(f, CHECK_SPF), 0);
	assert_int_equal(f->answers[CHECK_MTASTS][ANSWER_UNKNOWN], 3);
	assert_int_equal(figures_answered(f, CHECK_MTASTS), 0);
	figures_free(f);
}

static void
shares(void **state)
{
	(void)state;
	assert_int_equal(figures_share(0, 0), 0);
	assert_int_equal(figures_share(1, 3), 333);
	assert_int_equal(figures_share(2, 3), 667);
	assert_int_equal(figures_share(1, 2000), 1);
	assert_int_equal(figures_share(1, 2001), 0);
	assert_int_equal(figures_share(1000000, 1000000), 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_worst),
		cmocka_unit_test(unknown_is_mild),
		cmocka_unit_test(details),
		cmocka_unit_test(totals),
		cmocka_unit_test(shares),
	};

	return cmocka_run_group_tests_name("survey_worst", tests, NULL, NULL);
}
