/* Socketmap requests, and policies in Postfix's words. */
#include "unit.h"

#include <string.h>

#include "mtasts/postfix.h"

static void
requests_are_netstrings(void **state)
{
	static const struct {
		const char *in;
		enum socketmap_result want;
		const char *key;
	} rows[] = {
		{ "18:mtasts example.org,", SOCKETMAP_REQUEST,
		    "example.org" },
		{ "18:mtasts example.org,18:mtasts", SOCKETMAP_REQUEST,
		    "example.org" },
		{ "7:mtasts ,", SOCKETMAP_REQUEST, "" },
		{ "5:a b c,", SOCKETMAP_REQUEST, "b c" },
		{ "", SOCKETMAP_MORE, NULL },
		{ "1", SOCKETMAP_MORE, NULL },
		{ "18:mtasts example.org", SOCKETMAP_MORE, NULL },
		{ "18:mtasts", SOCKETMAP_MORE, NULL },
		{ "18:mtasts example.org;", SOCKETMAP_BAD, NULL },
		{ "6:mtasts,", SOCKETMAP_BAD, NULL },
		{ "0:,", SOCKETMAP_BAD, NULL },
		{ "018:mtasts example.org,", SOCKETMAP_BAD, NULL },
		{ "-1:x,", SOCKETMAP_BAD, NULL },
		{ ":x,", SOCKETMAP_BAD, NULL },
		{ "4097:x", SOCKETMAP_BAD, NULL },
		{ "99999:x", SOCKETMAP_BAD, NULL },
		{ "123456", SOCKETMAP_BAD, NULL },
		{ "x", SOCKETMAP_BAD, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct socketmap_request r = { .used = 0 };
		enum socketmap_result got = socketmap_read(
		    span_str(rows[i].in), &r);

		if (got != rows[i].want || (rows[i].key != NULL &&
		    !span_eq(r.key, span_str(rows[i].key))))
			fail_msg("\"%s\": %d", rows[i].in, got);
	}
}

static void
policies_name_what_matches(void **state)
{
	static const struct span mx[] = {
		SPAN("MX1.a.test"), SPAN("*.b.test"),
	};
	struct span list[] = { mx[0], mx[1] };
	const struct sts_policy policy = {
		.mode = SENDER_POLICY_ENFORCE, .mx = { list, 2, 2 },
	};
	char first[] = "mx1.a.test", second[] = "evil.test",
	    third[] = "x.b.test", odd[] = "evil:.b.test";
	struct mx_host hosts[] = {
		{ .text = first }, { .text = second }, { .text = third },
		{ .text = odd, .kind = MX_NOT_A_HOST },
	};
	struct sts_host v[] = {
		{ .mx = &hosts[0], .matched = true }, { .mx = &hosts[1] },
		{ .mx = &hosts[2], .matched = true },
		{ .mx = &hosts[3], .matched = true },
	};
	struct sts_hosts h = { .mx = { .v = hosts, .n = 4 }, .v = v };
	struct buf out = BUF(400);

	(void)state;
	postfix_policy(&policy, NULL, &out);
	assert_true(span_eq(buf_get0(&out), SPAN("secure "
	    "match=mx1.a.test:.b.test servername=hostname")));
	buf_reset(&out);
	postfix_policy(&policy, &h, &out);
	assert_true(span_eq(buf_get0(&out), SPAN("secure "
	    "match=mx1.a.test:x.b.test servername=hostname")));
	v[0].matched = v[2].matched = false;
	buf_reset(&out);
	postfix_policy(&policy, &h, &out);
	assert_true(span_eq(buf_get0(&out), SPAN("secure "
	    "match=mx1.a.test:.b.test servername=hostname")));
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_netstrings),
		cmocka_unit_test(policies_name_what_matches),
	};

	return cmocka_run_group_tests_name("mtasts_postfix", tests, NULL,
	    NULL);
}
