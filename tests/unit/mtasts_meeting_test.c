/* A host's addresses joined, DANE behind an insecure MX, what is found. */
#include "unit.h"

#include "base/buf.h"
#include "mtasts/meeting.h"
#include "mtasts/seen.h"

/* RFC 7672 sections 2.1.2, 2.2.1: who is held up by what. */
static void
an_insecure_mx_leads_to_no_dane(void **state)
{
	static const struct {
		enum dane_status status;
		enum sender_dane secure, insecure, unvalidated;
	} rows[] = {
		{ DANE_NONE, SENDER_DANE_ABSENT, SENDER_DANE_ABSENT,
		    SENDER_DANE_ABSENT },
		{ DANE_INSECURE, SENDER_DANE_INSECURE, SENDER_DANE_INSECURE,
		    SENDER_DANE_INSECURE },
		{ DANE_BOGUS, SENDER_DANE_BOGUS, SENDER_DANE_INSECURE,
		    SENDER_DANE_BOGUS },
		{ DANE_UNKNOWN, SENDER_DANE_UNKNOWN, SENDER_DANE_INSECURE,
		    SENDER_DANE_UNKNOWN },
		{ DANE_UNUSABLE, SENDER_DANE_UNUSABLE, SENDER_DANE_INSECURE,
		    SENDER_DANE_UNKNOWN },
		{ DANE_PRESENT, SENDER_DANE_USABLE, SENDER_DANE_INSECURE,
		    SENDER_DANE_UNKNOWN },
		{ DANE_MISMATCH, SENDER_DANE_MISMATCH, SENDER_DANE_INSECURE,
		    SENDER_DANE_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(seen_dane(rows[i].status, DNS_SECURE),
		    rows[i].secure);
		assert_int_equal(seen_dane(rows[i].status, DNS_INSECURE),
		    rows[i].insecure);
		assert_int_equal(seen_dane(rows[i].status,
		    DNS_INDETERMINATE), rows[i].unvalidated);
	}
}

/* RFC 5746 section 4.1: a client may end the handshake, and OpenSSL 3 does. */
static void
unsecured_renegotiation_is_no_handshake(void **state)
{
	static const struct {
		uint16_t version;
		bool secure;
		enum sender_tls want;
	} rows[] = {
		{ TLS_1_3, true, SENDER_TLS_DONE },
		{ TLS_1_2, true, SENDER_TLS_DONE },
		{ TLS_1_2, false, SENDER_TLS_FAILED },
		{ 0x0301, false, SENDER_TLS_FAILED },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct probe p;

		probe_init(&p);
		p.reach = PROBE_TLS;
		p.session.version = rows[i].version;
		p.session.secure_renegotiation = rows[i].secure;
		assert_int_equal(seen_tls(&p), rows[i].want);
		probe_free(&p);
	}
}

static const struct sender_host good = {
	.matched = true, .tls = SENDER_TLS_DONE, .cert = SENDER_CERT_OK,
	.dane = SENDER_DANE_MATCH, .dane_elective = SENDER_DANE_MATCH,
}, expired = {
	.matched = true, .tls = SENDER_TLS_DONE, .cert = SENDER_CERT_EXPIRED,
	.dane = SENDER_DANE_MATCH, .dane_elective = SENDER_DANE_MATCH,
}, other_key = {
	.matched = true, .tls = SENDER_TLS_DONE, .cert = SENDER_CERT_OK,
	.dane = SENDER_DANE_MISMATCH, .dane_elective = SENDER_DANE_MISMATCH,
}, insecure_other_key = {
	.matched = true, .tls = SENDER_TLS_DONE, .cert = SENDER_CERT_OK,
	.dane = SENDER_DANE_INSECURE, .dane_elective = SENDER_DANE_MISMATCH,
}, tarpit = {
	.matched = true, .tls = SENDER_TLS_UNKNOWN,
	.dane = SENDER_DANE_USABLE, .dane_elective = SENDER_DANE_USABLE,
}, unmatched = {
	.tls = SENDER_TLS_UNKNOWN, .dane = SENDER_DANE_ABSENT,
	.dane_elective = SENDER_DANE_ABSENT,
}, nowhere = {
	.no_address = true, .dane = SENDER_DANE_ABSENT,
};

static void
codes_of(const struct findings *fs, struct buf *out)
{
	for (size_t i = 0; i < fs->n; i++)
		buf_printf(out, "%s%s", i > 0 ? " " : "",
		    finding_info(fs->v[i].code)->code);
}

/* "a", "b": whether it answered, and what it then did. */
static void
what_is_definite_is_found(void **state)
{
	static const struct {
		const char *row;
		const struct sender_host *a, *b;
		bool a_reached, b_reached;
		const char *want;
	} rows[] = {
		{ "all is well", &good, &good, true, true, "" },
		{ "expired", &good, &expired, true, true, "sender.mta-sts" },
		{ "expired, the other unknown", &expired, &tarpit, true,
		    true, "sender.mta-sts" },
		{ "the same, the other way round", &tarpit, &expired, true,
		    true, "sender.mta-sts" },
		{ "expired, the other silent", &tarpit, &expired, false,
		    true, "sender.mta-sts" },
		{ "another key, the other unknown", &tarpit, &other_key,
		    true, true, "sender.dane" },
		{ "both silent", &tarpit, &tarpit, false, false, "" },
		{ "silent, and no pattern", &unmatched, &unmatched, false,
		    false, "sender.mta-sts" },
		{ "no address", &nowhere, &nowhere, false, false, "" },
		{ "insecure MX", &insecure_other_key, &insecure_other_key,
		    true, true, "sender.dane-insecure-mx" },
		{ "insecure MX, the other silent", &insecure_other_key,
		    &tarpit, true, false, "sender.dane-insecure-mx" },
	};
	static const struct sender_policy enforce = {
		.mode = SENDER_POLICY_ENFORCE,
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct meeting m = { .policy = &enforce };
		struct findings fs = { 0 };
		struct buf got = BUF(200);

		meeting_add(&m, rows[i].a, rows[i].a_reached);
		meeting_add(&m, rows[i].b, rows[i].b_reached);
		meeting_dane_findings(&m, "mx", &fs);
		meeting_sts_findings(&m, "mx", &fs);
		codes_of(&fs, &got);
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("%s: got %.*s", rows[i].row, (int)got.n,
			    (const char *)got.p);
		buf_free(&got);
		findings_free(&fs);
	}
}

static void
silence_counts_where_nobody_answers(void **state)
{
	static const struct sender_policy none = {
		.mode = SENDER_POLICY_NONE,
	};
	struct meeting m = { .policy = &none };

	(void)state;
	meeting_add(&m, &tarpit, false);
	assert_int_equal(m.rows[SENDER_DANE].outcome, OUTCOME_UNKNOWN);
	meeting_add(&m, &good, true);
	assert_int_equal(m.rows[SENDER_DANE].outcome, OUTCOME_DELIVER);
	meeting_add(&m, &tarpit, false);
	assert_int_equal(m.rows[SENDER_DANE].outcome, OUTCOME_DELIVER);
}

/* RFC 7671 section 8: nobody said no, so what is not known has a reason. */
static void
what_is_open_has_a_reason(void **state)
{
	static struct cert shown;
	static const struct {
		enum sender_dane dane;
		enum sender_tls tls;
		size_t shown, left_out;	/* certificates, records */
		enum finding_code want;	/* FINDING_CODES: none */
	} rows[] = {
		{ SENDER_DANE_USABLE, SENDER_TLS_DONE, 1, 0,
		    F_CERT_CHAIN_UNKNOWN },
		{ SENDER_DANE_USABLE, SENDER_TLS_DONE, 1, 3,
		    F_DANE_TOO_MANY },
		{ SENDER_DANE_USABLE, SENDER_TLS_DONE, 0, 0, FINDING_CODES },
		{ SENDER_DANE_USABLE, SENDER_TLS_ABSENT, 1, 0,
		    FINDING_CODES },
		{ SENDER_DANE_MATCH, SENDER_TLS_DONE, 1, 3, FINDING_CODES },
		{ SENDER_DANE_MISMATCH, SENDER_TLS_DONE, 1, 0,
		    FINDING_CODES },
		{ SENDER_DANE_ABSENT, SENDER_TLS_DONE, 1, 0, FINDING_CODES },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct sender_host judged = { .dane = rows[i].dane,
		    .tls = rows[i].tls };
		struct dane_set dane = { .left_out = rows[i].left_out };
		struct findings fs = { 0 };
		struct probe p;

		probe_init(&p);
		p.session.chain.v = &shown;
		p.session.chain.n = rows[i].shown;
		seen_dane_open(&p, &dane, &judged, "mx", &fs);
		assert_int_equal(fs.n, rows[i].want != FINDING_CODES);
		if (fs.n > 0)
			assert_int_equal(fs.v[0].code, rows[i].want);
		p.session.chain.v = NULL;
		p.session.chain.n = 0;
		probe_free(&p);
		findings_free(&fs);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_insecure_mx_leads_to_no_dane),
		cmocka_unit_test(unsecured_renegotiation_is_no_handshake),
		cmocka_unit_test(what_is_definite_is_found),
		cmocka_unit_test(silence_counts_where_nobody_answers),
		cmocka_unit_test(what_is_open_has_a_reason),
	};

	return cmocka_run_group_tests_name("mtasts_meeting", tests, NULL,
	    NULL);
}
