/* A policy over both families: what differs, what is down, what is unknown. */
#include "unit.h"

#include "dns/dns.h"
#include "mtasts/fetched.h"

static const char zone[] =
    "mta-sts.a.test. A 192.0.2.1\n"
    "mta-sts.a.test. AAAA 2001:db8::1\n";

#define POLICY "version: STSv1\nmode: enforce\nmx: mx.a.test\n"

enum { NOW = 1700000000, YEARS = 20000 };

/* A host that is well over IPv4. */
struct host_of_two {
	struct fetcher fetcher;
	enum fetch_result v6;
	unsigned status;
	const char *age;
	int days;		/* that its certificate holds; 0: unknown */
};

static void
get(struct fetcher *f, const struct fetch_request *want,
    struct fetch_answer *out)
{
	const struct host_of_two *h = (const struct host_of_two *)f;
	bool v4 = want->to[0].family == 4;

	*out = (struct fetch_answer){
		.result = v4 ? FETCH_OK : h->v6, .address = want->to[0],
		.status = v4 ? 200 : h->status,
		.type = span_dup(SPAN("text/plain")), .body = BUF(1024),
		.has_cert = h->days > 0, .not_after = NOW + (int64_t)86400 * h->days,
	};
	if (out->status == 200)
		buf_printf(&out->body, POLICY "max_age: %s\n",
		    v4 ? "604800" : h->age);
}

static const struct {
	const char *row;
	enum fetch_result v6;
	unsigned status;
	const char *age;
	const char *code;	/* NULL: nothing to say */
} rows[] = {
	{ "the same", FETCH_OK, 200, "604800", NULL },
	{ "another", FETCH_OK, 200, "604801", "policy.families-differ" },
	{ "none there", FETCH_OK, 404, "", "policy.family-down" },
	{ "busy", FETCH_OK, 503, "", "policy.http-busy" },
	{ "nobody listens", FETCH_REFUSED, 0, "", "policy.family-down" },
	{ "another's name", FETCH_CERT_NAME, 0, "", "policy.family-down" },
	{ "no way from here", FETCH_UNREACHABLE, 0, "", "policy.connect" },
	{ "silence", FETCH_TIMEOUT, 0, "", "policy.timeout" },
	{ "broken off", FETCH_CUT, 0, "", "policy.cut" },
	{ "forbidden", FETCH_NOT_PUBLIC, 0, "", "addr.not-public" },
	{ "our own trouble", FETCH_FAILED, 0, "", "policy.connect" },
};

static struct dns *
open_zone(void)
{
	char *why = NULL;
	struct dns *dns = dns_zone_read(span_str(zone), "zone", &why);

	assert_non_null(dns);
	return dns;
}

static void
families(void **state)
{
	struct env env;

	(void)state;
	env_system(&env);
	env.dns = open_zone();
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct host_of_two host = { { .get = get }, rows[i].v6,
		    rows[i].status, rows[i].age, YEARS };
		struct sts_ways ways = { .env = &env, .each_family = true };
		struct sts_inquiry q = { .asked = false };
		struct findings fs = { 0 };
		bool unknown = false;

		env.fetch = &host.fetcher;
		assert_true(fetched_policy(&ways, SPAN("a.test"), &q,
		    &q.policy, &unknown, &fs));
		if (fs.n != (rows[i].code != NULL) || (fs.n > 0 &&
		    fs.v[0].code != finding_named(span_str(rows[i].code))))
			fail_msg("%s: %zu, %s", rows[i].row, fs.n, fs.n > 0 ?
			    finding_info(fs.v[0].code)->code : "");
		findings_free(&fs);
		sts_inquiry_free(&q);
	}
	dns_free(env.dns);
}

/* A file of answers has one for both: that is not to say that they agree. */
static void
replays_do_not_compare(void **state)
{
	struct host_of_two host = { { .get = get }, FETCH_OK, 200, "604800",
	    0 };
	struct sts_inquiry q = { .asked = false };
	struct findings fs = { 0 };
	struct env env;
	struct sts_ways ways = { .env = &env, .each_family = true };
	bool unknown = false;

	(void)state;
	env_system(&env);
	env.dns = open_zone();
	env.fetch = &host.fetcher;
	assert_true(fetched_policy(&ways, SPAN("a.test"), &q, &q.policy,
	    &unknown, &fs));
	assert_int_equal(fs.n, 1);
	assert_int_equal(fs.v[0].code, F_POLICY_OFFLINE);
	findings_free(&fs);
	sts_inquiry_free(&q);
	dns_free(env.dns);
}

/* How long the certificate holds, and how long it shall. */
static void
certificates(void **state)
{
	static const struct {
		int days, want;
		const char *code, *other;	/* NULL: nothing to say */
	} of[] = {
		{ 0, 0, NULL, NULL },
		{ 0, 30, "policy.offline", NULL },
		{ 20, 0, NULL, NULL },
		{ 13, 0, "policy.cert-soon", NULL },
		{ 20, 20, NULL, NULL },
		{ 20, 21, "policy.cert-ends-early", NULL },
		{ 13, 30, "policy.cert-soon", "policy.cert-ends-early" },
		{ 13, 10, "policy.cert-soon", NULL },
	};
	struct env env;

	(void)state;
	env_fixed(&env, NOW);
	env.dns = open_zone();
	for (size_t i = 0; i < ROWS(of); i++) {
		struct host_of_two host = { { .get = get }, FETCH_OK, 200,
		    "604800", of[i].days };
		struct sts_ways ways = { .env = &env,
		    .valid_for = of[i].want };
		struct sts_inquiry q = { .asked = false };
		struct findings fs = { 0 };
		bool unknown = false;

		env.fetch = &host.fetcher;
		assert_true(fetched_policy(&ways, SPAN("a.test"), &q,
		    &q.policy, &unknown, &fs));
		assert_int_equal(fs.n, (of[i].code != NULL) +
		    (of[i].other != NULL));
		if (of[i].code != NULL)
			assert_true(finding_has(&fs,
			    finding_named(span_str(of[i].code))));
		if (of[i].other != NULL)
			assert_true(finding_has(&fs,
			    finding_named(span_str(of[i].other))));
		findings_free(&fs);
		sts_inquiry_free(&q);
	}
	dns_free(env.dns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(families),
		cmocka_unit_test(replays_do_not_compare),
		cmocka_unit_test(certificates),
	};

	return cmocka_run_group_tests_name("mtasts_fetched", tests, NULL,
	    NULL);
}
