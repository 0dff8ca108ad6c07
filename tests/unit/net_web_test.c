/* What a tool and the process that connects for it say to each other. */
#include "unit.h"

#include <openssl/x509_vfy.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/fetch_curl.h"
#include "net/web.h"

static const unsigned char pin[WEB_PIN] = { 1, 2, 3 };

static struct web_request
good(void)
{
	return (struct web_request){ .method = WEB_PUT,
	    .host = SPAN("relay.example.org"), .port = 443,
	    .target = SPAN("/v1/relay"), .pin = span_of(pin, sizeof(pin)),
	    .authorization = SPAN("Bearer abc"), .type = SPAN("a/b"),
	    .body = SPAN("\0body\n"), .timeout = 1000, .max = 100 };
}

static bool
is_read(const struct web_request *r, struct web_request *out)
{
	static unsigned char room[4096];
	struct buf b = BUF(sizeof(room));
	bool ok = false;

	web_request_write(r, &b);
	memcpy(room, b.p, b.n);
	ok = web_request_read(span_of(room, b.n), out);
	/* neither a part of it nor more */
	for (size_t n = 0; n < b.n; n++)
		assert_false(web_request_read(span_of(room, n), out));
	assert_false(web_request_read(span_of(room, b.n + 1), out));
	if (ok)
		ok = web_request_read(span_of(room, b.n), out);
	buf_free(&b);
	return ok;
}

static void
test_requests(void **state)
{
	struct web_request r = good(), got;

	(void)state;
	assert_true(is_read(&r, &got));
	assert_int_equal(got.method, WEB_PUT);
	assert_int_equal(got.port, 443);
	assert_int_equal(got.timeout, 1000);
	assert_int_equal(got.max, 100);
	assert_true(span_eq(got.host, r.host));
	assert_true(span_eq(got.target, r.target));
	assert_true(span_eq(got.pin, r.pin));
	assert_true(span_eq(got.authorization, r.authorization));
	assert_true(span_eq(got.type, r.type));
	assert_true(span_eq(got.body, r.body));
}

/* What would be more than one header line, or another host, is none. */
static void
test_wrong_requests(void **state)
{
	static const struct {
		const char *name;
		struct span host, target, authorization;
	} rows[] = {
		{ "no host", SPAN(""), SPAN("/"), SPAN("") },
		{ "a host and more", SPAN("a/b"), SPAN("/"), SPAN("") },
		{ "a user", SPAN("u@a"), SPAN("/"), SPAN("") },
		{ "a fragment", SPAN("a#"), SPAN("/"), SPAN("") },
		{ "a blank in the host", SPAN("a b"), SPAN("/"), SPAN("") },
		{ "no target", SPAN("a"), SPAN(""), SPAN("") },
		{ "a target without slash", SPAN("a"), SPAN("x"), SPAN("") },
		{ "a line end in it", SPAN("a"), SPAN("/\r\nX: y"), SPAN("") },
		{ "a blank in it", SPAN("a"), SPAN("/ HTTP/1.0"), SPAN("") },
		{ "a line end in a field", SPAN("a"), SPAN("/"),
		    SPAN("x\r\nY: z") },
		{ "an octet above", SPAN("a\xff"), SPAN("/"), SPAN("") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct web_request r = good(), got;

		r.host = rows[i].host;
		r.target = rows[i].target;
		r.authorization = rows[i].authorization;
		if (is_read(&r, &got))
			fail_msg("%s", rows[i].name);
	}
}

static void
test_wrong_numbers(void **state)
{
	struct web_request r = good(), got;

	(void)state;
	r.port = 0;
	assert_false(is_read(&r, &got));
	r = good();
	r.pin.n--;
	assert_false(is_read(&r, &got));
	r = good();
	r.method = WEB_METHODS;
	assert_false(is_read(&r, &got));
	r = good();
	r.timeout = WEB_TIMEOUT_MAX + 1;
	assert_false(is_read(&r, &got));
	/* which to libcurl is no end at all */
	r.timeout = 0;
	assert_false(is_read(&r, &got));
	r = good();
	r.max = WEB_BODY_MAX + 1;
	assert_false(is_read(&r, &got));
}

/* Who looks a host up by the C library asks as the system is set up. */
static void
test_environment(void **state)
{
	static const char *const names[] = {
		"SSLKEYLOGFILE", "CURL_SSL_BACKEND", "RES_OPTIONS",
		"LOCALDOMAIN", "HOSTALIASES",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(names); i++)
		assert_int_equal(setenv(names[i], "x", 1), 0);
	assert_true(fetch_curl_start());
	for (size_t i = 0; i < ROWS(names); i++)
		if (getenv(names[i]) != NULL)
			fail_msg("%s", names[i]);
	curl_global_cleanup();
}

/* A host may be an address: its certificate is for another, no less. */
static void
test_faults(void **state)
{
	(void)state;
	assert_int_equal(fetch_curl_fault(X509_V_ERR_HOSTNAME_MISMATCH),
	    FETCH_CERT_NAME);
	assert_int_equal(fetch_curl_fault(X509_V_ERR_IP_ADDRESS_MISMATCH),
	    FETCH_CERT_NAME);
	assert_int_equal(fetch_curl_fault(X509_V_ERR_CERT_HAS_EXPIRED),
	    FETCH_CERT_EXPIRED);
	assert_int_equal(fetch_curl_fault(X509_V_ERR_CERT_REVOKED),
	    FETCH_CERT_INVALID);
}

static void
test_answers(void **state)
{
	struct web_answer a = { .result = FETCH_TLS, .status = 503,
	    .retry_after = 7, .body = BUF(100), .why = "because" }, got;
	struct buf b = BUF(4096);

	(void)state;
	buf_str(&a.body, "octets");
	web_answer_write(&a, &b);
	for (size_t n = 0; n < b.n; n++)
		assert_false(web_answer_read(span_of(b.p, n), &got));
	assert_true(web_answer_read(buf_get0(&b), &got));
	assert_int_equal(got.result, FETCH_TLS);
	assert_int_equal(got.status, 503);
	assert_int_equal(got.retry_after, 7);
	assert_string_equal(got.why, "because");
	assert_true(span_eq(buf_get0(&got.body), SPAN("octets")));
	buf_free(&got.body);
	b.p[0] = FETCH_RESULTS;
	assert_false(web_answer_read(buf_get0(&b), &got));
	buf_free(&a.body);
	buf_free(&b);
}

/* One that is cut off, or says that it is longer than any, is none. */
static void
test_over_a_descriptor(void **state)
{
	struct buf b = BUF(4096);
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_true(web_put(pair[0], SPAN("one")));
	assert_true(web_put(pair[0], SPAN("")));
	assert_true(web_get(pair[1], &b));
	assert_true(span_eq(buf_get0(&b), SPAN("one")));
	assert_true(web_get(pair[1], &b));
	assert_int_equal(b.n, 3);
	assert_int_equal(write(pair[0], "\xff\0\0\0rest", 8), 8);
	assert_false(web_get(pair[1], &b));
	assert_int_equal(read(pair[1], b.p, 4), 4);
	assert_int_equal(write(pair[0], "\0\0\0\4ab", 6), 6);
	close(pair[0]);
	assert_false(web_get(pair[1], &b));
	assert_false(web_get(pair[1], &b));
	close(pair[1]);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_wrong_requests),
		cmocka_unit_test(test_wrong_numbers),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_over_a_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
