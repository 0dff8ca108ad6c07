/* Addresses with ports, read and written. */
#include "unit.h"

#include "sys/inet.h"

static void
test_rows(void **state)
{
	static const struct {
		const char *text;
		const char *again;	/* NULL: none */
	} rows[] = {
		{ "127.0.0.1:8443", "127.0.0.1:8443" },
		{ "127.0.0.1:0", "127.0.0.1:0" },
		{ "localhost:1", "127.0.0.1:1" },
		{ "[::1]:65535", "[::1]:65535" },
		{ "[2001:DB8::1]:1", "[2001:db8::1]:1" },
		{ "127.0.0.1", NULL },
		{ "127.0.0.1:", NULL },
		{ "127.0.0.1:65536", NULL },
		{ "127.0.0.1:x", NULL },
		{ "relay.example.org:1", NULL },
		{ "[]:1", NULL },
		{ ":1", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sockaddr_storage at;
		struct buf b = BUF(64);
		socklen_t n = 0;
		bool ok = inet_read(span_str(rows[i].text), &at, &n);

		if (ok != (rows[i].again != NULL))
			fail_msg("%s", rows[i].text);
		if (!ok)
			continue;
		inet_write(&at, &b);
		if (!span_eq(buf_get0(&b), span_str(rows[i].again)))
			fail_msg("%s: %.*s", rows[i].text, (int)b.n, b.p);
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
