/* Methods, paths, tokens and errors of the relay's protocol. */
#include "unit.h"

#include "relay/call.h"
#include "relay/about.h"

#define ID "00112233445566778899aabbccddeeff"
#define M "ffeeddccbbaa99887766554433221100"

static void
test_calls(void **state)
{
	static const struct {
		const char *method, *target;
		enum relay_error want;
		enum relay_verb verb;
	} rows[] = {
		{ "GET", "/v1/relay", RELAY_FINE, RELAY_ABOUT },
		{ "PUT", "/v1/mailbox/" ID, RELAY_FINE, RELAY_MAKE },
		{ "GET", "/v1/mailbox/" ID, RELAY_FINE, RELAY_KNOWS },
		{ "DELETE", "/v1/mailbox/" ID, RELAY_FINE, RELAY_DELETE },
		{ "POST", "/v1/mailbox/" ID "/bundles", RELAY_FINE,
		    RELAY_STOCK },
		{ "POST", "/v1/mailbox/" ID "/take", RELAY_FINE, RELAY_TAKE },
		{ "PUT", "/v1/mailbox/" ID "/messages/" M, RELAY_FINE,
		    RELAY_POST },
		{ "POST", "/v1/mailbox/" ID "/fetch", RELAY_FINE,
		    RELAY_FETCH },
		{ "POST", "/v1/relay", RELAY_METHOD, 0 },
		{ "POST", "/v1/mailbox/" ID, RELAY_METHOD, 0 },
		{ "GET", "/v1/mailbox/" ID "/messages/" M, RELAY_METHOD, 0 },
		{ "get", "/v1/relay", RELAY_METHOD, 0 },
		{ "GET", "/v1/relay/", RELAY_NO_PATH, 0 },
		{ "GET", "/v1/relay?x=1", RELAY_NO_PATH, 0 },
		{ "GET", "/v2/relay", RELAY_NO_PATH, 0 },
		{ "GET", "", RELAY_NO_PATH, 0 },
		{ "POST", "/v1/mailbox/" ID "/take/", RELAY_NO_PATH, 0 },
		{ "PUT", "/v1/mailbox/" ID "/messages", RELAY_NO_PATH, 0 },
		{ "PUT", "/v1/mailbox/" ID "/messages/", RELAY_NO_PATH, 0 },
		{ "PUT", "/v1/mailbox/" ID "/messages/" M "0", RELAY_REQUEST,
		    0 },
		{ "PUT", "/v1/mailbox/" ID "0", RELAY_REQUEST, 0 },
		{ "PUT", "/v1/mailbox/", RELAY_REQUEST, 0 },
		{ "PUT", "/v1/mailbox/00112233445566778899AABBCCDDEEFF",
		    RELAY_REQUEST, 0 },
		{ "PUT", "/v1/mailbox/%30" ID, RELAY_REQUEST, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct relay_call c = { .verb = RELAY_VERBS };
		struct buf b = BUF(RELAY_TARGET_MAX);
		enum relay_error got = relay_call_read(
		    span_str(rows[i].method), span_str(rows[i].target), &c);

		if (got != rows[i].want)
			fail_msg("%s %s: %d", rows[i].method, rows[i].target,
			    got);
		if (got != RELAY_FINE) {
			assert_int_equal(c.verb, RELAY_VERBS);
			continue;
		}
		assert_int_equal(c.verb, rows[i].verb);
		assert_string_equal(relay_call_write(&c, &b),
		    rows[i].method);
		assert_true(span_eq(buf_get0(&b), span_str(rows[i].target)));
		buf_free(&b);
	}
}

/* What 405 must say beside. */
static void
test_allow(void **state)
{
	static const struct {
		const char *target, *want;
	} rows[] = {
		{ "/v1/relay", "GET" },
		{ "/v1/mailbox/" ID, "GET, PUT, DELETE" },
		{ "/v1/mailbox/" ID "/take", "POST" },
		{ "/v1/mailbox/" ID "/messages/" M, "PUT" },
		{ "/v1/mailbox/none/fetch", "POST" },
		{ "/v1/none", "" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf b = BUF(64);

		relay_call_allow(span_str(rows[i].target), &b);
		if (!span_eq(buf_get0(&b), span_str(rows[i].want)))
			fail_msg("%s", rows[i].target);
		buf_free(&b);
	}
}

static void
test_token(void **state)
{
	static const struct {
		const char *value;
		bool ok;
	} rows[] = {
		{ "Bearer " ID M, true },
		{ "bEARER " ID M, true },
		{ "Bearer " ID M " ", false },
		{ "Bearer  " ID M, false },
		{ "Bearer " ID, false },
		{ "Basic " ID M, false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char token[RELAY_TOKEN];
		struct buf b = BUF(128);
		bool ok = relay_token_read(span_str(rows[i].value), token);

		if (ok != rows[i].ok)
			fail_msg("\"%s\"", rows[i].value);
		if (ok) {
			relay_token_write(token, &b);
			assert_true(span_eq(buf_get0(&b),
			    SPAN("Bearer " ID M)));
		}
		buf_free(&b);
	}
}

static void
test_errors(void **state)
{
	(void)state;
	for (int e = RELAY_FINE + 1; e < RELAY_ERRORS; e++) {
		struct buf b = BUF(512);

		assert_in_range(relay_error_status(e), 400, 599);
		relay_error_write(e, &b);
		assert_int_equal(relay_error_read(buf_get0(&b)), e);
		buf_free(&b);
	}
	assert_int_equal(relay_error_read(SPAN("{\"error\":\"new\"}")),
	    RELAY_ERRORS);
	assert_int_equal(relay_error_read(SPAN("<html>")), RELAY_ERRORS);
	assert_int_equal(relay_error_read(SPAN("{\"error\":\"\"}")),
	    RELAY_ERRORS);
}

static void
test_limits(void **state)
{
	struct relay_limits in = { 1, 2, 3, 4, 5, 6 }, out = { 0 };
	struct buf b = BUF(1024);

	(void)state;
	relay_limits_write(&in, &b);
	assert_true(relay_limits_read(buf_get0(&b), &out));
	assert_memory_equal(&in, &out, sizeof(in));
	assert_false(relay_limits_read(SPAN("{\"relay\":\"msgsec-relay/1\"}"),
	    &out));
	buf_reset(&b);
	buf_str(&b, "{\"relay\":\"other/1\",\"ttl\":1,\"mailbox_ttl\":1,"
	    "\"messages\":1,\"octets\":1,\"stock\":1,\"takes\":1}");
	assert_false(relay_limits_read(buf_get0(&b), &out));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_allow),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
