/* The four kinds of sender; see sender.h. */
#include "mtasts/sender.h"

/* What TLS alone comes to, for a sender that demands nothing. */
static struct sender_row
opportunistic(const struct sender_host *h)
{
	struct sender_row r = { OUTCOME_DELIVER, OUTCOME_TLS_NONE,
	    TLSRPT_NONE };

	switch (h->tls) {
	case SENDER_TLS_NOT_ASKED:
		break;
	case SENDER_TLS_UNKNOWN:
		r.outcome = OUTCOME_UNKNOWN;
		break;
	case SENDER_TLS_ABSENT:
		r.tls = OUTCOME_TLS_PLAIN;
		r.result = TLSRPT_STARTTLS_NOT_SUPPORTED;
		break;
	case SENDER_TLS_FAILED:
		/* the next attempt is made without (RFC 3207 section 4.1) */
		r.tls = OUTCOME_TLS_PLAIN;
		r.result = TLSRPT_VALIDATION_FAILURE;
		break;
	case SENDER_TLS_DONE:
		r.tls = OUTCOME_TLS_ENCRYPTED;
		break;
	}
	return r;
}

static struct sender_row
deferred(enum tlsrpt_result result)
{
	return (struct sender_row){ OUTCOME_DEFER, OUTCOME_TLS_NONE, result };
}

/*
 * A sender that must have TLS, whoever holds the certificate: obsolete TLS,
 * which is better than none elsewhere, does not do here (RFC 8996).
 */
static struct sender_row
encrypted(const struct sender_host *h)
{
	struct sender_row r = opportunistic(h);

	if (h->tls == SENDER_TLS_DONE && h->obsolete)
		return deferred(TLSRPT_VALIDATION_FAILURE);
	return r.tls == OUTCOME_TLS_PLAIN ? deferred(r.result) : r;
}

/* RFC 8460 sections 4.3.1 and 4.3.3. */
static enum tlsrpt_result
cert_result(enum sender_cert c)
{
	switch (c) {
	case SENDER_CERT_EXPIRED:
		return TLSRPT_CERTIFICATE_EXPIRED;
	case SENDER_CERT_WRONG_NAME:
		return TLSRPT_CERTIFICATE_HOST_MISMATCH;
	case SENDER_CERT_UNTRUSTED:
		return TLSRPT_CERTIFICATE_NOT_TRUSTED;
	case SENDER_CERT_OTHER:
		return TLSRPT_VALIDATION_FAILURE;
	case SENDER_CERT_OK: case SENDER_CERT_UNKNOWN:
		break;
	}
	return TLSRPT_NONE;
}

/*
 * RFC 8461 section 4: the name, STARTTLS, then the certificate. No result
 * type is named for an MX that no pattern matches: the general one is left.
 */
static struct sender_row
validated(const struct sender_host *h)
{
	struct sender_row r = encrypted(h);

	if (!h->matched)
		return deferred(TLSRPT_VALIDATION_FAILURE);
	if (h->tls != SENDER_TLS_DONE || r.outcome != OUTCOME_DELIVER)
		return r;
	if (h->cert == SENDER_CERT_UNKNOWN)
		return (struct sender_row){ OUTCOME_UNKNOWN,
		    OUTCOME_TLS_NONE, TLSRPT_NONE };
	if (h->cert != SENDER_CERT_OK)
		return deferred(cert_result(h->cert));
	r.tls = OUTCOME_TLS_AUTHENTICATED;
	return r;
}

/* RFC 8461 section 5. */
static struct sender_row
by_policy(const struct sender_policy *p, const struct sender_host *h)
{
	struct sender_row strict = validated(h), r = opportunistic(h);

	switch (p->mode) {
	case SENDER_POLICY_UNKNOWN:
		return (struct sender_row){ OUTCOME_UNKNOWN,
		    OUTCOME_TLS_NONE, TLSRPT_NONE };
	case SENDER_POLICY_NONE:
		if (p->problem != TLSRPT_NONE)
			r.result = p->problem;
		return r;
	case SENDER_POLICY_TESTING:
		/* delivered all the same, and reported */
		if (strict.outcome == OUTCOME_DELIVER)
			return strict;
		if (strict.result != TLSRPT_NONE)
			r.result = strict.result;
		return r;
	case SENDER_POLICY_ENFORCE:
		break;
	}
	return strict;
}

/* Whether DANE has nothing to say of the host (RFC 7672 section 2.2). */
static bool
is_without_dane(const struct sender_host *h)
{
	return h->dane == SENDER_DANE_ABSENT ||
	    h->dane == SENDER_DANE_INSECURE;
}

static struct sender_row
by_dane(const struct sender_host *h)
{
	struct sender_row r = encrypted(h);

	switch (h->dane) {
	case SENDER_DANE_ABSENT: case SENDER_DANE_INSECURE:
		return opportunistic(h);
	case SENDER_DANE_UNKNOWN:
		return (struct sender_row){ OUTCOME_UNKNOWN,
		    OUTCOME_TLS_NONE, TLSRPT_NONE };
	case SENDER_DANE_BOGUS:
		return deferred(TLSRPT_DNSSEC_INVALID);
	case SENDER_DANE_UNUSABLE:
		/* RFC 7672 section 2.2: TLS must be, a name cannot be had */
		if (r.result == TLSRPT_NONE && r.outcome != OUTCOME_UNKNOWN)
			r.result = TLSRPT_TLSA_INVALID;
		return r;
	case SENDER_DANE_MISMATCH:
		return r.outcome == OUTCOME_DELIVER ?
		    deferred(h->dane_cert == SENDER_CERT_UNKNOWN ?
		    TLSRPT_VALIDATION_FAILURE : cert_result(h->dane_cert)) :
		    r;
	case SENDER_DANE_MATCH:
		if (r.tls == OUTCOME_TLS_ENCRYPTED)
			r.tls = OUTCOME_TLS_AUTHENTICATED;
		return r;
	case SENDER_DANE_USABLE:
		break;
	}
	/* TLS was seen, the certificate was not compared */
	if (h->tls == SENDER_TLS_DONE) {
		r.outcome = OUTCOME_UNKNOWN;
		r.tls = OUTCOME_TLS_NONE;
	}
	return r;
}

static struct sender_row
judge(enum sender who, const struct sender_policy *policy,
    const struct sender_host *host)
{
	if (host->no_address)
		return (struct sender_row){ OUTCOME_REFUSE,
		    OUTCOME_TLS_NONE, TLSRPT_NONE };
	switch (who) {
	case SENDER_MTA_STS:
		return by_policy(policy, host);
	case SENDER_DANE:
		return by_dane(host);
	case SENDER_DANE_MTA_STS:
		/* a failing DANE must not be overridden by a policy */
		return is_without_dane(host) ? by_policy(policy, host) :
		    by_dane(host);
	case SENDER_OPPORTUNISTIC: case SENDERS:
		break;
	}
	return opportunistic(host);
}

struct sender_row
sender_judge(enum sender who, const struct sender_policy *policy,
    const struct sender_host *host)
{
	struct sender_row r = judge(who, policy, host);

	/* TLS is right, and the mail stays here all the same */
	if (host->put_off && host->tls == SENDER_TLS_DONE &&
	    r.outcome == OUTCOME_DELIVER)
		r = (struct sender_row){ OUTCOME_UNKNOWN, OUTCOME_TLS_NONE,
		    TLSRPT_NONE };
	return r;
}

struct sender_row
sender_join(struct sender_row a, struct sender_row b)
{
	struct sender_row r = a;

	if (b.outcome > a.outcome ||
	    (b.outcome == a.outcome && b.tls > a.tls))
		r = b;
	if (r.result == TLSRPT_NONE)
		r.result = a.result == TLSRPT_NONE ? b.result : a.result;
	return r;
}

const char *
sender_name(enum sender who)
{
	static const char *const names[SENDERS] = {
		"opportunistic", "mta-sts", "dane", "dane+mta-sts"
	};

	return names[who];
}

const char *
sender_outcome_name(enum sender_outcome o)
{
	static const char *const names[] = {
		"deliver", "unknown", "defer", "refuse"
	};

	return names[o];
}

const char *
outcome_tls_name(enum outcome_tls t)
{
	static const char *const names[] = {
		"authenticated", "encrypted", "plain", NULL
	};

	return names[t];
}

enum sender_policy_mode
sender_policy_named(struct span mode)
{
	if (span_eq(mode, SPAN("enforce")))
		return SENDER_POLICY_ENFORCE;
	if (span_eq(mode, SPAN("testing")))
		return SENDER_POLICY_TESTING;
	if (span_eq(mode, SPAN("none")))
		return SENDER_POLICY_NONE;
	return SENDER_POLICY_UNKNOWN;
}
