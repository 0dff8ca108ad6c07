/* Rows for records and for people, and what they give rise to. */
#include "mtasts/sender.h"

void
sender_row_json(struct jw *j, const char *host, const struct sender_row *r)
{
	jw_object(j, NULL);
	jw_str(j, "host", host);
	jw_str(j, "outcome", sender_outcome_name(r->outcome));
	jw_str(j, "tls", outcome_tls_name(r->tls));
	jw_str(j, "result_type", tlsrpt_result_name(r->result));
	jw_end(j);
}

void
sender_row_text(const struct sender_row *r, struct buf *out)
{
	buf_str(out, sender_outcome_name(r->outcome));
	if (outcome_tls_name(r->tls) != NULL)
		buf_printf(out, " %s", outcome_tls_name(r->tls));
	if (tlsrpt_result_name(r->result) != NULL)
		buf_printf(out, " (%s)", tlsrpt_result_name(r->result));
}

/* What nobody can deliver to is no matter of what was opted into. */
static bool
is_deliverable(const struct sender_row *rows)
{
	return rows[SENDER_OPPORTUNISTIC].outcome == OUTCOME_DELIVER;
}

void
sender_dane_findings(const struct sender_row rows[static SENDERS],
    const char *host, struct findings *fs)
{
	const struct sender_row *r = &rows[SENDER_DANE];

	if (is_deliverable(rows) && r->outcome == OUTCOME_DEFER)
		finding_add(fs, F_SENDER_DANE, host, "%s",
		    tlsrpt_result_name(r->result));
}

void
sender_sts_findings(const struct sender_row rows[static SENDERS],
    const struct sender_policy *policy, const char *host,
    struct findings *fs)
{
	const struct sender_row *r = &rows[SENDER_MTA_STS];

	if (!is_deliverable(rows))
		return;
	if (r->outcome == OUTCOME_DEFER)
		finding_add(fs, F_SENDER_MTA_STS, host, "%s",
		    tlsrpt_result_name(r->result));
	else if (policy->mode == SENDER_POLICY_TESTING &&
	    r->result != TLSRPT_NONE)
		finding_add(fs, F_SENDER_MTA_STS_TESTING, host, "%s",
		    tlsrpt_result_name(r->result));
}
