/* What each kind of sender would do with each host; see judge.h. */
#include "judge.h"

#include "mtasts/meeting.h"
#include "mtasts/seen.h"

/* What is known of the records, once a certificate was held against them. */
static enum dane_status
dane_of(const struct server *s, const struct address *a)
{
	return s->dane.status == DANE_PRESENT && a->shown_n > 0 &&
	    a->dane.status != DANE_UNKNOWN ? a->dane.status : s->dane.status;
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

static struct sender_host
facts_of(const struct policy *policy, const struct server *s,
    const struct address *a)
{
	enum dane_status dane = dane_of(s, a);

	return (struct sender_host){
		.matched = policy_matches(policy, span_str(s->name)),
		.dane = seen_dane(dane, s->named),
		.dane_elective = seen_dane(dane, DNS_SECURE),
		.dane_cert = seen_dane_cert(&a->dane),
		.tls = a->seen ? seen_tls(&a->probe) : SENDER_TLS_UNKNOWN,
		.cert = cert_of(a),
		.obsolete = a->seen && a->probe.session.version < TLS_1_2,
		.put_off = a->seen && seen_put_off(&a->probe),
	};
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

/* "family" 0: any address. */
static struct meeting
meet(const struct policy *policy, const struct server *s, int family)
{
	struct meeting m = { .policy = &policy->sender };

	for (size_t i = 0; i < s->n; i++) {
		struct sender_host facts = facts_of(policy, s, &s->v[i]);

		if (family == 0 || s->v[i].place.address.family == family)
			meeting_add(&m, &facts, is_reached(&s->v[i]));
	}
	return m;
}

static void
judge_host(const struct policy *policy, struct server *s,
    struct findings *fs)
{
	struct meeting m = meet(policy, s, 0);

	for (int who = 0; who < SENDERS; who++)
		s->rows[who] = m.any ? m.rows[who] : without_address(s);
	if (!m.any)
		return;
	meeting_dane_findings(&m, s->name, fs);
	meeting_sts_findings(&m, s->name, fs);
}

void
judge_senders_by(const struct policy *policy, const struct target *t,
    int family, struct findings *fs)
{
	for (size_t i = 0; i < t->servers.n; i++) {
		const struct server *s = &t->servers.v[i];
		struct meeting m = meet(policy, s, family);

		if (s->source != SOURCE_MX || !m.any)
			continue;
		meeting_dane_findings(&m, s->name, fs);
		meeting_sts_findings(&m, s->name, fs);
	}
}

void
judge_senders(const struct policy *policy, struct target *t)
{
	for (size_t i = 0; i < t->servers.n; i++) {
		struct server *s = &t->servers.v[i];

		if (s->source != SOURCE_MX)
			continue;
		judge_host(policy, s, &t->findings);
		if (t->mx.null_not_alone)
			meeting_null_mx(s->rows);
	}
}
