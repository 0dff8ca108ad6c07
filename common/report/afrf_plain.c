/* What Exim writes in plain words; see afrf.h. */
#include "report/afrf.h"

#include "base/cur.h"

enum { FIELDS_MAX = 16 << 10 };

bool
afrf_is_plain(struct span text)
{
	return span_starts(span_trim(text), SPAN("A message claiming to be "
	    "from you has failed the published DMARC policy"));
}

/* "  SPF Alignment: yes" */
static bool
is_yes(struct span line, struct span name, bool *yes)
{
	if (!span_starts(line, name))
		return false;
	*yes = span_ieq(span_trim(span_from(line, name.n)), SPAN("yes"));
	return true;
}

static void
put_line(struct span line, struct buf *fields)
{
	static const struct { const char *line, *field; } same[] = {
		{ "Sender Domain:", "Reported-Domain:" },
		{ "Sender IP Address:", "Source-IP:" },
		{ "Received date:", "Arrival-Date:" },
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct span name = span_str(same[i].line);

		if (!span_starts(line, name))
			continue;
		buf_str(fields, same[i].field);
		buf_span(fields, span_from(line, name.n));
		buf_str(fields, "\r\n");
	}
}

bool
afrf_read_plain(struct span text, struct afrf *out, const char **why,
    uint64_t *at)
{
	struct buf fields = BUF(FIELDS_MAX);
	struct span line = { NULL, 0 };
	bool spf = false, dkim = false, said = false, ok = false;

	buf_str(&fields, "Feedback-Type: auth-failure\r\n"
	    "Auth-Failure: dmarc\r\n");
	/* the message's own header follows a line of hyphens */
	while (text.n > 0 && span_split(&text, '\n', &line)) {
		line = span_trim(line);
		if (span_starts(line, SPAN("------")))
			break;
		put_line(line, &fields);
		said |= is_yes(line, SPAN("SPF Alignment:"), &spf);
		said |= is_yes(line, SPAN("DKIM Alignment:"), &dkim);
	}
	if (said)
		buf_printf(&fields, "Identity-Alignment: %s\r\n",
		    afrf_unaligned(dkim, spf));
	*why = "its lines are too long";
	*at = 0;
	ok = !fields.over && afrf_read(buf_get0(&fields), out, why, at);
	buf_free(&fields);
	return ok;
}
