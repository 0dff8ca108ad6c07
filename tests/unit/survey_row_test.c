/* From a record to its row: what each answer comes from. */
#include "unit.h"

#include "survey/row.h"

#define MEMBER(schema, verdict, more, findings) \
	"{\"schema\":\"" schema "\",\"version\":\"0.1\"," \
	"\"time\":\"2026-11-27T12:00:00Z\",\"verdict\":\"" verdict "\"" more \
	",\"findings\":[" findings "]}"
#define RECORD(member) "{\"domain\":\"example.org\"," member "}"

#define PROBE(verdict, more, findings) RECORD("\"mstls-probe\":" \
	MEMBER("mstls-probe/1", verdict, more, findings))
#define STS(verdict, more, findings) RECORD("\"mtasts-check\":" \
	MEMBER("mtasts-check/1", verdict, more, findings))
#define DMARC(verdict, more, findings) RECORD("\"dmarc-verify\":" \
	MEMBER("dmarc-verify-domain/1", verdict, more, findings))

#define FOUND(code, severity) "{\"code\":\"" code "\",\"severity\":\"" \
	severity "\",\"clause\":\"\",\"where\":\"\",\"text\":\"\",\"fix\":\"\"}"
#define IGNORED(code, severity) "{\"code\":\"" code "\",\"severity\":\"" \
	severity "\",\"ignored\":true}"

#define MX(addresses) ",\"mx_status\":\"ok\",\"mx\":[{\"addresses\":[" \
	addresses "]}]"
#define AT(starttls, version, chain, match, dane) "{\"starttls\":\"" \
	starttls "\",\"negotiated\":{\"version\":\"" version "\"}," \
	"\"certificates\":[{\"chain\":\"" chain "\",\"name_match\":" match \
	"}],\"dane\":{\"status\":\"" dane "\"}}"
#define GOOD AT("offered", "TLSv1.3", "ok", "true", "match")
#define BARE(starttls, dane) "{\"starttls\":\"" starttls "\"," \
	"\"negotiated\":null,\"certificates\":[],\"dane\":{\"status\":\"" \
	dane "\"}}"

static const struct {
	const char *name, *in;
	enum survey_check check;
	int answer, standing;
} cells[] = {
	/* the mail hosts */
	{ "offered", PROBE("pass", MX(GOOD), ""), CHECK_STARTTLS,
	    STARTTLS_YES, STANDING_GOOD },
	{ "some", PROBE("fail", MX(GOOD "," BARE("absent", "none")), ""),
	    CHECK_STARTTLS, STARTTLS_SOME, STANDING_BAD },
	{ "none", PROBE("fail", MX(BARE("stripped", "none")), ""),
	    CHECK_STARTTLS, STARTTLS_NO, STANDING_BAD },
	{ "unknown is not bad", PROBE("unknown", MX(BARE("unknown",
	    "unknown")), FOUND("smtp.timeout", "unknown")), CHECK_STARTTLS,
	    ANSWER_UNKNOWN, STANDING_UNKNOWN },
	{ "one that is unknown does not count", PROBE("unknown", MX(GOOD ","
	    BARE("unknown", "none")), ""), CHECK_STARTTLS, STARTTLS_YES,
	    STANDING_GOOD },
	{ "null MX", PROBE("none", ",\"mx_status\":\"null\",\"mx\":[]", ""),
	    CHECK_STARTTLS, ANSWER_NOTHING, STANDING_NOTHING },
	{ "MX not found out", PROBE("unknown", ",\"mx_status\":\"unknown\","
	    "\"mx\":[]", ""), CHECK_STARTTLS, ANSWER_UNKNOWN,
	    STANDING_UNKNOWN },
	{ "hosts without an address", PROBE("warn", ",\"mx_status\":\"ok\","
	    "\"mx\":[{\"addresses\":[]}]", FOUND("mx.no-address", "warn")),
	    CHECK_STARTTLS, ANSWER_NOTHING, STANDING_NOTHING },
	{ "addresses not found out", PROBE("unknown", ",\"mx_status\":"
	    "\"ok\",\"mx\":[{\"addresses\":[]}]", FOUND("mx.host-dns",
	    "unknown")), CHECK_STARTTLS, ANSWER_UNKNOWN, STANDING_UNKNOWN },
	{ "hosts that were cut off", PROBE("pass", ",\"mx_status\":\"ok\","
	    "\"truncated\":true", ""), CHECK_STARTTLS, ANSWER_UNKNOWN,
	    STANDING_UNKNOWN },
	{ "injection", PROBE("fail", MX(GOOD), FOUND("smtp.injection",
	    "fail")), CHECK_STARTTLS, STARTTLS_YES, STANDING_BAD },
	{ "what is ignored", PROBE("pass", MX(GOOD), IGNORED(
	    "smtp.injection", "fail")), CHECK_STARTTLS, STARTTLS_YES,
	    STANDING_GOOD },
	{ "an endpoint's service", "{\"endpoint\":\"h:465\",\"mstls-probe\":"
	    MEMBER("mstls-probe/1", "pass", ",\"mx_status\":null,\"mx\":[],"
	    "\"services\":[{\"addresses\":[" AT("implicit", "TLSv1.3", "ok",
	    "true", "none") "]}]", "") "}", CHECK_STARTTLS, STARTTLS_YES,
	    STANDING_GOOD },
	{ "the lowest version", PROBE("pass", MX(GOOD "," AT("offered",
	    "TLSv1.2", "ok", "true", "none")), ""), CHECK_TLS, TLS_12,
	    STANDING_GOOD },
	{ "an old version", PROBE("warn", MX(AT("offered", "TLSv1.0", "ok",
	    "true", "none")), ""), CHECK_TLS, TLS_OLD, STANDING_WEAK },
	{ "no TLS", PROBE("fail", MX(BARE("absent", "none")), ""), CHECK_TLS,
	    TLS_NONE, STANDING_ABSENT },
	{ "no handshake", PROBE("fail", MX(BARE("offered", "none")), FOUND(
	    "tls.refused", "fail")), CHECK_TLS, TLS_NONE, STANDING_BAD },
	{ "no certificate then", PROBE("fail", MX(BARE("offered", "none")),
	    FOUND("tls.refused", "fail")), CHECK_CERT, CERT_NO_TLS,
	    STANDING_ABSENT },
	{ "a handshake too slow", PROBE("unknown", MX(BARE("offered",
	    "none")), FOUND("tls.timeout", "unknown")), CHECK_TLS,
	    ANSWER_UNKNOWN, STANDING_UNKNOWN },
	{ "one handshake of two", PROBE("fail", MX(GOOD "," BARE("offered",
	    "none")), FOUND("tls.refused", "fail")), CHECK_TLS, TLS_13,
	    STANDING_BAD },
	{ "old versions besides", PROBE("warn", MX(GOOD), FOUND(
	    "tls.versions", "warn")), CHECK_TLS, TLS_13, STANDING_WEAK },
	{ "valid", PROBE("pass", MX(GOOD), ""), CHECK_CERT, CERT_VALID,
	    STANDING_GOOD },
	{ "one is not trusted", PROBE("warn", MX(GOOD "," AT("offered",
	    "TLSv1.3", "self-signed", "true", "none")), ""), CHECK_CERT,
	    CERT_NOT_TRUSTED, STANDING_WEAK },
	{ "another name", PROBE("warn", MX(AT("offered", "TLSv1.3", "ok",
	    "false", "none")), ""), CHECK_CERT, CERT_NAMED_WRONG,
	    STANDING_WEAK },
	{ "expired", PROBE("warn", MX(AT("offered", "TLSv1.3", "expired",
	    "true", "none")), FOUND("cert.expired", "warn")), CHECK_CERT,
	    CERT_OLD, STANDING_WEAK },
	{ "expired, and DANE does not mind", PROBE("pass", MX(AT("offered",
	    "TLSv1.3", "expired", "true", "match")), ""), CHECK_CERT,
	    CERT_OLD, STANDING_WEAK },
	{ "not all certificates kept", PROBE("unknown", MX(GOOD ","
	    AT("offered", "TLSv1.3", "unknown", "true", "none")),
	    FOUND("cert.chain-unknown", "unknown")), CHECK_CERT,
	    ANSWER_UNKNOWN, STANDING_UNKNOWN },
	{ "and another name", PROBE("unknown", MX(AT("offered", "TLSv1.3",
	    "unknown", "false", "none")), FOUND("cert.chain-unknown",
	    "unknown")), CHECK_CERT, CERT_NAMED_WRONG, STANDING_WEAK },
	{ "DANE", PROBE("pass", MX(GOOD), ""), CHECK_DANE, DANE_MATCH,
	    STANDING_GOOD },
	{ "DANE at some", PROBE("pass", MX(GOOD "," BARE("unknown", "none")),
	    ""), CHECK_DANE, DANE_SOME, STANDING_WEAK },
	{ "one mismatch", PROBE("fail", MX(GOOD "," AT("offered", "TLSv1.3",
	    "ok", "true", "mismatch")), ""), CHECK_DANE, DANE_WRONG,
	    STANDING_BAD },
	{ "without DNSSEC", PROBE("warn", MX(AT("offered", "TLSv1.3", "ok",
	    "true", "insecure")), ""), CHECK_DANE, DANE_NO_USE,
	    STANDING_WEAK },
	{ "no TLSA", PROBE("pass", MX(AT("offered", "TLSv1.3", "ok", "true",
	    "none")), ""), CHECK_DANE, DANE_NO, STANDING_ABSENT },
	{ "not asked", STS("none", "", ""), CHECK_DANE, ANSWER_NOT_ASKED,
	    STANDING_NOT_ASKED },

	/* MTA-STS and TLSRPT */
	{ "enforce", STS("pass", ",\"record\":{},\"policy\":{\"mode\":"
	    "\"enforce\"}", ""), CHECK_MTASTS, STS_ENFORCE, STANDING_GOOD },
	{ "enforce, and no MX matches", STS("fail", ",\"record\":{},"
	    "\"policy\":{\"mode\":\"enforce\"}", FOUND("policy.mx-unmatched",
	    "fail")), CHECK_MTASTS, STS_ENFORCE, STANDING_BAD },
	{ "a TLSRPT finding is not the policy's", STS("warn", ",\"record\":{},"
	    "\"policy\":{\"mode\":\"enforce\"},\"tlsrpt\":{}", FOUND(
	    "tlsrpt.uri", "warn")), CHECK_MTASTS, STS_ENFORCE,
	    STANDING_GOOD },
	{ "testing", STS("warn", ",\"policy\":{\"mode\":\"testing\"}", ""),
	    CHECK_MTASTS, STS_TESTING, STANDING_WEAK },
	{ "mode none", STS("pass", ",\"policy\":{\"mode\":\"none\"}", ""),
	    CHECK_MTASTS, STS_OFF, STANDING_ABSENT },
	{ "a record, and no policy", STS("fail", ",\"record\":{},\"policy\":"
	    "null", FOUND("policy.http-status", "fail")), CHECK_MTASTS,
	    STS_BROKEN, STANDING_BAD },
	{ "a record, the policy not to be had", STS("unknown", ",\"record\":"
	    "{},\"policy\":null", FOUND("policy.timeout", "unknown")),
	    CHECK_MTASTS, ANSWER_UNKNOWN, STANDING_UNKNOWN },
	{ "none", STS("none", ",\"record\":null,\"policy\":null", FOUND(
	    "mtasts.none", "info")), CHECK_MTASTS, STS_NO, STANDING_ABSENT },
	{ "several records", STS("fail", ",\"record\":null,\"policy\":null",
	    FOUND("mtasts.several", "fail")), CHECK_MTASTS, STS_BROKEN,
	    STANDING_BAD },
	{ "DNS failed", STS("unknown", ",\"record\":null,\"policy\":null",
	    FOUND("mtasts.dns", "unknown")), CHECK_MTASTS, ANSWER_UNKNOWN,
	    STANDING_UNKNOWN },
	{ "none is none though the MX is unknown", STS("unknown",
	    ",\"record\":null,\"policy\":null", FOUND("mtasts.none", "info")
	    "," FOUND("mx.dns", "unknown")), CHECK_MTASTS, STS_NO,
	    STANDING_ABSENT },
	{ "the worker crashed", STS("unknown", "", FOUND("run.crashed",
	    "unknown")), CHECK_MTASTS, ANSWER_UNKNOWN, STANDING_UNKNOWN },
	{ "takes no mail", STS("none", ",\"mx_status\":\"null\",\"record\":"
	    "null,\"policy\":null", FOUND("mtasts.none", "info")),
	    CHECK_MTASTS, ANSWER_NOTHING, STANDING_NOTHING },
	{ "TLSRPT", STS("none", ",\"tlsrpt\":{}", ""), CHECK_TLSRPT, RPT_YES,
	    STANDING_GOOD },
	{ "no TLSRPT", STS("none", ",\"tlsrpt\":null", FOUND("tlsrpt.absent",
	    "info")), CHECK_TLSRPT, RPT_NO, STANDING_ABSENT },
	{ "TLSRPT not found out", STS("unknown", ",\"tlsrpt\":null", FOUND(
	    "tlsrpt.dns", "unknown")), CHECK_TLSRPT, ANSWER_UNKNOWN,
	    STANDING_UNKNOWN },

	/* SPF, DKIM, DMARC */
	{ "-all", DMARC("pass", ",\"spf\":{\"all\":\"-\"}", ""), CHECK_SPF,
	    SPF_MINUS, STANDING_GOOD },
	{ "~all", DMARC("pass", ",\"spf\":{\"all\":\"~\"}", ""), CHECK_SPF,
	    SPF_TILDE, STANDING_GOOD },
	{ "?all", DMARC("warn", ",\"spf\":{\"all\":\"?\"}", ""), CHECK_SPF,
	    SPF_QUESTION, STANDING_WEAK },
	{ "+all", DMARC("fail", ",\"spf\":{\"all\":\"+\"}", ""), CHECK_SPF,
	    SPF_PLUS, STANDING_BAD },
	{ "a redirect", DMARC("pass", ",\"spf\":{\"all\":null}", ""),
	    CHECK_SPF, SPF_OPEN, STANDING_GOOD },
	{ "no SPF", DMARC("warn", ",\"spf\":null", FOUND("spf.missing",
	    "warn")), CHECK_SPF, SPF_NO, STANDING_WEAK },
	{ "SPF not found out", DMARC("unknown", ",\"spf\":null", FOUND(
	    "spf.dns", "unknown")), CHECK_SPF, ANSWER_UNKNOWN,
	    STANDING_UNKNOWN },
	{ "detail was cut", DMARC("pass", ",\"truncated\":true", ""),
	    CHECK_SPF, ANSWER_UNKNOWN, STANDING_UNKNOWN },
	{ "of another type", DMARC("pass", ",\"spf\":7", ""), CHECK_SPF,
	    ANSWER_UNKNOWN, STANDING_UNKNOWN },
	{ "no such domain", DMARC("none", ",\"spf\":null", FOUND(
	    "domain.nxdomain", "info")), CHECK_SPF, ANSWER_NOTHING,
	    STANDING_NOTHING },
	{ "a key", DMARC("pass", ",\"dkim\":[{\"revoked\":true},{}]", ""),
	    CHECK_DKIM, KEYS_FOUND, STANDING_GOOD },
	{ "revoked keys", DMARC("pass", ",\"dkim\":[{\"revoked\":true}]", ""),
	    CHECK_DKIM, KEYS_GONE, STANDING_ABSENT },
	{ "no key", DMARC("pass", ",\"dkim\":[]", FOUND("key.none-found",
	    "info")), CHECK_DKIM, KEYS_NO, STANDING_ABSENT },
	{ "a short key", DMARC("warn", ",\"dkim\":[{}]", FOUND("key.short",
	    "warn")), CHECK_DKIM, KEYS_FOUND, STANDING_WEAK },
	{ "reject", DMARC("pass", ",\"dmarc\":{\"policy\":\"reject\"}", ""),
	    CHECK_DMARC, DMARC_REJECT, STANDING_GOOD },
	{ "quarantine, testing", DMARC("warn", ",\"dmarc\":{\"policy\":"
	    "\"quarantine\"}", FOUND("dmarc.testing", "warn")), CHECK_DMARC,
	    DMARC_QUARANTINE, STANDING_WEAK },
	{ "p=none", DMARC("warn", ",\"dmarc\":{\"policy\":\"none\"}", ""),
	    CHECK_DMARC, DMARC_WATCH, STANDING_WEAK },
	{ "unusable", DMARC("fail", ",\"dmarc\":{\"policy\":null}", FOUND(
	    "dmarc.unusable", "fail")), CHECK_DMARC, DMARC_BROKEN,
	    STANDING_BAD },
	{ "a NUL in a record", DMARC("pass", ",\"dmarc\":{\"record\":"
	    "\"a\\u0000b\",\"policy\":\"reject\"}", ""), CHECK_DMARC,
	    DMARC_REJECT, STANDING_GOOD },
	{ "no DMARC", DMARC("warn", ",\"dmarc\":null", FOUND("dmarc.missing",
	    "warn")), CHECK_DMARC, DMARC_NO, STANDING_WEAK },
	{ "DMARC not found out", DMARC("unknown", ",\"dmarc\":null", FOUND(
	    "dmarc.dns", "unknown")), CHECK_DMARC, ANSWER_UNKNOWN,
	    STANDING_UNKNOWN },
};

static void
judges(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(cells); i++) {
		struct survey_row row;
		const struct survey_cell *cell = &row.cells[cells[i].check];
		const char *why = NULL;

		if (!survey_row_read(span_str(cells[i].in), &row, &why))
			fail_msg("%s: %s", cells[i].name, why);
		if (cell->answer != cells[i].answer ||
		    cell->standing != cells[i].standing)
			fail_msg("%s: %d, %s", cells[i].name, cell->answer,
			    survey_standings[cell->standing]);
		survey_row_free(&row);
	}
}

static const struct {
	const char *name, *in;
} refused[] = {
	{ "no JSON", "{" },
	{ "an array", "[]" },
	{ "a message", "{\"message\":\"a.eml\",\"dmarc-verify\":"
	    MEMBER("dmarc-verify-message/1", "pass", "", "") "}" },
	{ "a domain alone", "{\"domain\":\"example.org\"}" },
	{ "an empty domain", "{\"domain\":\"\",\"mtasts-check\":"
	    MEMBER("mtasts-check/1", "pass", "", "") "}" },
	{ "of another schema", RECORD("\"mtasts-check\":"
	    MEMBER("mtasts-check-lint/1", "pass", "", "")) },
	{ "no verdict of ours", STS("splendid", "", "") },
	{ "a member that is none", RECORD("\"mtasts-check\":[]") },
};

static void
refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(refused); i++) {
		struct survey_row row;
		const char *why = NULL;

		if (survey_row_read(span_str(refused[i].in), &row, &why) ||
		    why == NULL)
			fail_msg("%s", refused[i].name);
	}
}

/* The worst of the members, and what all of them found. */
static void
whole_rows(void **state)
{
	static const char in[] = RECORD("\"mtasts-check\":"
	    MEMBER("mtasts-check/1", "warn", "", FOUND("mtasts.gone", "warn"))
	    ",\"mstls-probe\":" MEMBER("mstls-probe/1", "unknown", "",
	    FOUND("smtp.timeout", "unknown") ",{\"code\":\"x.y\","
	    "\"severity\":\"dire\"},7," IGNORED("cert.name", "warn") ","
	    FOUND("a b.c", "fail") "," FOUND("A.b", "fail") ","
	    FOUND("a.", "fail") "," FOUND(".b", "fail") ","
	    FOUND("a.b.c", "fail") "," FOUND("a\\u0000.b", "fail")));
	struct survey_row row;
	struct survey_walk w = { 0 };
	struct survey_finding f;
	const char *why = NULL;
	size_t n = 0;

	(void)state;
	assert_true(survey_row_read(span_str(in), &row, &why));
	assert_int_equal(row.verdict, VERDICT_UNKNOWN);
	assert_int_equal(row.found[SEV_FAIL], 0);
	assert_int_equal(row.found[SEV_WARN], 1);
	assert_int_equal(row.found[SEV_UNKNOWN], 1);
	assert_int_equal(row.first, 1795780800);
	while (survey_next_finding(&row, &w, &f))
		n++;
	/* those of no severity, and of no code, are passed over */
	assert_int_equal(n, 3);
	survey_row_free(&row);
}

/* Each answer has an id, and those that all have are the first. */
static void
tables(void **state)
{
	(void)state;
	for (int c = 0; c < CHECKS; c++) {
		const struct survey_answer *a = survey_checks[c].answers;

		assert_int_equal(a[ANSWER_NOT_ASKED].standing,
		    STANDING_NOT_ASKED);
		assert_int_equal(a[ANSWER_NOTHING].standing,
		    STANDING_NOTHING);
		assert_int_equal(a[ANSWER_UNKNOWN].standing,
		    STANDING_UNKNOWN);
		assert_non_null(a[ANSWER_OWN].id);
		assert_null(a[ANSWERS_MAX - 1].id);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges),
		cmocka_unit_test(refuses),
		cmocka_unit_test(whole_rows),
		cmocka_unit_test(tables),
	};

	return cmocka_run_group_tests_name("survey_row", tests, NULL, NULL);
}
