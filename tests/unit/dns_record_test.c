/* What was recorded answers again, and only that. */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "dns/dns.h"

static const char zone_text[] =
    "example.org MX 10 Mail.Example.org\n"
    "example.org TXT \"v=spf1 \" \"\" \"\\000\\255\\\"\\\\\"\n"
    "example.org TXT \"\"\n"
    "example.org TYPE999 \\# 0\n"
    "example.org TLSA 3 1 1 00\n"
    "mail.example.org 30 A 192.0.2.1\n"
    "mail.example.org A 192.0.2.2\n"
    "mail.example.org AAAA 2001:db8::1\n"
    "one.example.org CNAME two.example.org\n"
    "alias.example.org CNAME mail.example.org\n"
    "two.example.org CNAME mail.example.org\n"
    "gone.example.org CNAME nowhere.example.org\n"
    "bare.example.org CNAME example.org\n"
    "loop.example.org CNAME loop.example.org\n"
    "a\\032\\.\\(\\;\\\"\\@.example.org PTR \\$\\(x\\)\\;.\\\"y\\032.org\n"
    "odd.example.org MX \\# 1 00\n"
    "*.wild.example.org TXT x\n"
    ";! servfail fail.example.org\n"
    ";! timeout slow.example.org\n"
    ";! bogus bogus.example.org TXT\n"
    ";! secure example.org\n"
    ";! insecure one.example.org\n";

static const struct {
	const char *name;
	int type;
} questions[] = {
	{ "example.org", DNS_MX }, { "EXAMPLE.org", DNS_TXT },
	{ "example.org", 999 }, { "example.org", DNS_TLSA },
	{ "example.org", DNS_A }, { "mail.example.org", DNS_A },
	{ "alias.example.org", DNS_CNAME }, { "one.example.org", DNS_A },
	{ "alias.example.org", DNS_A }, { "example.org", DNS_CNAME },
	{ "one.example.org", DNS_AAAA }, { "one.example.org", DNS_MX },
	{ "two.example.org", DNS_A }, { "two.example.org", DNS_CNAME },
	{ "gone.example.org", DNS_A }, { "gone.example.org", DNS_MX },
	{ "nowhere.example.org", DNS_A }, { "bare.example.org", DNS_AAAA },
	{ "loop.example.org", DNS_A }, { "loop.example.org", DNS_CNAME },
	{ "a .(;\"@.example.org", DNS_PTR }, { "odd.example.org", DNS_MX },
	{ "x.wild.example.org", DNS_TXT }, { "y.wild.example.org", DNS_A },
	{ "fail.example.org", DNS_TXT }, { "slow.example.org", DNS_TXT },
	{ "bogus.example.org", DNS_TXT }, { "bogus.example.org", DNS_A },
	{ "org", DNS_A }, { ".", DNS_NS }, { "test", DNS_A },
	{ "example.org", DNS_MX },
};

static struct dns *
read_zone(struct span text)
{
	char *why = NULL;
	struct dns *dns = dns_zone_read(text, "z", &why);

	if (dns == NULL)
		fail_msg("%s in\n%.*s", why, (int)text.n, text.p);
	return dns;
}

static struct dns_answer *
ask(struct dns *dns, size_t i)
{
	struct dns_name name = { 2, { 1 } };

	/* a dot inside a label cannot be written without escapes */
	if (questions[i].type == DNS_PTR) {
		assert_true(dns_name_parse_escaped(
		    SPAN("a\\032\\.(\\;\\\"@.example.org"), &name));
		return dns_query_name(dns, &name, DNS_PTR);
	}
	return dns_query(dns, span_str(questions[i].name),
	    (enum dns_type)questions[i].type);
}

static void
same(size_t i, const struct dns_answer *a, const struct dns_answer *b)
{
	bool ok = a->status == b->status && a->n == b->n &&
	    dns_name_eq(&a->canonical, &b->canonical) &&
	    a->security == b->security &&
	    (a->status != DNS_OK || a->ttl == b->ttl);

	for (size_t k = 0; ok && k < a->n; k++)
		ok = span_eq(a->rdata[k], b->rdata[k]);
	if (!ok)
		fail_msg("%s %s: %s is not %s", questions[i].name,
		    dns_type_name((enum dns_type)questions[i].type),
		    dns_status_name(b->status), dns_status_name(a->status));
}

/* Ask from question "first" on, going round; give what was recorded. */
static char *
recording(struct dns *zone, size_t first, char *text, size_t size)
{
	char path[] = "/tmp/dns_record_test.XXXXXX";
	int fd = mkstemp(path);
	struct dns *record = dns_record_open(zone, fd, 1795435200);
	ssize_t n = 0;

	assert_true(fd >= 0);
	unlink(path);
	for (size_t i = 0; i < ROWS(questions); i++)
		dns_answer_free(ask(record,
		    (first + i) % ROWS(questions)));
	assert_int_equal(dns_record_errno(record), 0);
	dns_free(record);
	n = pread(fd, text, size - 1, 0);
	assert_true(n > 0);
	text[n] = '\0';
	close(fd);
	return text;
}

static void
recordings_replay(void **state)
{
	char text[16384];

	(void)state;
	for (size_t first = 0; first < ROWS(questions); first++) {
		struct dns *zone = read_zone(span_str(zone_text));
		struct dns *replay = read_zone(span_str(recording(
		    read_zone(span_str(zone_text)), first, text,
		    sizeof(text))));
		int64_t now = 0;

		for (size_t i = 0; i < ROWS(questions); i++) {
			struct dns_answer *a = ask(zone, i);
			struct dns_answer *b = ask(replay, i);

			same(i, a, b);
			dns_answer_free(a);
			dns_answer_free(b);
		}
		assert_true(dns_zone_now(replay, &now));
		assert_int_equal(now, 1795435200);
		dns_free(zone);
		dns_free(replay);
	}
}

/* The chain one, two, mail is tied together from what was asked. */
static void
aliases_join_chains(void **state)
{
	char text[16384];
	char path[] = "/tmp/dns_record_test.XXXXXX";
	int fd = mkstemp(path);
	struct dns *record = dns_record_open(read_zone(span_str(zone_text)),
	    fd, 0);
	struct dns *replay = NULL;
	struct dns_answer *a = NULL;
	ssize_t n = 0;

	(void)state;
	unlink(path);
	dns_answer_free(dns_query(record, SPAN("one.example.org"),
	    DNS_CNAME));
	dns_answer_free(dns_query(record, SPAN("one.example.org"), DNS_A));
	dns_free(record);
	n = pread(fd, text, sizeof(text), 0);
	assert_true(n > 0);
	close(fd);
	replay = read_zone(span_of(text, (size_t)n));
	a = dns_query(replay, SPAN("one.example.org"), DNS_A);
	assert_int_equal(a->n, 2);
	dns_answer_free(a);
	a = dns_query(replay, SPAN("one.example.org"), DNS_CNAME);
	assert_true(span_eq(a->rdata[0], SPAN("\3two\7example\3org\0")));
	dns_answer_free(a);
	dns_free(replay);
}

static void
what_was_not_asked_times_out(void **state)
{
	char text[16384];
	struct dns *replay = read_zone(span_str(recording(
	    read_zone(span_str(zone_text)), 0, text, sizeof(text))));
	struct dns_answer *a = dns_query(replay, SPAN("z.wild.example.org"),
	    DNS_TXT);

	(void)state;
	assert_int_equal(a->status, DNS_TIMEOUT);
	dns_answer_free(a);
	dns_free(replay);
}

static void
write_errors_are_kept(void **state)
{
	int fd = open("/dev/full", O_WRONLY);
	struct dns *record = dns_record_open(dns_none_open(), fd, 0);

	(void)state;
	dns_answer_free(dns_query(record, SPAN("x"), DNS_A));
	assert_int_not_equal(dns_record_errno(record), 0);
	dns_free(record);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recordings_replay),
		cmocka_unit_test(aliases_join_chains),
		cmocka_unit_test(what_was_not_asked_times_out),
		cmocka_unit_test(write_errors_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
