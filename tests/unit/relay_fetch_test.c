/* What a fetch asks and is answered with. */
#include "unit.h"

#include <stdlib.h>

#include "relay/fetch.h"

#define ID "00112233445566778899aabbccddeeff"

static void
test_ask(void **state)
{
	static const struct {
		const char *json;
		bool ok;
		size_t acks;
	} rows[] = {
		{ "{\"ack\":[],\"max\":100,\"wait\":60}", true, 0 },
		{ "{\"ack\":[\"" ID "\"],\"max\":0,\"wait\":0}", true, 1 },
		{ "{\"new\":1,\"wait\":0,\"max\":0,\"ack\":[]}", true, 0 },
		{ "{\"ack\":[\"" ID "\",\"" ID "\"],\"max\":0,\"wait\":0}",
		    true, 2 },
		{ "{\"ack\":[],\"max\":101,\"wait\":0}", false, 0 },
		{ "{\"ack\":[],\"max\":1,\"wait\":61}", false, 0 },
		{ "{\"ack\":[],\"max\":1}", false, 0 },
		{ "{\"ack\":[],\"max\":-1,\"wait\":0}", false, 0 },
		{ "{\"ack\":[],\"max\":\"1\",\"wait\":0}", false, 0 },
		{ "{\"ack\":null,\"max\":1,\"wait\":0}", false, 0 },
		{ "{\"max\":1,\"wait\":0}", false, 0 },
		{ "{\"ack\":[1],\"max\":1,\"wait\":0}", false, 0 },
		{ "{\"ack\":[\"" ID "0\"],\"max\":1,\"wait\":0}", false, 0 },
		{ "{\"ack\":[],\"max\":1,\"wait\":0} x", false, 0 },
		{ "[]", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct relay_ask a = { .n = 77 };

		if (relay_ask_read(span_str(rows[i].json), &a) != rows[i].ok)
			fail_msg("%s", rows[i].json);
		assert_int_equal(a.n, rows[i].ok ? rows[i].acks : 77);
	}
}

/* As many as there may be fit, and one more does not. */
static void
test_many_acks(void **state)
{
	struct relay_ask a = { .n = RELAY_ACKS_MAX, .max = 1 }, back;
	struct buf b = BUF(RELAY_ASK_MAX);

	(void)state;
	memset(a.ack, 0xa5, sizeof(a.ack));
	relay_ask_write(&a, &b);
	assert_false(b.over);
	assert_true(relay_ask_read(buf_get0(&b), &back));
	assert_int_equal(back.n, RELAY_ACKS_MAX);
	assert_memory_equal(back.ack, a.ack, sizeof(a.ack));
	buf_reset(&b);
	buf_str(&b, "{\"max\":1,\"wait\":1,\"ack\":[\"" ID "\"");
	for (int i = 0; i < RELAY_ACKS_MAX; i++)
		buf_str(&b, ",\"" ID "\"");
	buf_str(&b, "]}");
	assert_false(b.over);
	assert_false(relay_ask_read(buf_get0(&b), &back));
	buf_free(&b);
}

static void
test_answer(void **state)
{
	struct relay_answer a = { .n = 3, .acked = 2, .left = 9 }, back;
	unsigned char *body = calloc(1, RELAY_MESSAGE_MAX);
	struct buf b = BUF(RELAY_ANSWER_MAX), bodies = BUF(RELAY_FETCH_OCTETS);

	(void)state;
	for (size_t i = 0; i < a.n; i++) {
		memset(a.v[i].id, (int)i, RELAY_ID);
		a.v[i].body = span_of(body, relay_sizes[i]);
		a.v[i].expires = 1700000000 + (int64_t)i;
	}
	body[0] = 0xff;
	relay_answer_write(&a, &b);
	assert_true(relay_answer_read(buf_get0(&b), &bodies, &back));
	assert_int_equal(back.n, 3);
	assert_int_equal(back.acked, 2);
	assert_int_equal(back.left, 9);
	for (size_t i = 0; i < a.n; i++) {
		assert_memory_equal(back.v[i].id, a.v[i].id, RELAY_ID);
		assert_true(span_eq(back.v[i].body, a.v[i].body));
		assert_int_equal(back.v[i].expires, a.v[i].expires);
	}
	/* a body of another size is no message of a relay's */
	b.n = 0;
	a.v[1].body.n--;
	relay_answer_write(&a, &b);
	bodies.n = 7;
	assert_false(relay_answer_read(buf_get0(&b), &bodies, &back));
	assert_int_equal(bodies.n, 7);
	buf_free(&b);
	buf_free(&bodies);
	free(body);
}

/* The largest answer that the limits allow fits in its ceiling. */
static void
test_answer_ceiling(void **state)
{
	struct relay_answer a = { .n = RELAY_FETCH_MAX, .acked = 100,
	    .left = UINT32_MAX };
	unsigned char *body = calloc(1, RELAY_FETCH_OCTETS);
	struct buf b = BUF(RELAY_ANSWER_MAX);

	(void)state;
	for (size_t i = 0; i < a.n; i++)
		a.v[i].body = span_of(body, 1024);
	a.v[0].body.n = RELAY_FETCH_OCTETS - (RELAY_FETCH_MAX - 1) * 1024;
	relay_answer_write(&a, &b);
	assert_false(b.over);
	buf_free(&b);
	free(body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ask),
		cmocka_unit_test(test_many_acks),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_answer_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
