/* What was answered once is answered alike again. */
#include "unit.h"

#include <stdlib.h>

#include "dns/dns.h"

static const char zone[] =
    ";! secure a.test\n"
    "a.test. 60 MX 10 b.test.\n"
    "b.test. CNAME c.test.\n"
    "c.test. A 192.0.2.1\n"
    ";! servfail d.test\n"
    ";! bogus e.test A\n";

static const struct {
	const char *name;
	enum dns_type type;
} questions[] = {
	{ "a.test", DNS_MX }, { "b.test", DNS_A }, { "b.test", DNS_AAAA },
	{ "c.test", DNS_A }, { "d.test", DNS_TXT }, { "e.test", DNS_A },
	{ "none.test", DNS_A },
};

static void
the_same_again(void **state)
{
	char *why = NULL;
	struct dns *dns = dns_zone_read(span_str(zone), "zone", &why);
	struct buf out = BUF(1 << 20);
	struct dns *keep = dns_keep_open(dns, &out), *kept = NULL;

	(void)state;
	for (size_t i = 0; i < ROWS(questions); i++)
		dns_answer_free(dns_query(keep, span_str(questions[i].name),
		    questions[i].type));
	kept = dns_kept_open(buf_get0(&out));
	for (size_t i = 0; i < ROWS(questions); i++) {
		struct span name = span_str(questions[i].name);
		struct dns_answer *a = dns_query(dns, name,
		    questions[i].type);
		struct dns_answer *b = dns_query(kept, name,
		    questions[i].type);

		if (a->status != b->status || a->security != b->security ||
		    a->ttl != b->ttl || a->n != b->n ||
		    a->canonical.n != b->canonical.n ||
		    (a->n > 0 && !span_eq(a->rdata[0], b->rdata[0])))
			fail_msg("%s differs", questions[i].name);
		dns_answer_free(a);
		dns_answer_free(b);
	}
	dns_free(kept);
	dns_free(keep);
	dns_free(dns);
	buf_free(&out);
}

/* What is no word of what DNSSEC did counts as that nobody asked it. */
static void
an_unknown_trust_is_none(void **state)
{
	struct dns *last = dns_kept_open(SPAN("\3"));
	struct dns *none = dns_kept_open(SPAN("\4"));

	(void)state;
	assert_int_equal(dns_trust(last), DNS_CHECKED);
	assert_int_equal(dns_trust(none), DNS_UNCHECKED);
	dns_free(last);
	dns_free(none);
}

static void
what_was_not_asked_is_not_known(void **state)
{
	struct dns *kept = dns_kept_open(SPAN("\0"));
	struct dns_answer *a = dns_query(kept, SPAN("a.test"), DNS_A);

	(void)state;
	assert_int_equal(a->status, DNS_TIMEOUT);
	dns_answer_free(a);
	dns_free(kept);
}

/* Cut anywhere, it says less, and reads nothing outside. */
static void
cut_short(void **state)
{
	char *why = NULL;
	struct dns *dns = dns_zone_read(span_str(zone), "zone", &why);
	struct buf out = BUF(1 << 20);
	struct dns *keep = dns_keep_open(dns, &out);

	(void)state;
	dns_answer_free(dns_query(keep, SPAN("a.test"), DNS_MX));
	for (size_t n = 0; n <= out.n; n++) {
		char *copy = span_dup(span_first(buf_get0(&out), n));
		struct dns *kept = dns_kept_open(span_of(copy, n));
		struct dns_answer *a = dns_query(kept, SPAN("a.test"),
		    DNS_MX);

		assert_int_equal(a->status, n < out.n ? DNS_TIMEOUT :
		    DNS_OK);
		dns_answer_free(a);
		dns_free(kept);
		free(copy);
	}
	dns_free(keep);
	dns_free(dns);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_trust_is_none),
		cmocka_unit_test(the_same_again),
		cmocka_unit_test(what_was_not_asked_is_not_known),
		cmocka_unit_test(cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
