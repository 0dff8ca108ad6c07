/* The cache forgets in time, keeps the busy, and never grows. */
#include "unit.h"

#include <stdio.h>

#include "dns/dns.h"

static int64_t the_time;

static int64_t
clock_now(void *arg)
{
	(void)arg;
	return the_time;
}

/* Answers with its own count of questions; TTL 100, "fail" fails. */
struct counter {
	struct dns dns;
	unsigned asked;
	unsigned timeout;
};

static struct dns_answer *
counter_query(struct dns *dns, const struct dns_name *name,
    enum dns_type type)
{
	struct counter *self = (struct counter *)dns;
	struct span one = { (const unsigned char *)"\1x", 2 };

	self->asked++;
	if (type == DNS_MX)
		return dns_answer_empty(DNS_SERVFAIL, 0);
	if (type == DNS_NS)
		return dns_answer_empty(DNS_NODATA, 100);
	if (type == DNS_A)
		return dns_answer_new(&one, 1, 0);
	assert_true(name->n > 0);
	return dns_answer_new(&one, 1, 100);
}

static void
counter_timeout(struct dns *dns, unsigned seconds)
{
	((struct counter *)dns)->timeout = seconds;
}

static void
counter_free(struct dns *dns)
{
	(void)dns;
}

static const struct dns_ops counter_ops = {
	counter_query, counter_timeout, counter_free
};

static struct dns_answer *
ask(struct dns *dns, unsigned n, enum dns_type type)
{
	char name[32];

	snprintf(name, sizeof(name), "N%u.example", n);
	return dns_query(dns, span_str(name), type);
}

static void
answers_live_their_time(void **state)
{
	static const struct {
		const char *what;
		enum dns_type type;
		int64_t later;
		unsigned asked;
	} rows[] = {
		{ "in time", DNS_TXT, 99, 1 },
		{ "over", DNS_TXT, 100, 2 },
		{ "negative in time", DNS_NS, 99, 1 },
		{ "negative over", DNS_NS, 100, 2 },
		{ "failure in time", DNS_MX, 29, 1 },
		{ "failure over", DNS_MX, 30, 2 },
		{ "TTL 0", DNS_A, 0, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct counter inner = { .dns = { .ops = &counter_ops } };
		struct dns *dns = dns_cache_open(&inner.dns, 100, 1,
		    clock_now, NULL);

		the_time = 1000;
		dns_answer_free(ask(dns, 1, rows[i].type));
		the_time += rows[i].later;
		dns_answer_free(ask(dns, 1, rows[i].type));
		if (inner.asked != rows[i].asked)
			fail_msg("%s: asked %u times", rows[i].what,
			    inner.asked);
		dns_free(dns);
	}
}

static void
fixed_answers_stay(void **state)
{
	struct counter inner = {
		.dns = { .ops = &counter_ops, .fixed = true }
	};
	struct dns *dns = dns_cache_open(&inner.dns, 100, 1, clock_now, NULL);

	(void)state;
	the_time = 0;
	dns_answer_free(ask(dns, 1, DNS_MX));
	the_time = INT64_MAX - 1;
	dns_answer_free(ask(dns, 1, DNS_MX));
	assert_int_equal(inner.asked, 1);
	dns_free(dns);
}

static void
answers_outlive_the_cache(void **state)
{
	struct counter inner = { .dns = { .ops = &counter_ops } };
	struct dns *dns = dns_cache_open(&inner.dns, 100, 1, clock_now, NULL);
	struct dns_answer *a = NULL, *b = NULL;

	(void)state;
	the_time = 0;
	a = ask(dns, 1, DNS_TXT);
	b = ask(dns, 1, DNS_TXT);
	assert_ptr_equal(a, b);
	dns_set_timeout(dns, 9);
	assert_int_equal(inner.timeout, 9);
	dns_free(dns);
	assert_true(span_eq(a->rdata[0], SPAN("\1x")));
	assert_int_equal(a->canonical.n, 12);
	dns_answer_free(a);
	dns_answer_free(b);
}

static void
the_busy_stay(void **state)
{
	struct counter inner = { .dns = { .ops = &counter_ops } };
	struct dns *dns = dns_cache_open(&inner.dns, 64, 1, clock_now, NULL);
	unsigned busy_asked = 0;

	(void)state;
	the_time = 0;
	for (unsigned i = 0; i < 10000; i++) {
		unsigned before = 0;

		dns_answer_free(ask(dns, i + 1, DNS_TXT));
		before = inner.asked;
		dns_answer_free(ask(dns, 0, DNS_TXT));
		busy_asked += inner.asked - before;
	}
	assert_int_equal(busy_asked, 1);
	inner.asked = 0;
	dns_answer_free(ask(dns, 10000, DNS_TXT));
	assert_int_equal(inner.asked, 0);
	dns_answer_free(ask(dns, 9000, DNS_TXT));
	assert_int_equal(inner.asked, 1);
	dns_free(dns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_live_their_time),
		cmocka_unit_test(fixed_answers_stay),
		cmocka_unit_test(answers_outlive_the_cache),
		cmocka_unit_test(the_busy_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
