/* Addresses of mailboxes, pins, and the envelope. */
#include "unit.h"

#include <stdlib.h>

#include "crypto/lib.h"
#include "relay/cover.h"

#define ID "00112233445566778899aabbccddeeff"
#define KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define PIN "-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_8"

static void
test_addresses(void **state)
{
	static const struct {
		const char *text;
		const char *again;	/* NULL: none; "": the same */
	} rows[] = {
		{ "https://relay.example.org/v1/mailbox/" ID "#" KEY, "" },
		{ "https://relay.example.org:8443/v1/mailbox/" ID "#" KEY
		    "." PIN, "" },
		{ "https://[2001:db8::1]:1/v1/mailbox/" ID "#" KEY, "" },
		{ "https://192.0.2.1/v1/mailbox/" ID "#" KEY, "" },
		{ "HTTPS://Relay.example.org:443/v1/mailbox/" ID "#" KEY,
		    "https://relay.example.org/v1/mailbox/" ID "#" KEY },
		{ "http://relay.example.org/v1/mailbox/" ID "#" KEY, NULL },
		{ "https:///v1/mailbox/" ID "#" KEY, NULL },
		{ "https://a:0/v1/mailbox/" ID "#" KEY, NULL },
		{ "https://a:65536/v1/mailbox/" ID "#" KEY, NULL },
		{ "https://u@a/v1/mailbox/" ID "#" KEY, NULL },
		{ "https://a b/v1/mailbox/" ID "#" KEY, NULL },
		{ "https://[::1/v1/mailbox/" ID "#" KEY, NULL },
		{ "https://[1.2.3.4]/v1/mailbox/" ID "#" KEY, NULL },
		{ "https://a/v1/mailbox/" ID, NULL },
		{ "https://a/v1/mailbox/" ID "#", NULL },
		{ "https://a/v1/mailbox/" ID "#" KEY ".", NULL },
		{ "https://a/v1/mailbox/" ID "#" KEY "." PIN "A", NULL },
		{ "https://a/v1/mailbox/" ID "#" KEY "A", NULL },
		{ "https://a/v1/mailbox/" ID "/take#" KEY, NULL },
		{ "https://a/v1/mailbox/1234#" KEY, NULL },
		{ "https://a/v1/relay#" KEY, NULL },
		/* the same octets in another spelling: bits left over */
		{ "https://a/v1/mailbox/" ID
		    "#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct relay_address a;
		struct buf b = BUF(RELAY_ADDRESS_MAX);
		bool ok = relay_address_read(span_str(rows[i].text), &a);

		if (ok != (rows[i].again != NULL))
			fail_msg("%s", rows[i].text);
		if (!ok)
			continue;
		relay_address_write(&a, &b);
		if (!span_eq(buf_get0(&b), span_str(rows[i].again[0] ?
		    rows[i].again : rows[i].text)))
			fail_msg("%s: %.*s", rows[i].text, (int)b.n, b.p);
		buf_free(&b);
	}
}

static void
test_urls(void **state)
{
	static const struct {
		const char *text, *again;
	} rows[] = {
		{ "https://relay.example.org", "https://relay.example.org" },
		{ "https://relay.example.org:443/",
		    "https://relay.example.org" },
		{ "https://127.0.0.1:8443/", "https://127.0.0.1:8443" },
		{ "https://a/v1", NULL },
		{ "https://a//", NULL },
		{ "https://a#", NULL },
		{ "a", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct relay_address a;
		struct buf b = BUF(RELAY_ADDRESS_MAX);
		bool ok = relay_url_read(span_str(rows[i].text), &a);

		if (ok != (rows[i].again != NULL))
			fail_msg("%s", rows[i].text);
		if (!ok)
			continue;
		relay_url_write(&a, &b);
		assert_true(span_eq(buf_get0(&b), span_str(rows[i].again)));
		buf_free(&b);
	}
}

static void
test_pins(void **state)
{
	unsigned char pin[RELAY_PIN];
	struct span text =
	    SPAN("sha256//+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8=");
	struct buf b = BUF(128);

	(void)state;
	assert_true(relay_pin_read(text, pin));
	relay_pin_write(pin, &b);
	assert_true(span_eq(buf_get0(&b), text));
	assert_false(relay_pin_read(span_from(text, 1), pin));
	assert_false(relay_pin_read(span_first(text, 40), pin));
	buf_free(&b);
}

static const unsigned char key[RELAY_KEY] = { 1, 2, 3 };

static void
test_covers(void **state)
{
	static const struct {
		size_t content, envelope;
	} rows[] = {
		{ 0, 1024 },
		{ 1, 1024 },
		{ 1024 - RELAY_COVER, 1024 },
		{ 1025 - RELAY_COVER, 4096 },
		{ 65536 - RELAY_COVER, 65536 },
		{ RELAY_CONTENT_MAX, RELAY_MESSAGE_MAX },
		{ RELAY_CONTENT_MAX + 1, 0 },
	};
	unsigned char *text = calloc(1, RELAY_MESSAGE_MAX);
	struct env env;

	(void)state;
	env_system(&env);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf e = BUF(RELAY_MESSAGE_MAX);
		struct buf back = BUF(RELAY_MESSAGE_MAX);
		bool ok = relay_cover(&env, key, span_of(text,
		    rows[i].content), &e);

		assert_int_equal(ok, rows[i].envelope != 0);
		assert_int_equal(e.n, rows[i].envelope);
		if (ok) {
			assert_true(relay_uncover(key, buf_get0(&e), &back));
			assert_int_equal(back.n, rows[i].content);
		}
		buf_free(&e);
		buf_free(&back);
	}
	free(text);
}

/* Each octet of an envelope counts, and no two are alike. */
static void
test_forged(void **state)
{
	struct buf e = BUF(4096), again = BUF(4096), back = BUF(4096);
	unsigned char other[RELAY_KEY] = { 9 };
	struct env env;

	(void)state;
	env_system(&env);
	assert_true(relay_cover(&env, key, SPAN("hello"), &e));
	assert_true(relay_cover(&env, key, SPAN("hello"), &again));
	assert_false(span_eq(buf_get0(&e), buf_get0(&again)));
	for (size_t i = 0; i < e.n; i += 31) {
		e.p[i] ^= 0x10;
		assert_false(relay_uncover(key, buf_get0(&e), &back));
		e.p[i] ^= 0x10;
	}
	assert_false(relay_uncover(other, buf_get0(&e), &back));
	assert_false(relay_uncover(key, span_first(buf_get0(&e), 1023),
	    &back));
	assert_int_equal(back.n, 0);
	assert_true(relay_uncover(key, buf_get0(&e), &back));
	assert_true(span_eq(buf_get0(&back), SPAN("hello")));
	buf_free(&e);
	buf_free(&again);
	buf_free(&back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_pins),
		cmocka_unit_test(test_covers),
		cmocka_unit_test(test_forged),
	};

	crypto_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
