/* What a line is about. */
#include "unit.h"

#include "run/subject.h"

static const struct {
	const char *text, *host;	/* NULL: no endpoint */
	unsigned port;
} rows[] = {
	{ "mx.example.org:25", "mx.example.org", 25 },
	{ "MX.Example.org.:465", "mx.example.org", 465 },
	{ "b\xc3\xbc" "cher.example:25", "xn--bcher-kva.example", 25 },
	{ "192.0.2.1:587", "192.0.2.1", 587 },
	{ "[2001:db8::1]:25", "2001:db8::1", 25 },
	{ "{\"endpoint\":\"mx.example:993\",\"x\":1}", "mx.example", 993 },
	{ "{\"domain\":\"a.example\",\"endpoint\":\"mx.example:993\"}", NULL,
	    0 },
	{ "{\"domain\":\"mx.example:993\"}", NULL, 0 },
	{ "{\"endpoint\":25}", NULL, 0 },
	{ "mx.example.org", NULL, 0 },
	{ "mx.example.org:0", NULL, 0 },
	{ "mx.example.org:65536", NULL, 0 },
	{ "mx.example.org:", NULL, 0 },
	{ "mx.example.org:+25", NULL, 0 },
	{ "2001:db8::1:25", NULL, 0 },
	{ "[192.0.2.1]:25", NULL, 0 },
	{ "[2001:db8::1:25", NULL, 0 },
	{ "[]:25", NULL, 0 },
	{ ":25", NULL, 0 },
	{ "https://mx.example.org:25", NULL, 0 },
};

static void
endpoints(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct span text = span_str(rows[i].text);
		struct subject s = { text.p[0] == '{', 1, text };
		struct buf host = BUF(1000);
		uint16_t port = 0;
		bool is = subject_endpoint(&s, &host, &port);

		if (is != (rows[i].host != NULL) || port != rows[i].port ||
		    (is && !span_eq(buf_get0(&host), span_str(rows[i].host))))
			fail_msg("%s: %d, port %u", rows[i].text, is, port);
		buf_free(&host);
	}
}

static void
domains(void **state)
{
	static const struct {
		const char *text, *hint;	/* NULL: a domain */
	} domain_rows[] = {
		{ "A.example.", NULL },
		{ "1.2.3.example", NULL },
		{ "{\"domain\":\"a.example\"}", NULL },
		{ "192.0.2.1", "it is an address" },
		{ "{\"domain\":\"192.0.2.1\"}", "it is an address" },
		{ "192.0.2.1.", "" },
		{ "2001:db8::1", "it is an address" },
		{ "a@b.example", "mail address" },
		{ "a_b c", "\"a_b c\"" },
		/* what jq writes without -c */
		{ "{", "jq -c" },
		{ "\"domain\": \"a.example\",", "jq -c" },
		{ "}", "jq -c" },
		{ "[", "jq -c" },
		{ "{\"domain\"}", "a colon" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(domain_rows); i++) {
		struct span text = span_str(domain_rows[i].text);
		struct subject s = { text.p[0] == '{', 1, text };
		struct findings fs = { 0 };
		struct buf name = BUF(1000);
		const char *hint = domain_rows[i].hint;
		bool is = subject_domain(&s, &name, &fs);

		if (is != (hint == NULL) || fs.n != !is ||
		    (!is && strstr(fs.v[0].detail, hint) == NULL))
			fail_msg("%s: %d, %s", domain_rows[i].text, is,
			    fs.n > 0 ? fs.v[0].detail : "");
		findings_free(&fs);
		buf_free(&name);
	}
}

/* Both kinds of record are known again by --resume. */
static void
keys(void **state)
{
	struct buf key = BUF(1000);

	(void)state;
	assert_true(subject_key(SPAN("{\"domain\":\"A.example\"}"), "domain",
	    &key));
	assert_true(span_eq(buf_get0(&key), SPAN("a.example")));
	buf_reset(&key);
	assert_true(subject_key(SPAN("{\"endpoint\":\"a.example:25\"}"),
	    "domain", &key));
	assert_true(span_eq(buf_get0(&key), SPAN("a.example:25")));
	assert_false(subject_key(SPAN("{\"name\":\"a\"}"), "domain", &key));
	buf_reset(&key);
	assert_true(subject_key(SPAN("{\"helo\":\"H\",\"from\":\"B@a\","
	    "\"ip\":\"::1\"}"), "ip helo other from", &key));
	assert_true(span_eq(buf_get0(&key), SPAN("::1\nH\n\nB@a")));
	assert_false(subject_key(SPAN("{\"helo\":\"H\"}"), "ip helo", &key));
	buf_free(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endpoints),
		cmocka_unit_test(domains),
		cmocka_unit_test(keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
