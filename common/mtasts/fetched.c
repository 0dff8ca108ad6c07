/* From the policy host to a policy: RFC 8461 section 3.3; see fetched.h. */
#include "mtasts/fetched.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "probe/versions.h"

enum { STATUS_OK = 200 };

#define POLICY_PATH "/.well-known/mta-sts.txt"

/* What each way to fail is called, here and in a report (RFC 8460 4.3.2). */
struct failure {
	enum finding_code code;
	enum tlsrpt_result problem;
	bool unknown;		/* the policy may be there all the same */
};

static struct failure
failure_of(enum fetch_result r)
{
	static const struct failure table[FETCH_RESULTS] = {
#define UNKNOWN(code) { code, TLSRPT_STS_POLICY_FETCH_ERROR, true }
#define BAD(code) { code, TLSRPT_STS_POLICY_FETCH_ERROR, false }
#define CERT(code) { code, TLSRPT_STS_WEBPKI_INVALID, false }
		[FETCH_OFFLINE] = UNKNOWN(F_POLICY_OFFLINE),
		[FETCH_NO_HOST] = BAD(F_POLICY_NO_HOST),
		[FETCH_NOT_PUBLIC] = UNKNOWN(F_ADDR_NOT_PUBLIC),
		[FETCH_REFUSED] = UNKNOWN(F_POLICY_CONNECT),
		[FETCH_UNREACHABLE] = UNKNOWN(F_POLICY_CONNECT),
		[FETCH_TIMEOUT] = UNKNOWN(F_POLICY_TIMEOUT),
		[FETCH_CUT] = UNKNOWN(F_POLICY_CUT),
		[FETCH_TLS] = BAD(F_POLICY_TLS),
		[FETCH_CERT_EXPIRED] = CERT(F_POLICY_CERT_EXPIRED),
		[FETCH_CERT_NAME] = CERT(F_POLICY_CERT_NAME),
		[FETCH_CERT_UNTRUSTED] = CERT(F_POLICY_CERT_UNTRUSTED),
		[FETCH_CERT_INVALID] = CERT(F_POLICY_CERT_INVALID),
		[FETCH_HTTP] = BAD(F_POLICY_HTTP),
		[FETCH_TOO_BIG] = BAD(F_POLICY_TOO_BIG),
		[FETCH_FAILED] = UNKNOWN(F_POLICY_CONNECT),
#undef UNKNOWN
#undef BAD
#undef CERT
	};

	return table[r];
}

bool
fetched_is_theirs(const struct fetch_answer *a)
{
	return a->result != FETCH_OFFLINE && a->result != FETCH_NOT_PUBLIC &&
	    a->result != FETCH_FAILED;
}

/* An HTTP status that is not 200. */
static struct failure
failure_of_status(unsigned status)
{
	if (status >= 300 && status < 400)
		return (struct failure){ F_POLICY_REDIRECT,
		    TLSRPT_STS_POLICY_FETCH_ERROR, false };
	/* too many requests; a gateway's trouble, or service suspended */
	if (status == 429 || (status >= 502 && status <= 504))
		return (struct failure){ F_POLICY_HTTP_BUSY,
		    TLSRPT_STS_POLICY_FETCH_ERROR, true };
	return (struct failure){ F_POLICY_HTTP_STATUS,
	    TLSRPT_STS_POLICY_FETCH_ERROR, false };
}

static void
explain(const struct failure *why, const struct fetch_answer *a,
    const char *where, struct findings *fs)
{
	char address[IP_TEXT_SIZE] = "";
	const char *error = a->error ? a->error : "";

	if (a->result == FETCH_OK) {
		finding_add(fs, why->code, where, "%u", a->status);
		return;
	}
	if (a->address.family != 0)
		ip_text(address, &a->address);
	if (a->faults == 0) {
		finding_add(fs, why->code, where, "%s%s%s", address,
		    *address && *error ? ": " : "", error);
		return;
	}
	for (enum fetch_result r = FETCH_CERT_EXPIRED;
	    r <= FETCH_CERT_INVALID; r++)
		if (a->faults & 1u << r)
			finding_add(fs, failure_of(r).code, where, "%s",
			    address);
}

/* Only the essence counts (RFC 8461 section 3.2: parameters are ignored). */
static bool
is_text_plain(const char *type)
{
	struct span s = span_str(type);

	return span_ieq(span_trim(span_first(s, span_chr(s, ';'))),
	    SPAN("text/plain"));
}

static int64_t
deadline(const struct sts_ways *ways)
{
	int64_t patience = env_monotonic_ms() + STS_FETCH_SECONDS * 1000;

	return ways->deadline > 0 && ways->deadline < patience ?
	    ways->deadline : patience;
}

static void
ask(const struct sts_ways *ways, const char *name,
    const struct ip_addr *to, size_t n, struct fetch_answer *out)
{
	struct fetch_request want = {
		.host = name, .path = POLICY_PATH, .to = to, .n = n,
		.max = STS_BODY_MAX, .deadline = deadline(ways),
	};

	fetch_get(ways->env->fetch, &want, out);
}

/*
 * The addresses of one family gave no policy: they serve none, or it could not
 * be found out from here, as where this machine has no IPv6.
 */
static void
explain_family(const struct fetch_answer *a, int family, const char *name,
    struct findings *fs)
{
	struct failure why = a->result == FETCH_OK ?
	    failure_of_status(a->status) : failure_of(a->result);
	bool unknown = why.unknown && a->result != FETCH_REFUSED;

	finding_add(fs, unknown ? why.code : F_POLICY_FAMILY_DOWN, name,
	    "IPv%d: %s %u", family, fetch_result_name(a->result), a->status);
}

/* The other family's addresses, asked for the same (IPv4 stands first). */
static void
compare_families(const struct sts_ways *ways, const char *name,
    const struct sts_inquiry *q, struct findings *fs)
{
	unsigned char used = q->fetch.address.family;
	size_t v4 = 0, from = 0, n = 0;
	struct fetch_answer other;

	while (v4 < q->host.n && q->host.v[v4].family == 4)
		v4++;
	from = used == 4 ? v4 : 0;
	n = used == 4 ? q->host.n - v4 : v4;
	if (n == 0)
		return;
	ask(ways, name, q->host.v + from, n, &other);
	if (other.result != FETCH_OK || other.status != STATUS_OK)
		explain_family(&other, used == 4 ? 6 : 4, name, fs);
	else if (!span_eq(buf_get0(&other.body), buf_get0(&q->fetch.body)))
		finding_add(fs, F_POLICY_FAMILIES_DIFFER, name, NULL);
	fetch_answer_free(&other);
}

static void
judge_ahead(const struct fetch_answer *a, int days, int64_t now,
    const char *name, struct findings *fs)
{
	char until[DATE_RFC3339_SIZE];

	if (a->not_after - now < STS_CERT_SOON)
		finding_add(fs, F_POLICY_CERT_SOON, name, "%lld days",
		    (long long)((a->not_after - now) / 86400));
	if (a->not_after - now < (int64_t)days * 86400)
		finding_add(fs, F_POLICY_CERT_ENDS_EARLY, name,
		    "it ends at %s", date_rfc3339(until, a->not_after));
}

/* A file of answers knows neither the certificate nor who said what. */
static void
look_at_replay(const struct sts_ways *ways, const char *name,
    struct findings *fs)
{
	if (ways->valid_for > 0)
		finding_add(fs, F_POLICY_OFFLINE, name,
		    "a replay has no certificate");
	if (ways->each_family)
		finding_add(fs, F_POLICY_OFFLINE, name,
		    "a replay has one answer for both families");
}

static void
look_at_host(const struct sts_ways *ways, const char *name,
    const struct sts_inquiry *q, struct findings *fs)
{
	const struct fetch_answer *a = &q->fetch;

	if (a->type == NULL || !is_text_plain(a->type))
		finding_add(fs, F_POLICY_TYPE, name, "%s",
		    a->type ? a->type : "none");
	if (!a->has_cert) {
		look_at_replay(ways, name, fs);
		return;
	}
	judge_ahead(a, ways->valid_for, env_now(ways->env), name, fs);
	if (ways->each_family)
		compare_families(ways, name, q, fs);
}

/* What one address speaks, into the inquiry; what is too old is told. */
static void
see_versions(const struct sts_ways *ways, const char *name,
    const struct ip_addr *ip, struct sts_inquiry *q, struct findings *fs)
{
	struct sts_host_tls *tls = &q->tls[q->tls_n++];
	struct buf old = BUF(200);
	char room[TLS_NAME_SIZE], text[IP_TEXT_SIZE];
	char *where = xasprintf("%s[%s]", name, ip_text(text, ip));
	struct tls_offer o;

	*tls = (struct sts_host_tls){ .address = *ip };
	probe_versions(ways->env, ip, FETCH_HTTPS_PORT, span_str(name),
	    deadline(ways), &o);
	for (size_t i = 0; i < TLS_VERSIONS; i++) {
		tls->version[i] = o.version[i] == TLS_YES;
		tls->known = tls->known || tls->version[i];
		if (tls->version[i] && tls_version_at(i) < TLS_1_2)
			buf_printf(&old, "%s%s", old.n > 0 ? " " : "",
			    tls_version_name(room, tls_version_at(i)));
	}
	tls_offer_free(&o);
	if (old.n > 0)
		finding_add(fs, F_POLICY_TLS_VERSIONS, where, "%.*s",
		    (int)old.n, (const char *)old.p);
	buf_free(&old);
	free(where);
}

/* RFC 8996, over the first address of each family (IPv4 stands first). */
static void
look_at_tls(const struct sts_ways *ways, const char *name,
    struct sts_inquiry *q, struct findings *fs)
{
	const struct host *h = &q->host;

	for (size_t i = 0; i < h->n && q->tls_n < STS_FAMILIES; i++)
		if (i == 0 || h->v[i].family != h->v[i - 1].family)
			see_versions(ways, name, &h->v[i], q, fs);
}

/* Resolve the policy host, and ask it. */
static void
ask_host(const struct sts_ways *ways, const char *name,
    struct sts_inquiry *q)
{
	struct dns_name host;

	if (!dns_name_parse(span_str(name), &host)) {
		q->fetch = (struct fetch_answer){ .result = FETCH_NO_HOST };
		return;
	}
	host_find(ways->env->dns, &host, &q->host);
	ask(ways, name, q->host.v, q->host.n, &q->fetch);
}

bool
fetched_policy(const struct sts_ways *ways, struct span domain,
    struct sts_inquiry *q, struct sts_policy *out, bool *unknown,
    struct findings *fs)
{
	char *name = xasprintf("mta-sts.%.*s", (int)domain.n,
	    (const char *)domain.p);
	struct failure why = { 0 };
	bool ok = false;

	q->asked = true;
	ask_host(ways, name, q);
	if (ways->host_tls && q->fetch.connected)
		look_at_tls(ways, name, q, fs);
	if (q->fetch.result == FETCH_NO_HOST && host_failed(&q->host))
		why = (struct failure){ host_bogus(&q->host) ?
		    F_DNSSEC_BOGUS : F_POLICY_HOST_DNS,
		    TLSRPT_STS_POLICY_FETCH_ERROR, true };
	else if (q->fetch.result != FETCH_OK)
		why = failure_of(q->fetch.result);
	else if (q->fetch.status != STATUS_OK)
		why = failure_of_status(q->fetch.status);
	if (why.problem != TLSRPT_NONE) {
		explain(&why, &q->fetch, name, fs);
	} else {
		look_at_host(ways, name, q, fs);
		ok = sts_policy_parse(buf_get0(&q->fetch.body), out, fs);
		why.problem = TLSRPT_STS_POLICY_INVALID;
	}
	if (!ok) {
		q->problem = why.problem;
		*unknown = why.unknown;
	}
	free(name);
	return ok;
}
