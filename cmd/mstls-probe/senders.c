/* What each kind of sender would do with each host; see judge.h. */
#include "judge.h"

static enum sender_dane
dane_of(const struct target *t, const struct server *s,
    const struct address *a)
{
	if (s->dane.status >= DANE_UNUSABLE && !dane_applies(t, s))
		return SENDER_DANE_INSECURE;
	switch (s->dane.status) {
	case DANE_NONE:
		return SENDER_DANE_ABSENT;
	case DANE_INSECURE:
		return SENDER_DANE_INSECURE;
	case DANE_BOGUS:
		return SENDER_DANE_BOGUS;
	case DANE_UNKNOWN:
		return SENDER_DANE_UNKNOWN;
	case DANE_UNUSABLE:
		return SENDER_DANE_UNUSABLE;
	case DANE_PRESENT: case DANE_MATCH: case DANE_MISMATCH:
		break;
	}
	if (a == NULL || a->shown_n == 0)
		return SENDER_DANE_USABLE;
	return a->dane.status == DANE_MATCH ? SENDER_DANE_MATCH :
	    SENDER_DANE_MISMATCH;
}

static enum sender_cert
dane_cert_of(const struct address *a)
{
	if (a->dane.status != DANE_MISMATCH)
		return SENDER_CERT_UNKNOWN;
	switch (a->dane.reason) {
	case DANE_TA_NAME:
		return SENDER_CERT_WRONG_NAME;
	case DANE_TA_DATES:
		return SENDER_CERT_EXPIRED;
	default:
		return SENDER_CERT_UNKNOWN;
	}
}

static enum sender_tls
tls_of(const struct address *a)
{
	if (!a->seen)
		return SENDER_TLS_UNKNOWN;
	if (a->probe.flapping)
		return SENDER_TLS_ABSENT;
	switch (a->probe.reach) {
	case PROBE_NO_CONNECTION:
		return SENDER_TLS_UNKNOWN;
	case PROBE_NO_TLS:
		return a->probe.hail.starttls == STARTTLS_UNKNOWN ?
		    SENDER_TLS_UNKNOWN : SENDER_TLS_ABSENT;
	case PROBE_NO_HANDSHAKE:
		return a->probe.session.result == SESSION_TIMEOUT ||
		    a->probe.session.result == SESSION_FAILED ?
		    SENDER_TLS_UNKNOWN : SENDER_TLS_FAILED;
	case PROBE_TLS:
		break;
	}
	return SENDER_TLS_DONE;
}

static enum sender_cert
cert_of(const struct address *a)
{
	const struct shown *s = a->shown;

	if (a->shown_n == 0)
		return SENDER_CERT_UNKNOWN;
	switch (s->verdict.result) {
	case CHAIN_OK:
		return s->name_match ? SENDER_CERT_OK :
		    SENDER_CERT_WRONG_NAME;
	case CHAIN_EXPIRED: case CHAIN_NOT_YET_VALID:
		return SENDER_CERT_EXPIRED;
	case CHAIN_SELF_SIGNED: case CHAIN_UNKNOWN_ISSUER:
		return SENDER_CERT_UNTRUSTED;
	default:
		return SENDER_CERT_OTHER;
	}
}

static bool
is_reached(const struct address *a)
{
	return a->seen && a->probe.reach != PROBE_NO_CONNECTION;
}

static struct sender_row
row_of(enum sender who, const struct policy *policy, const struct target *t,
    const struct server *s, const struct address *a)
{
	struct sender_host h = {
		.matched = policy_matches(policy, span_str(s->name)),
		.dane = dane_of(t, s, a), .dane_cert = dane_cert_of(a),
		.tls = tls_of(a), .cert = cert_of(a),
		.obsolete = a->seen && a->probe.session.version < TLS_1_2,
	};

	return sender_judge(who, &policy->sender, &h);
}

/*
 * A sender may meet any address that answers; one that does not costs it a
 * try, and counts only where none does.
 */
static struct sender_row
join_addresses(enum sender who, const struct policy *policy,
    const struct target *t, const struct server *s)
{
	struct sender_row r = { OUTCOME_UNKNOWN, OUTCOME_TLS_NONE,
	    TLSRPT_NONE };
	bool any = false, reached = false;

	for (size_t i = 0; i < s->n; i++)
		reached = reached || is_reached(&s->v[i]);
	for (size_t i = 0; i < s->n; i++) {
		struct sender_row one;

		if (reached && !is_reached(&s->v[i]))
			continue;
		one = row_of(who, policy, t, s, &s->v[i]);
		r = any ? sender_join(r, one) : one;
		any = true;
	}
	return r;
}

/* No address: proven, or not to be found out. */
static struct sender_row
without_address(const struct server *s)
{
	bool proven = s->no_host || (!s->left_out && !host_failed(&s->host));

	return (struct sender_row){
		proven ? OUTCOME_REFUSE : host_bogus(&s->host) ?
		    OUTCOME_DEFER : OUTCOME_UNKNOWN,
		OUTCOME_TLS_NONE,
		host_bogus(&s->host) ? TLSRPT_DNSSEC_INVALID : TLSRPT_NONE
	};
}

static void
judge_rows(const struct policy *policy, const struct server *s,
    struct findings *fs)
{
	const struct sender_row *r = s->rows;

	/* what nobody can deliver to is no matter of what was opted into */
	if (r[SENDER_OPPORTUNISTIC].outcome != OUTCOME_DELIVER)
		return;
	if (r[SENDER_DANE].outcome == OUTCOME_DEFER)
		finding_add(fs, F_SENDER_DANE, s->name, "%s",
		    tlsrpt_result_name(r[SENDER_DANE].result));
	if (r[SENDER_MTA_STS].outcome == OUTCOME_DEFER)
		finding_add(fs, F_SENDER_MTA_STS, s->name, "%s",
		    tlsrpt_result_name(r[SENDER_MTA_STS].result));
	else if (policy->sender.mode == SENDER_POLICY_TESTING &&
	    r[SENDER_MTA_STS].result != TLSRPT_NONE)
		finding_add(fs, F_SENDER_MTA_STS_TESTING, s->name, "%s",
		    tlsrpt_result_name(r[SENDER_MTA_STS].result));
}

void
judge_senders(const struct policy *policy, struct target *t)
{
	for (size_t i = 0; i < t->servers.n; i++) {
		struct server *s = &t->servers.v[i];

		if (s->source != SOURCE_MX)
			continue;
		for (int who = 0; who < SENDERS; who++)
			s->rows[who] = s->n == 0 ? without_address(s) :
			    join_addresses((enum sender)who, policy, t, s);
		judge_rows(policy, s, &t->findings);
	}
}
