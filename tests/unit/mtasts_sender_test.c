/* What the kinds of sender do: RFC 8461 sections 2, 4, 5, RFC 7672. */
#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "mtasts/sender.h"

/* A row as text: "outcome tls result", "-" for what is null. */
static void
describe(struct buf *out, struct sender_row r)
{
	const char *tls = outcome_tls_name(r.tls);
	const char *result = tlsrpt_result_name(r.result);

	buf_printf(out, "%s %s %s", sender_outcome_name(r.outcome),
	    tls ? tls : "-", result ? result : "-");
}

static void
want(const char *row, enum sender who, const struct sender_policy *policy,
    const struct sender_host *host, const char *text)
{
	struct buf got = BUF(200);

	describe(&got, sender_judge(who, policy, host));
	if (!span_eq(buf_get0(&got), span_str(text)))
		fail_msg("%s, %s: got %.*s, want %s", row, sender_name(who),
		    (int)got.n, (const char *)got.p, text);
	buf_free(&got);
}

/* DANE proven absent, so that the policy alone decides. */
static void
policy_and_certificate_decide(void **state)
{
	static const struct {
		const char *row;
		enum sender_policy_mode mode;
		bool matched;
		enum sender_tls tls;
		enum sender_cert cert;
		const char *sts, *opportunistic;
	} rows[] = {
		{ "all is well", SENDER_POLICY_ENFORCE, true,
		    SENDER_TLS_DONE, SENDER_CERT_OK,
		    "deliver authenticated -", "deliver encrypted -" },
		{ "no pattern", SENDER_POLICY_ENFORCE, false,
		    SENDER_TLS_DONE, SENDER_CERT_OK,
		    "defer - validation-failure", "deliver encrypted -" },
		{ "expired", SENDER_POLICY_ENFORCE, true,
		    SENDER_TLS_DONE, SENDER_CERT_EXPIRED,
		    "defer - certificate-expired", "deliver encrypted -" },
		{ "name", SENDER_POLICY_ENFORCE, true,
		    SENDER_TLS_DONE, SENDER_CERT_WRONG_NAME,
		    "defer - certificate-host-mismatch",
		    "deliver encrypted -" },
		{ "self-signed", SENDER_POLICY_ENFORCE, true,
		    SENDER_TLS_DONE, SENDER_CERT_UNTRUSTED,
		    "defer - certificate-not-trusted",
		    "deliver encrypted -" },
		{ "other", SENDER_POLICY_ENFORCE, true,
		    SENDER_TLS_DONE, SENDER_CERT_OTHER,
		    "defer - validation-failure", "deliver encrypted -" },
		{ "not looked at", SENDER_POLICY_ENFORCE, true,
		    SENDER_TLS_DONE, SENDER_CERT_UNKNOWN,
		    "unknown - -", "deliver encrypted -" },
		{ "no STARTTLS", SENDER_POLICY_ENFORCE, true,
		    SENDER_TLS_ABSENT, SENDER_CERT_UNKNOWN,
		    "defer - starttls-not-supported",
		    "deliver plain starttls-not-supported" },
		{ "handshake", SENDER_POLICY_ENFORCE, true,
		    SENDER_TLS_FAILED, SENDER_CERT_UNKNOWN,
		    "defer - validation-failure",
		    "deliver plain validation-failure" },
		{ "tarpit", SENDER_POLICY_ENFORCE, true,
		    SENDER_TLS_UNKNOWN, SENDER_CERT_UNKNOWN,
		    "unknown - -", "unknown - -" },
		{ "tarpit without a pattern", SENDER_POLICY_ENFORCE, false,
		    SENDER_TLS_UNKNOWN, SENDER_CERT_UNKNOWN,
		    "defer - validation-failure", "unknown - -" },
		{ "names alone", SENDER_POLICY_ENFORCE, true,
		    SENDER_TLS_NOT_ASKED, SENDER_CERT_UNKNOWN,
		    "deliver - -", "deliver - -" },
		{ "names alone, no pattern", SENDER_POLICY_ENFORCE, false,
		    SENDER_TLS_NOT_ASKED, SENDER_CERT_UNKNOWN,
		    "defer - validation-failure", "deliver - -" },
		{ "testing, well", SENDER_POLICY_TESTING, true,
		    SENDER_TLS_DONE, SENDER_CERT_OK,
		    "deliver authenticated -", "deliver encrypted -" },
		{ "testing, expired", SENDER_POLICY_TESTING, true,
		    SENDER_TLS_DONE, SENDER_CERT_EXPIRED,
		    "deliver encrypted certificate-expired",
		    "deliver encrypted -" },
		{ "testing, no pattern", SENDER_POLICY_TESTING, false,
		    SENDER_TLS_DONE, SENDER_CERT_OK,
		    "deliver encrypted validation-failure",
		    "deliver encrypted -" },
		{ "testing, no STARTTLS", SENDER_POLICY_TESTING, true,
		    SENDER_TLS_ABSENT, SENDER_CERT_UNKNOWN,
		    "deliver plain starttls-not-supported",
		    "deliver plain starttls-not-supported" },
		{ "none", SENDER_POLICY_NONE, false,
		    SENDER_TLS_DONE, SENDER_CERT_EXPIRED,
		    "deliver encrypted -", "deliver encrypted -" },
		{ "no policy known", SENDER_POLICY_UNKNOWN, false,
		    SENDER_TLS_DONE, SENDER_CERT_OK,
		    "unknown - -", "deliver encrypted -" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct sender_policy policy = { .mode = rows[i].mode };
		struct sender_host host = {
			.matched = rows[i].matched, .tls = rows[i].tls,
			.cert = rows[i].cert, .dane = SENDER_DANE_ABSENT,
		};

		want(rows[i].row, SENDER_MTA_STS, &policy, &host, rows[i].sts);
		want(rows[i].row, SENDER_DANE_MTA_STS, &policy, &host,
		    rows[i].sts);
		want(rows[i].row, SENDER_OPPORTUNISTIC, &policy, &host,
		    rows[i].opportunistic);
		want(rows[i].row, SENDER_DANE, &policy, &host,
		    rows[i].opportunistic);
	}
}

/* TLS 1.0 and 1.1: fine where the choice is between that and none. */
static void
obsolete_tls_is_for_those_who_demand_nothing(void **state)
{
	static const struct {
		const char *row;
		enum sender_policy_mode mode;
		enum sender_dane dane;
		enum sender who;
		const char *want;
	} rows[] = {
		{ "opportunistic", SENDER_POLICY_ENFORCE,
		    SENDER_DANE_ABSENT, SENDER_OPPORTUNISTIC,
		    "deliver encrypted -" },
		{ "policy", SENDER_POLICY_ENFORCE, SENDER_DANE_ABSENT,
		    SENDER_MTA_STS, "defer - validation-failure" },
		{ "testing", SENDER_POLICY_TESTING, SENDER_DANE_ABSENT,
		    SENDER_MTA_STS, "deliver encrypted validation-failure" },
		{ "no DANE", SENDER_POLICY_ENFORCE, SENDER_DANE_ABSENT,
		    SENDER_DANE, "deliver encrypted -" },
		{ "DANE", SENDER_POLICY_NONE, SENDER_DANE_MATCH,
		    SENDER_DANE, "defer - validation-failure" },
		{ "unusable TLSA", SENDER_POLICY_NONE, SENDER_DANE_UNUSABLE,
		    SENDER_DANE_MTA_STS, "defer - validation-failure" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct sender_policy policy = { .mode = rows[i].mode };
		struct sender_host host = {
			.matched = true, .tls = SENDER_TLS_DONE,
			.cert = SENDER_CERT_OK, .dane = rows[i].dane,
			.obsolete = true,
		};

		want(rows[i].row, rows[i].who, &policy, &host, rows[i].want);
	}
}

/* What is deferred for a reason of its own, is so whatever EHLO gets. */
static void
put_off_inside_of_tls(void **state)
{
	static const struct {
		enum sender_policy_mode mode;
		enum sender_cert cert;
		enum sender_dane dane;
		const char *sts, *dane_alone, *opportunistic;
	} rows[] = {
		{ SENDER_POLICY_ENFORCE, SENDER_CERT_OK, SENDER_DANE_MATCH,
		    "unknown - -", "unknown - -", "unknown - -" },
		{ SENDER_POLICY_ENFORCE, SENDER_CERT_EXPIRED,
		    SENDER_DANE_MISMATCH, "defer - certificate-expired",
		    "defer - validation-failure", "unknown - -" },
		{ SENDER_POLICY_NONE, SENDER_CERT_OK, SENDER_DANE_ABSENT,
		    "unknown - -", "unknown - -", "unknown - -" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct sender_policy policy = { .mode = rows[i].mode };
		struct sender_host host = {
			.matched = true, .tls = SENDER_TLS_DONE,
			.cert = rows[i].cert, .dane = rows[i].dane,
			.put_off = true,
		};

		want("put off", SENDER_MTA_STS, &policy, &host, rows[i].sts);
		want("put off", SENDER_DANE, &policy, &host,
		    rows[i].dane_alone);
		want("put off", SENDER_OPPORTUNISTIC, &policy, &host,
		    rows[i].opportunistic);
	}
}

/* DANE-TA minds names and dates, and a report says which (RFC 8460). */
static void
a_mismatch_has_its_reason(void **state)
{
	static const struct {
		enum sender_cert cert;
		const char *want;
	} rows[] = {
		{ SENDER_CERT_UNKNOWN, "defer - validation-failure" },
		{ SENDER_CERT_EXPIRED, "defer - certificate-expired" },
		{ SENDER_CERT_WRONG_NAME,
		    "defer - certificate-host-mismatch" },
	};
	struct sender_policy policy = { .mode = SENDER_POLICY_NONE };

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct sender_host host = {
			.tls = SENDER_TLS_DONE, .cert = SENDER_CERT_OK,
			.dane = SENDER_DANE_MISMATCH,
			.dane_cert = rows[i].cert,
		};

		want("mismatch", SENDER_DANE, &policy, &host, rows[i].want);
	}
}

/* A valid or a testing policy never overrides DANE (RFC 8461 section 2). */
static void
dane_comes_first(void **state)
{
	static const struct {
		const char *row;
		enum sender_dane dane;
		enum sender_tls tls;
		const char *dane_alone, *both;
	} rows[] = {
		{ "match", SENDER_DANE_MATCH, SENDER_TLS_DONE,
		    "deliver authenticated -", "deliver authenticated -" },
		{ "mismatch", SENDER_DANE_MISMATCH, SENDER_TLS_DONE,
		    "defer - validation-failure",
		    "defer - validation-failure" },
		{ "bogus", SENDER_DANE_BOGUS, SENDER_TLS_DONE,
		    "defer - dnssec-invalid", "defer - dnssec-invalid" },
		{ "bogus, not asked", SENDER_DANE_BOGUS, SENDER_TLS_NOT_ASKED,
		    "defer - dnssec-invalid", "defer - dnssec-invalid" },
		{ "DNS failed", SENDER_DANE_UNKNOWN, SENDER_TLS_DONE,
		    "unknown - -", "unknown - -" },
		{ "unusable", SENDER_DANE_UNUSABLE, SENDER_TLS_DONE,
		    "deliver encrypted tlsa-invalid",
		    "deliver encrypted tlsa-invalid" },
		{ "unusable, no STARTTLS", SENDER_DANE_UNUSABLE,
		    SENDER_TLS_ABSENT, "defer - starttls-not-supported",
		    "defer - starttls-not-supported" },
		{ "stripped", SENDER_DANE_USABLE, SENDER_TLS_ABSENT,
		    "defer - starttls-not-supported",
		    "defer - starttls-not-supported" },
		{ "not compared", SENDER_DANE_USABLE, SENDER_TLS_DONE,
		    "unknown - -", "unknown - -" },
		{ "names alone", SENDER_DANE_USABLE, SENDER_TLS_NOT_ASKED,
		    "deliver - -", "deliver - -" },
		{ "insecure", SENDER_DANE_INSECURE, SENDER_TLS_DONE,
		    "deliver encrypted -", "deliver authenticated -" },
		{ "absent", SENDER_DANE_ABSENT, SENDER_TLS_DONE,
		    "deliver encrypted -", "deliver authenticated -" },
	};
	static const struct sender_policy enforce = {
		.mode = SENDER_POLICY_ENFORCE,
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct sender_host host = {
			.matched = true, .cert = SENDER_CERT_OK,
			.dane = rows[i].dane, .tls = rows[i].tls,
		};

		want(rows[i].row, SENDER_DANE, &enforce, &host,
		    rows[i].dane_alone);
		want(rows[i].row, SENDER_DANE_MTA_STS, &enforce, &host,
		    rows[i].both);
	}
}

/* RFC 8461 section 3.3: deliver as though there were no MTA-STS. */
static void
a_useless_policy_is_reported(void **state)
{
	static const struct sender_policy broken = {
		.mode = SENDER_POLICY_NONE,
		.problem = TLSRPT_STS_POLICY_FETCH_ERROR,
	};
	static const struct sender_host host = {
		.tls = SENDER_TLS_DONE, .dane = SENDER_DANE_ABSENT,
	};

	(void)state;
	want("fetch", SENDER_MTA_STS, &broken, &host,
	    "deliver encrypted sts-policy-fetch-error");
	want("fetch", SENDER_DANE, &broken, &host, "deliver encrypted -");
}

static void
a_host_without_address_is_refused(void **state)
{
	static const struct sender_policy enforce = {
		.mode = SENDER_POLICY_ENFORCE,
	};
	static const struct sender_host host = {
		.no_address = true, .matched = true,
	};

	(void)state;
	for (enum sender who = 0; who < SENDERS; who++)
		want("nowhere", who, &enforce, &host, "refuse - -");
}

static void
the_worse_address_counts(void **state)
{
	static const struct sender_row good = {
		OUTCOME_DELIVER, OUTCOME_TLS_AUTHENTICATED, TLSRPT_NONE,
	}, weak = {
		OUTCOME_DELIVER, OUTCOME_TLS_PLAIN,
		TLSRPT_STARTTLS_NOT_SUPPORTED,
	}, bad = {
		OUTCOME_DEFER, OUTCOME_TLS_NONE, TLSRPT_CERTIFICATE_EXPIRED,
	}, unknown = {
		OUTCOME_UNKNOWN, OUTCOME_TLS_NONE, TLSRPT_NONE,
	};
	const struct {
		struct sender_row a, b;
		const char *want;
	} rows[] = {
		{ good, bad, "defer - certificate-expired" },
		{ bad, good, "defer - certificate-expired" },
		{ good, weak, "deliver plain starttls-not-supported" },
		{ weak, good, "deliver plain starttls-not-supported" },
		{ unknown, good, "unknown - -" },
		{ bad, unknown, "defer - certificate-expired" },
		{ unknown, weak, "unknown - starttls-not-supported" },
		{ good, good, "deliver authenticated -" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf got = BUF(200);

		describe(&got, sender_join(rows[i].a, rows[i].b));
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("row %zu: got %.*s", i, (int)got.n,
			    (const char *)got.p);
		buf_free(&got);
	}
}

static void
modes_have_names(void **state)
{
	(void)state;
	assert_int_equal(sender_policy_named(SPAN("enforce")),
	    SENDER_POLICY_ENFORCE);
	assert_int_equal(sender_policy_named(SPAN("testing")),
	    SENDER_POLICY_TESTING);
	assert_int_equal(sender_policy_named(SPAN("none")),
	    SENDER_POLICY_NONE);
	assert_int_equal(sender_policy_named(SPAN("Enforce")),
	    SENDER_POLICY_UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(obsolete_tls_is_for_those_who_demand_nothing),
		cmocka_unit_test(put_off_inside_of_tls),
		cmocka_unit_test(a_mismatch_has_its_reason),
		cmocka_unit_test(policy_and_certificate_decide),
		cmocka_unit_test(dane_comes_first),
		cmocka_unit_test(a_useless_policy_is_reported),
		cmocka_unit_test(a_host_without_address_is_refused),
		cmocka_unit_test(the_worse_address_counts),
		cmocka_unit_test(modes_have_names),
	};

	return cmocka_run_group_tests_name("mtasts_sender", tests, NULL,
	    NULL);
}
