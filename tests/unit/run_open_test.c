/* Options become an environment, and what they assume is said. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "dns/dns.h"
#include "run/run.h"
#include "sys/exit.h"
#include "sys/file.h"

static char folder[] = "/tmp/msgsec-run-XXXXXX";

static char *
make(const char *name, const char *content)
{
	char *path = xasprintf("%s/%s", folder, name);
	struct file_out out = { 0 };

	assert_int_equal(file_out_open(&out, path, 0600), FILE_OK);
	assert_true(file_write_all(out.fd, span_str(content)));
	assert_int_equal(file_out_commit(&out, true), FILE_OK);
	return path;
}

static const char zone[] =
    ";! now 2024-05-06T07:08:09Z\n"
    "a.example. 60 IN TXT \"hello\"\n";

static enum dns_status
ask(struct run *r, const char *name)
{
	struct dns_answer *a = dns_query(r->env.dns, span_str(name), DNS_TXT);
	enum dns_status s = a->status;

	dns_answer_free(a);
	return s;
}

static void
a_zone_gives_answers_and_the_time(void **state)
{
	char *path = make("zone", zone);
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct run r = { 0 };

	(void)state;
	o.zone = path;
	for (int bulk = 0; bulk < 2; bulk++) {
		assert_int_equal(run_open(&r, &o, bulk), 0);
		assert_int_equal(env_now(&r.env), 1714979289);
		run_worker(&r, 0);
		assert_int_equal(r.process.pid, 0);
		assert_int_equal(ask(&r, "a.example"), DNS_OK);
		assert_int_equal(ask(&r, "b.example"), DNS_NXDOMAIN);
		assert_int_equal(run_close(&r, 1), 1);
	}
	o.now = (struct run_now){ true, 77 };
	assert_int_equal(run_open(&r, &o, false), 0);
	assert_int_equal(env_now(&r.env), 77);
	assert_int_equal(run_close(&r, 0), 0);
	unlink(path);
	free(path);
}

static void
what_cannot_be_opened(void **state)
{
	static const struct {
		const char *zone, *resolver, *record;
		int status;
	} rows[] = {
		{ "/nonexistent/zone", NULL, NULL, 66 },
		{ "/dev/null/zone", NULL, NULL, 66 },
		{ NULL, "not an address", NULL, 64 },
		{ NULL, "127.0.0.1", "/nonexistent/record", 73 },
	};
	char *path = make("bad", "a.example. 60 IN NOTATYPE x y z\n");
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct run r = { 0 };

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		o.zone = rows[i].zone;
		o.resolver = rows[i].resolver;
		o.record = rows[i].record;
		if (run_open(&r, &o, false) != rows[i].status)
			fail_msg("row %zu", i);
	}
	o = (struct run_opts)RUN_OPTS_DEFAULT;
	o.zone = path;
	assert_int_equal(run_open(&r, &o, false), 65);
	unlink(path);
	free(path);
}

static void
offline_is_unknown_not_absent(void **state)
{
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct run r = { 0 };

	(void)state;
	o.offline = true;
	for (int bulk = 0; bulk < 2; bulk++) {
		assert_int_equal(run_open(&r, &o, bulk), 0);
		assert_int_equal(ask(&r, "a.example"), DNS_TIMEOUT);
		assert_int_equal(run_close(&r, 0), 0);
	}
}

/* Who validates decides who is asked: the DNS process, or not. */
static void
validation_has_its_process(void **state)
{
	static const struct {
		const char *what;
		struct run_opts o;
		bool bulk, process;
		int status;
		enum dns_trust trust;
	} rows[] = {
		{ "a filter", { .resolver = "127.0.0.1" }, false, false, 0,
		    DNS_UNCHECKED },
		{ "bulk", { .resolver = "127.0.0.1" }, true, true, 0,
		    DNS_UNCHECKED },
		{ "AD", { .resolver = "127.0.0.1", .trust_ad = true }, false,
		    false, 0, DNS_CHECKED },
		{ "AD in bulk", { .resolver = "127.0.0.1", .trust_ad = true,
		    .dnssec = true }, true, false, 0, DNS_CHECKED },
		{ "AD in bulk, recorded", { .resolver = "127.0.0.1",
		    .trust_ad = true, .record = "/nonexistent/r" }, true,
		    false, 64, DNS_UNCHECKED },
		{ "an anchor", { .resolver = "127.0.0.1", .sandbox =
		    SANDBOX_OFF, .trust_anchor = folder, .trust_ad = true },
		    true, true, 0, DNS_CHECKED },
		{ "no anchor", { .resolver = "127.0.0.1", .trust_anchor =
		    "/nonexistent/a", }, false, true, 66, DNS_UNCHECKED },
	};
	char *anchor = make("anchor", ". IN DS 38696 8 2 683D2D0ACB8C9B712A19"
	    "48B27F741219298D0A450D612C483AF444A4C0FB2B16\n");

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct run_opts o = rows[i].o;
		struct run r = { 0 };
		int status = 0;

		if (o.trust_anchor == folder)
			o.trust_anchor = anchor;
		o.jobs = 2;
		status = run_open(&r, &o, rows[i].bulk);
		if (status != rows[i].status)
			fail_msg("%s: %d", rows[i].what, status);
		if (status != 0)
			continue;
		run_worker(&r, 0);
		if ((r.process.pid != 0) != rows[i].process ||
		    dns_trust(r.env.dns) != rows[i].trust)
			fail_msg("%s: trust %d", rows[i].what,
			    dns_trust(r.env.dns));
		assert_int_equal(run_close(&r, 0), 0);
	}
	unlink(anchor);
	free(anchor);
}

static int slow_asked;

static struct dns_answer *
slow_query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	(void)dns;
	(void)name;
	(void)type;
	slow_asked++;
	usleep(300000);
	return dns_answer_empty(DNS_NXDOMAIN, 0);
}

static void
slow_free(struct dns *dns)
{
	(void)dns;
}

/* --timeout holds for all questions of a subject together. */
static void
a_subject_has_its_time(void **state)
{
	static const struct dns_ops ops = {
		.query = slow_query, .free = slow_free
	};
	struct dns slow = { .ops = &ops };
	struct run r = { .budget = dns_budget_open(&slow, 1) };

	(void)state;
	r.env.dns = r.budget;
	/* four of 300 ms on a quiet machine, fewer on a busy one */
	while (ask(&r, "a.example") == DNS_NXDOMAIN)
		assert_in_range(slow_asked, 1, 4);
	assert_int_equal(ask(&r, "a.example"), DNS_TIMEOUT);
	run_subject(&r);
	assert_int_equal(ask(&r, "a.example"), DNS_NXDOMAIN);
	dns_free(r.env.dns);
}

/* One subject records here, many through the DNS process: same file. */
static void
recordings_can_be_replayed(void **state)
{
	char *path = make("zone", zone), *record = make("record", "");
	struct run_opts o = RUN_OPTS_DEFAULT;
	struct run r = { 0 };

	(void)state;
	for (int bulk = 0; bulk < 2; bulk++) {
		o = (struct run_opts)RUN_OPTS_DEFAULT;
		o.zone = path;
		o.record = record;
		o.jobs = 2;
		assert_int_equal(run_open(&r, &o, bulk), 0);
		assert_int_equal(r.process.pid != 0, bulk);
		run_worker(&r, 1);
		assert_int_equal(ask(&r, "a.example"), DNS_OK);
		assert_int_equal(ask(&r, "b.example"), DNS_NXDOMAIN);
		assert_int_equal(run_close(&r, 0), 0);

		o = (struct run_opts)RUN_OPTS_DEFAULT;
		o.zone = record;
		assert_int_equal(run_open(&r, &o, false), 0);
		assert_int_equal(env_now(&r.env), 1714979289);
		assert_int_equal(ask(&r, "a.example"), DNS_OK);
		assert_int_equal(ask(&r, "b.example"), DNS_NXDOMAIN);
		/* nobody asked, so nobody knows */
		assert_int_equal(ask(&r, "c.example"), DNS_TIMEOUT);
		assert_int_equal(run_close(&r, 0), 0);
		assert_int_equal(unlink(record), 0);
	}
	unlink(path);
	free(path);
	free(record);
}

static void
what_is_assumed_is_said(void **state)
{
	static const struct {
		struct run_opts o;
		const char *json, *text;
	} rows[] = {
		{ { .format = 0 }, "", "" },
		{ { .now = { true, 0 } },
		    ",\"assumed\":{\"now\":\"1970-01-01T00:00:00Z\"}",
		    "assumed: now 1970-01-01T00:00:00Z\n" },
		{ { .zone = "z\033x", .trust_ad = true },
		    ",\"assumed\":{\"zone\":\"z\\u001bx\",\"trust-ad\":true}",
		    "assumed: zone z?x, trust-ad\n" },
		{ { .resolver = "::1", .trust_anchor = "a" },
		    ",\"assumed\":{\"resolver\":\"::1\","
		    "\"trust-anchor\":\"a\"}",
		    "assumed: resolver ::1, trust-anchor a\n" },
		{ { .ca_file = "ca", .allow_private = true },
		    ",\"assumed\":{\"ca-file\":\"ca\","
		    "\"allow-private\":true}",
		    "assumed: ca-file ca, allow-private\n" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct run r = { .opts = &rows[i].o };
		struct buf json = BUF(1000), text = BUF(1000);
		struct jw j = JW(&json);
		char *want = xasprintf("{\"schema\":\"t/1\",\"version\":\"%s\""
		    ",\"time\":\"1970-01-01T00:01:40Z\",\"verdict\":\"pass\""
		    "%s}", MSGSEC_VERSION, rows[i].json);

		env_fixed(&r.env, 100);
		run_member(&r, &j, "t/1", "pass");
		jw_end(&j);
		run_banner(&r, &text);
		if (!span_eq(buf_get0(&json), span_str(want)) ||
		    !span_eq(buf_get0(&text), span_str(rows[i].text)))
			fail_msg("row %zu: %.*s %.*s", i, (int)json.n,
			    json.p, (int)text.n, text.p);
		free(want);
		buf_free(&json);
		buf_free(&text);
	}
}

static void
options_are_checked(void **state)
{
	static const struct {
		const char *word;
		int status;
	} rows[] = {
		{ "--now=2024-01-01T00:00:00Z", 0 }, { "--now=@5", 0 },
		{ "--now=yesterday", 64 }, { "--ignore=run.timeout@x", 0 },
		{ "--ignore=run.timeout,nope.code", 64 },
		{ "--format=json", 0 }, { "--format=xml", 64 },
		{ "--jobs=512", 0 }, { "--jobs=513", 64 },
		{ "--ca-file=x", 0 }, { "--allow-private=x", 64 },
		{ "--sandbox=require", 0 }, { "-0vvq", 0 },
	};
	static const struct opt_chunk chunks[] = {
		RUN_SPEECH(0), RUN_VERDICT(0), RUN_NOW(0), RUN_SANDBOX(0),
		RUN_DNS(0), RUN_CONNECT(0), RUN_BULK(0),
	};
	static const struct opt_spec spec = {
		.tool = "t", .usage = "", .about = "", .chunks = chunks,
		.n = ROWS(chunks), .usage_status = 64,
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct run_opts o = RUN_OPTS_DEFAULT;
		char *argv[] = { xstrdup("t"), xstrdup(rows[i].word), NULL };
		struct opt_result res = { 0 };

		opt_parse(&spec, 2, argv, &o, &res);
		if (res.status != rows[i].status)
			fail_msg("%s", rows[i].word);
		opt_result_free(&res);
		free(argv[0]);
		free(argv[1]);
	}
}

static void
codes_are_listed(void **state)
{
	static const char *const areas[] = { "run", NULL };
	struct buf out = BUF(1 << 20);

	(void)state;
	run_list_codes(areas, &out);
	assert_true(span_starts(buf_get0(&out),
	    SPAN("run.crashed\tunknown\tmsgsec(7)\t")));
	assert_null(memmem(out.p, out.n, "\nrecord.", 8));
	run_list_codes(NULL, &out);
	assert_non_null(memmem(out.p, out.n, "\nrecord.", 8));
	buf_free(&out);
}

static int
enter(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
leave(void **state)
{
	(void)state;
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_gives_answers_and_the_time),
		cmocka_unit_test(what_cannot_be_opened),
		cmocka_unit_test(offline_is_unknown_not_absent),
		cmocka_unit_test(validation_has_its_process),
		cmocka_unit_test(a_subject_has_its_time),
		cmocka_unit_test(recordings_can_be_replayed),
		cmocka_unit_test(what_is_assumed_is_said),
		cmocka_unit_test(options_are_checked),
		cmocka_unit_test(codes_are_listed),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
