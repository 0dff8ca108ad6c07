/* Failures tested again; see retest.h. */
#include "report/retest.h"

#include "base/date.h"
#include "base/ip.h"
#include "report/tlsrpt.h"
#include "sys/jget.h"

/* What one address says of the failure. */
enum fact { CANNOT_SAY, NOT_SO, SO };

struct retrial {
	enum tlsrpt_result type;
	bool dane;		/* under a policy of TLSA records */
	const json_t *failure, *policy, *sts, *probe;
	bool dated;
	int64_t begin, at;	/* of the report; of the probe */
	struct buf *seen;
	/* of the addresses so far */
	size_t so, not_so, cannot;
	bool changed, unchanged;	/* some of those not so are new; are
					   old */
};

const char *
retest_name(enum retest r)
{
	static const char *const names[] = {
		[RETEST_REPRODUCED] = "reproduced", [RETEST_FIXED] = "fixed",
		[RETEST_NOT_REPRODUCED] = "not-reproduced",
		[RETEST_UNKNOWN] = "unknown",
	};

	return names[r];
}

/* The first thing that is said stands; the others count. */
static void
say(struct retrial *t, struct span where, const char *what,
    struct span detail)
{
	if (t->seen->n > 0)
		return;
	buf_span(t->seen, where);
	if (where.n > 0)
		buf_str(t->seen, ": ");
	buf_str(t->seen, what);
	if (detail.n > 0) {
		buf_str(t->seen, ": ");
		buf_span(t->seen, detail);
	}
}

/* --- one address ---------------------------------------------------------- */

static bool
is(const json_t *object, const char *key, const char *text)
{
	return span_eq(jget_span(object, key), span_str(text));
}

static enum fact
fact(bool so)
{
	return so ? SO : NOT_SO;
}

static enum fact
of_starttls(const json_t *a)
{
	if (is(a, "starttls", "unknown"))
		return CANNOT_SAY;
	return fact(!is(a, "starttls", "offered") &&
	    !is(a, "starttls", "implicit"));
}

/* "insecure" is what senders do not use either (RFC 7672 section 2.2). */
static enum fact
of_dane(const struct retrial *t, const json_t *a)
{
	const json_t *dane = json_object_get(a, "dane");

	if (!json_is_object(dane) || is(dane, "status", "unknown"))
		return CANNOT_SAY;
	switch (t->type) {
	case TLSRPT_DNSSEC_INVALID:
		return fact(is(dane, "status", "bogus"));
	case TLSRPT_DANE_REQUIRED:
		return is(dane, "status", "bogus") ? CANNOT_SAY :
		    fact(is(dane, "status", "none") ||
		    is(dane, "status", "insecure") ||
		    is(dane, "status", "unusable"));
	default:
		return is(dane, "status", "bogus") ? CANNOT_SAY :
		    fact(is(dane, "status", "mismatch") ||
		    is(dane, "status", "unusable"));
	}
}

static bool
has_expired(const struct retrial *t, const json_t *cert)
{
	int64_t until = 0;

	return is(cert, "chain", "expired") ||
	    (date_parse(jget_span(cert, "not_after"), &until) &&
	    until < t->at);
}

/* One bad certificate is what some sender gets (one for each kind of key). */
static enum fact
of_certificates(const struct retrial *t, const json_t *a)
{
	const json_t *certs = json_object_get(a, "certificates");
	const json_t *c = NULL;
	size_t i = 0;

	if (json_array_size(certs) == 0)
		return CANNOT_SAY;
	json_array_foreach(certs, i, c) {
		bool expired = has_expired(t, c);
		bool so = t->type == TLSRPT_CERTIFICATE_EXPIRED ? expired :
		    t->type == TLSRPT_CERTIFICATE_HOST_MISMATCH ?
		    json_is_false(json_object_get(c, "name_match")) :
		    !is(c, "chain", "ok") && !expired;

		if (so)
			return SO;
	}
	return NOT_SO;
}

static enum fact
of_handshake(const struct retrial *t, const json_t *a)
{
	if (t->dane && is(json_object_get(a, "dane"), "status", "mismatch"))
		return SO;
	if (of_starttls(a) != NOT_SO)
		return CANNOT_SAY;
	return fact(!json_is_object(json_object_get(a, "negotiated")));
}

static enum fact
of_address(const struct retrial *t, const json_t *a)
{
	switch (t->type) {
	case TLSRPT_DNSSEC_INVALID:
	case TLSRPT_DANE_REQUIRED:
		return of_dane(t, a);
	case TLSRPT_STARTTLS_NOT_SUPPORTED:
		return jget_true(a, "connected") ? of_starttls(a) :
		    CANNOT_SAY;
	case TLSRPT_TLSA_INVALID:
		return jget_true(a, "connected") ? of_dane(t, a) :
		    CANNOT_SAY;
	case TLSRPT_CERTIFICATE_HOST_MISMATCH:
	case TLSRPT_CERTIFICATE_EXPIRED:
	case TLSRPT_CERTIFICATE_NOT_TRUSTED:
		return of_certificates(t, a);
	case TLSRPT_VALIDATION_FAILURE:
		return jget_true(a, "connected") ? of_handshake(t, a) :
		    CANNOT_SAY;
	default:
		return CANNOT_SAY;
	}
}

/* --- what has changed since ----------------------------------------------- */

/* Every certificate was issued after the report's first moment. */
static bool
has_new_certificates(const struct retrial *t, const json_t *a)
{
	const json_t *certs = json_object_get(a, "certificates");
	const json_t *c = NULL;
	size_t i = 0;

	json_array_foreach(certs, i, c) {
		int64_t from = 0;

		if (!date_parse(jget_span(c, "not_before"), &from) ||
		    from <= t->begin)
			return false;
	}
	return t->dated && json_array_size(certs) > 0;
}

/* Whether a text of the reported policy ends with these octets in hex. */
static bool
was_reported(const struct retrial *t, struct span data)
{
	const json_t *s = NULL;
	size_t i = 0;

	json_array_foreach(json_object_get(t->policy, "string"), i, s)
		if (span_iends(jget_text(s), data))
			return true;
	return false;
}

/* None of the TLSA records is one of those that the report has. */
static bool
has_new_records(const struct retrial *t, const json_t *a)
{
	const json_t *records = json_object_get(json_object_get(a, "dane"),
	    "records");
	const json_t *r = NULL;
	size_t i = 0;

	json_array_foreach(records, i, r)
		if (was_reported(t, jget_span(r, "data")))
			return false;
	return json_array_size(records) > 0 &&
	    json_array_size(json_object_get(t->policy, "string")) > 0;
}

static bool
has_changed(const struct retrial *t, const json_t *a)
{
	switch (t->type) {
	case TLSRPT_TLSA_INVALID:
		return has_new_records(t, a) || has_new_certificates(t, a);
	case TLSRPT_VALIDATION_FAILURE:
		return has_new_certificates(t, a) ||
		    (t->dane && has_new_records(t, a));
	case TLSRPT_CERTIFICATE_HOST_MISMATCH:
	case TLSRPT_CERTIFICATE_EXPIRED:
	case TLSRPT_CERTIFICATE_NOT_TRUSTED:
		return has_new_certificates(t, a);
	default:
		return false;
	}
}

/* --- all addresses that the failure may mean ------------------------------ */

static void
take_address(struct retrial *t, const json_t *a)
{
	struct span where = jget_span(a, "address");
	const char *name = tlsrpt_result_name(t->type);

	switch (of_address(t, a)) {
	case SO:
		/* what was said of the others is not the point then */
		if (t->so++ == 0)
			buf_reset(t->seen);
		say(t, where, name, jget_span(a, "error"));
		break;
	case NOT_SO:
		t->not_so++;
		if (has_changed(t, a))
			t->changed = true;
		else
			t->unchanged = true;
		break;
	case CANNOT_SAY:
		t->cannot++;
		say(t, where, "could not be looked at",
		    jget_span(a, "error"));
	}
}

/* Names are compared as names are, with or without the root's dot. */
static bool
is_host(struct span a, struct span b)
{
	if (span_ends(a, SPAN(".")))
		a.n--;
	if (span_ends(b, SPAN(".")))
		b.n--;
	return span_ieq(a, b);
}

static bool
is_address(struct span a, struct span b)
{
	struct ip_addr x, y;

	return ip_parse(a, &x) && ip_parse(b, &y) && ip_eq(&x, &y);
}

static void
take_host(struct retrial *t, const json_t *mx)
{
	struct span host = jget_span(t->failure, "receiving_mx_hostname");
	struct span ip = jget_span(t->failure, "receiving_ip");
	const json_t *a = NULL;
	size_t i = 0;

	/* an address says more than the name that it went by */
	if (ip.n == 0 && host.n > 0 && !is_host(jget_span(mx, "host"), host))
		return;
	json_array_foreach(json_object_get(mx, "addresses"), i, a)
		if (ip.n == 0 || is_address(jget_span(a, "address"), ip))
			take_address(t, a);
}

static enum retest
judge_hosts(struct retrial *t)
{
	const json_t *mx = NULL;
	size_t i = 0;

	if (t->type == TLSRPT_DNSSEC_INVALID &&
	    is(t->probe, "mx_status", "bogus")) {
		say(t, SPAN(""), "the MX records are bogus", SPAN(""));
		return RETEST_REPRODUCED;
	}
	json_array_foreach(json_object_get(t->probe, "mx"), i, mx)
		take_host(t, mx);
	if (t->so > 0)
		return RETEST_REPRODUCED;
	if (t->cannot > 0)
		return RETEST_UNKNOWN;
	if (t->not_so == 0) {
		say(t, SPAN(""), "no MX address of the domain now, so not "
		    "connected to", SPAN(""));
		return RETEST_UNKNOWN;
	}
	return t->changed && !t->unchanged ? RETEST_FIXED :
	    RETEST_NOT_REPRODUCED;
}

/* --- the policy ----------------------------------------------------------- */

/* How the fetch went, for each of the three failures that it may have. */
static enum fact
of_fetch(const struct retrial *t, const json_t *fetch)
{
	struct span how = jget_span(fetch, "result");
	bool cert = span_starts(how, SPAN("cert-"));

	if (span_eq(how, SPAN("ok")))
		return fact(t->type == TLSRPT_STS_POLICY_INVALID &&
		    json_is_null(json_object_get(t->sts, "policy")));
	if (t->type == TLSRPT_STS_POLICY_INVALID)
		return CANNOT_SAY;
	if (cert || span_eq(how, SPAN("tls")))
		return SO;
	/* what we could not reach, others may */
	return t->type == TLSRPT_STS_POLICY_FETCH_ERROR &&
	    (span_eq(how, SPAN("no-host")) || span_eq(how, SPAN("http")) ||
	    span_eq(how, SPAN("too-big"))) ? SO : CANNOT_SAY;
}

static enum retest
judge_policy(struct retrial *t)
{
	const json_t *fetch = json_object_get(t->sts, "fetch");
	int64_t from = 0;
	bool renewed = date_parse(jget_span(fetch, "certificate_not_before"),
	    &from) && t->dated && from > t->begin;

	if (is(t->sts, "verdict", "none")) {
		say(t, SPAN(""), "the domain has no MTA-STS any more",
		    SPAN(""));
		return RETEST_FIXED;
	}
	switch (of_fetch(t, fetch)) {
	case SO:
		say(t, SPAN(""), tlsrpt_result_name(t->type),
		    jget_span(fetch, "error"));
		return RETEST_REPRODUCED;
	case NOT_SO:
		return t->type == TLSRPT_STS_WEBPKI_INVALID && renewed ?
		    RETEST_FIXED : RETEST_NOT_REPRODUCED;
	default:
		say(t, SPAN(""), "the policy could not be looked at",
		    jget_span(fetch, "error"));
		return RETEST_UNKNOWN;
	}
}

/* --- the failure ---------------------------------------------------------- */

enum retest
retest_judge(const json_t *row, const json_t *now0, struct buf *seen)
{
	const json_t *member = json_object_get(row, "tlsrpt-report");
	const json_t *failure = json_object_get(member, "failure");
	const json_t *policy = json_object_get(member, "policy");
	struct retrial t = {
		.type = tls_result_of(jget_span(failure, "result_type")),
		.dane = is(policy, "type", "tlsa"),
		.failure = failure, .policy = policy,
		.sts = json_object_get(now0, "mtasts-check"),
		.probe = json_object_get(now0, "mstls-probe"),
		.seen = seen,
	};

	t.dated = date_parse(jget_span(json_object_get(row, "report"),
	    "begin"), &t.begin);
	if (now0 == NULL) {
		say(&t, SPAN(""), "the domain was not looked at", SPAN(""));
		return RETEST_UNKNOWN;
	}
	if (t.type == TLSRPT_NONE) {
		say(&t, SPAN(""), "nothing tests a failure of this type",
		    SPAN(""));
		return RETEST_UNKNOWN;
	}
	if (tlsrpt_result_is_policy(t.type))
		return judge_policy(&t);
	date_parse(jget_span(t.probe, "time"), &t.at);
	return judge_hosts(&t);
}
