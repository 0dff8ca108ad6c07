/* A line a domain (RFC 4180). */
#include "posture-report.h"

#include "base/date.h"
#include "survey/escape.h"

static void
begin(struct report *r)
{
	buf_str(&r->out, "domain,verdict");
	for (int c = 0; c < CHECKS; c++)
		buf_printf(&r->out, ",%s,%s-standing", survey_checks[c].id,
		    survey_checks[c].id);
	buf_str(&r->out, ",fail,warn,unknown,time,codes\r\n");
}

/* Those that count: of severity warn and worse. */
static void
put_codes(struct buf *out, const struct survey_row *row)
{
	struct buf codes = BUF(1 << 20);
	struct survey_walk w = { 0 };
	struct survey_finding f;

	while (survey_next_finding(row, &w, &f)) {
		if (f.ignored || f.severity == SEV_INFO)
			continue;
		if (codes.n > 0)
			buf_byte(&codes, ' ');
		buf_span(&codes, f.code);
	}
	escape_csv(out, buf_get0(&codes));
	buf_free(&codes);
}

static void
put_row(struct report *r, const struct survey_row *row)
{
	struct buf *out = &r->out;
	char date[DATE_RFC3339_SIZE] = "";

	escape_csv(out, row->subject);
	buf_printf(out, ",%s", survey_verdicts[row->verdict]);
	for (int c = 0; c < CHECKS; c++) {
		buf_byte(out, ',');
		escape_csv(out, span_str(survey_answer_of(row, c)->id));
		buf_printf(out, ",%s",
		    survey_standings[row->cells[c].standing]);
	}
	buf_printf(out, ",%u,%u,%u,%s,", row->found[SEV_FAIL],
	    row->found[SEV_WARN], row->found[SEV_UNKNOWN],
	    row->timed ? date_rfc3339(date, row->last) : "");
	put_codes(out, row);
	buf_str(out, "\r\n");
}

const struct form form_csv = { begin, put_row, NULL, 0 };
