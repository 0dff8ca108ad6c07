/* Rows for records and for people. */
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
