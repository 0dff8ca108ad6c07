/* A host's addresses, joined; see meeting.h. */
#include "mtasts/meeting.h"

static struct sender_row
elective(const struct sender_policy *policy, const struct sender_host *h)
{
	struct sender_host as_if = *h;

	as_if.dane = h->dane_elective;
	return sender_judge(SENDER_DANE, policy, &as_if);
}

void
meeting_add(struct meeting *m, const struct sender_host *address,
    bool reached)
{
	bool first = !m->any || (reached && !m->reached);
	struct sender_row row = elective(m->policy, address);

	if (m->reached && !reached)
		return;
	m->elective = first ? row : sender_join(m->elective, row);
	for (enum sender who = 0; who < SENDERS; who++) {
		row = sender_judge(who, m->policy, address);
		m->rows[who] = first ? row : sender_join(m->rows[who], row);
	}
	m->any = true;
	m->reached = reached;
}

void
meeting_null_mx(struct sender_row rows[static SENDERS])
{
	for (enum sender who = 0; who < SENDERS; who++)
		rows[who] = (struct sender_row){ OUTCOME_REFUSE,
		    OUTCOME_TLS_NONE, TLSRPT_NONE };
}

/*
 * Where others deliver, or might: what nobody can deliver to is no matter of
 * what was opted into.
 */
static bool
is_deliverable(const struct meeting *m)
{
	enum sender_outcome o = m->rows[SENDER_OPPORTUNISTIC].outcome;

	return o == OUTCOME_DELIVER || o == OUTCOME_UNKNOWN;
}

static void
add(struct findings *fs, enum finding_code code, const char *host,
    const struct sender_row *r)
{
	const char *result = tlsrpt_result_name(r->result);

	finding_add(fs, code, host, "%s", result != NULL ? result : "");
}

void
meeting_dane_findings(const struct meeting *m, const char *host,
    struct findings *fs)
{
	const struct sender_row *r = &m->rows[SENDER_DANE];

	if (!is_deliverable(m))
		return;
	if (r->outcome == OUTCOME_DEFER)
		add(fs, F_SENDER_DANE, host, r);
	else if (m->elective.outcome == OUTCOME_DEFER)
		add(fs, F_SENDER_DANE_INSECURE_MX, host, &m->elective);
}

void
meeting_sts_findings(const struct meeting *m, const char *host,
    struct findings *fs)
{
	const struct sender_row *r = &m->rows[SENDER_MTA_STS];

	if (!is_deliverable(m))
		return;
	if (r->outcome == OUTCOME_DEFER)
		add(fs, F_SENDER_MTA_STS, host, r);
	else if (m->policy->mode == SENDER_POLICY_TESTING &&
	    r->result != TLSRPT_NONE)
		add(fs, F_SENDER_MTA_STS_TESTING, host, r);
}
