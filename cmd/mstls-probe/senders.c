/* What each kind of sender would do with each host; see judge.h. */
#include "judge.h"

#include "mtasts/seen.h"

static enum sender_dane
dane_of(const struct server *s, const struct address *a)
{
	if (s->dane.status >= DANE_UNUSABLE && !dane_applies(s))
		return SENDER_DANE_INSECURE;
	return seen_dane(s->dane.status == DANE_PRESENT && a->shown_n > 0 &&
	    a->dane.status != DANE_UNKNOWN ? a->dane.status :
	    s->dane.status);
}

static bool
is_reached(const struct address *a)
{
	return a->seen && seen_reached(&a->probe);
}

/* The delivery's chain stands first. */
static enum sender_cert
cert_of(const struct address *a)
{
	return a->shown_n == 0 ? SENDER_CERT_UNKNOWN :
	    seen_cert(a->shown->verdict.result, a->shown->name_match);
}

static struct sender_row
row_of(enum sender who, const struct policy *policy, const struct server *s,
    const struct address *a)
{
	struct sender_host h = {
		.matched = policy_matches(policy, span_str(s->name)),
		.dane = dane_of(s, a),
		.dane_cert = seen_dane_cert(&a->dane),
		.tls = a->seen ? seen_tls(&a->probe) : SENDER_TLS_UNKNOWN,
		.cert = cert_of(a),
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
    const struct server *s)
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
		one = row_of(who, policy, s, &s->v[i]);
		r = any ? sender_join(r, one) : one;
		any = true;
	}
	return r;
}

/* No address: proven, or not to be found out, or not to be looked at. */
static struct sender_row
without_address(const struct server *s)
{
	bool proven = s->no_host || (!s->left_out && s->host.n == 0 &&
	    !host_failed(&s->host));

	return (struct sender_row){
		proven ? OUTCOME_REFUSE : host_bogus(&s->host) ?
		    OUTCOME_DEFER : OUTCOME_UNKNOWN,
		OUTCOME_TLS_NONE,
		host_bogus(&s->host) ? TLSRPT_DNSSEC_INVALID : TLSRPT_NONE
	};
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
			    join_addresses((enum sender)who, policy, s);
		sender_dane_findings(s->rows, s->name, &t->findings);
		sender_sts_findings(s->rows, &policy->sender, s->name,
		    &t->findings);
	}
}
