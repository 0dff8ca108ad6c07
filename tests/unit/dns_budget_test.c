/* Time for many questions together. */
#include "unit.h"

#include "dns/dns.h"

/* Remembers what it was given, and takes no time. */
static struct {
	unsigned asked, seconds, freed;
} inner;

static struct dns_answer *
count(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	(void)dns;
	(void)name;
	(void)type;
	inner.asked++;
	return dns_answer_empty(DNS_NXDOMAIN, 0);
}

static void
note(struct dns *dns, unsigned seconds)
{
	(void)dns;
	inner.seconds = seconds;
}

static void
end(struct dns *dns)
{
	(void)dns;
	inner.freed++;
}

static const struct dns_ops ops = {
	.query = count, .set_timeout = note, .free = end
};

static enum dns_status
ask(struct dns *dns)
{
	struct dns_answer *a = dns_query(dns, SPAN("a.test"), DNS_PTR);
	enum dns_status status = a->status;

	dns_answer_free(a);
	return status;
}

static int
begin(void **state)
{
	(void)state;
	memset(&inner, 0, sizeof(inner));
	return 0;
}

static void
it_owns_what_it_asks(void **state)
{
	struct dns dns = { .ops = &ops };
	struct dns *budget = dns_budget_open(&dns, 1000);

	(void)state;
	assert_int_equal(ask(budget), DNS_NXDOMAIN);
	assert_in_range(inner.seconds, 1, 1000);
	dns_free(budget);
	assert_int_equal(inner.freed, 1);
}

static void
one_question_has_no_more_than_it_is_given(void **state)
{
	struct dns dns = { .ops = &ops };
	struct dns *budget = dns_budget_open(&dns, 1000);

	(void)state;
	dns_set_timeout(budget, 7);
	assert_int_equal(ask(budget), DNS_NXDOMAIN);
	assert_int_equal(inner.seconds, 7);
	dns_set_timeout(budget, 0);
	assert_int_equal(ask(budget), DNS_NXDOMAIN);
	assert_in_range(inner.seconds, 8, 1000);
	dns_free(budget);
}

/* A budget within another, through what keeps the answers. */
static void
what_is_lent_comes_back(void **state)
{
	struct dns dns = { .ops = &ops };
	struct dns *outer = dns_budget_open(&dns, 10000), *within = NULL;
	struct buf kept = BUF(1 << 12);
	struct dns *keep = dns_keep_open(outer, &kept);

	(void)state;
	within = dns_budget_within(keep, 900);
	assert_int_equal(ask(within), DNS_NXDOMAIN);
	assert_in_range(inner.seconds, 1, 900);
	dns_free(within);
	assert_int_equal(inner.freed, 0);
	assert_int_equal(ask(keep), DNS_NXDOMAIN);
	assert_in_range(inner.seconds, 901, 10000);
	dns_free(keep);
	dns_free(outer);
	buf_free(&kept);
}

static void
when_it_is_used_up_nobody_is_asked(void **state)
{
	struct dns dns = { .ops = &ops };
	struct dns *within = dns_budget_within(&dns, 0);

	(void)state;
	assert_int_equal(ask(within), DNS_TIMEOUT);
	assert_int_equal(inner.asked, 0);
	dns_free(within);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(it_owns_what_it_asks, begin),
		cmocka_unit_test_setup(
		    one_question_has_no_more_than_it_is_given, begin),
		cmocka_unit_test_setup(what_is_lent_comes_back, begin),
		cmocka_unit_test_setup(when_it_is_used_up_nobody_is_asked,
		    begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
