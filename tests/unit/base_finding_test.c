/* Lists of findings: what is kept, what counts. */
#include "unit.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_detail_is_kept_once),
		cmocka_unit_test(what_is_cut_alike_is_alike),
		cmocka_unit_test(a_hostile_subject_fills_no_record),
		cmocka_unit_test(all_of_a_place_are_ignored),
	};

	return cmocka_run_group_tests_name("base_finding", tests, NULL, NULL);
}
