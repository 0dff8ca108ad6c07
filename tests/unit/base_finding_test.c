/* Lists of findings: what is kept, what counts. */
#include "unit.h"

#include <stdio.h>

#include "base/finding.h"

static void
each_detail_is_kept_once(void **state)
{
	struct findings fs = { 0 };

	(void)state;
	finding_add(&fs, F_DANE_RECORD, "mx.test", "0 0 1: pkix-usage");
	finding_add(&fs, F_DANE_RECORD, "mx.test", "3 1 1: wrong-length");
	finding_add(&fs, F_DANE_RECORD, "mx.test", "0 0 1: pkix-usage");
	finding_add(&fs, F_DANE_RECORD, "mx2.test", "0 0 1: pkix-usage");
	finding_add(&fs, F_DANE_UNUSABLE, "mx.test", NULL);
	finding_add(&fs, F_DANE_UNUSABLE, "mx.test", NULL);
	assert_int_equal(fs.n, 4);
	assert_string_equal(fs.v[1].detail, "3 1 1: wrong-length");
	findings_free(&fs);
}

/* Compared as they are kept: cleaned, and cut. */
static void
what_is_cut_alike_is_alike(void **state)
{
	struct findings fs = { 0 };

	(void)state;
	finding_add(&fs, F_DANE_RECORD, "mx", "%0600d", 1);
	finding_add(&fs, F_DANE_RECORD, "mx", "%0600d", 2);
	assert_int_equal(fs.n, 1);
	findings_free(&fs);
}

static void
a_hostile_subject_fills_no_record(void **state)
{
	struct findings fs = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		finding_add(&fs, F_DANE_RECORD, "mx.test", "%d", i);
	finding_add(&fs, F_DANE_UNUSABLE, "mx.test", NULL);
	assert_int_equal(fs.n, 101);
	findings_free(&fs);
}

static void
all_of_a_place_are_ignored(void **state)
{
	struct findings fs = { 0 };

	(void)state;
	finding_add(&fs, F_DANE_RECORD, "mx.test", "one");
	finding_add(&fs, F_DANE_RECORD, "mx.test", "two");
	findings_ignore(&fs, SPAN("dane.record@mx.test"));
	assert_string_equal(findings_verdict(&fs), "pass");
	finding_add(&fs, F_DANE_RECORD, "mx2.test", "one");
	findings_ignore(&fs, SPAN("dane.record@mx.test"));
	assert_string_equal(findings_verdict(&fs), "warn");
	findings_free(&fs);
}

/* What is ignored at one place must not hide what is wrong at another. */
static void
no_place_pushes_out_another(void **state)
{
	struct findings fs = { 0 };
	char where[16];

	(void)state;
	for (int i = 0; i < 200; i++)
		finding_add(&fs, F_DANE_RECORD, "mx1.test", "%d", i);
	finding_add(&fs, F_DANE_RECORD, "mx2.test", "one");
	finding_add(&fs, F_DANE_RECORD, "mx2.test", "two");
	assert_int_equal(fs.n, 100);
	findings_ignore(&fs, SPAN("dane.record@mx1.test"));
	assert_string_equal(findings_verdict(&fs), "warn");
	for (int i = 0; i < 200; i++) {
		snprintf(where, sizeof(where), "h%d.test", i);
		finding_add(&fs, F_DANE_RECORD, where, NULL);
	}
	assert_int_equal(fs.n, 100);
	assert_string_equal(fs.v[0].where, "mx1.test");
	for (size_t i = 1; i < fs.n; i++)
		assert_string_not_equal(fs.v[i].where, fs.v[i - 1].where);
	findings_free(&fs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_detail_is_kept_once),
		cmocka_unit_test(what_is_cut_alike_is_alike),
		cmocka_unit_test(a_hostile_subject_fills_no_record),
		cmocka_unit_test(all_of_a_place_are_ignored),
		cmocka_unit_test(no_place_pushes_out_another),
	};

	return cmocka_run_group_tests_name("base_finding", tests, NULL, NULL);
}
