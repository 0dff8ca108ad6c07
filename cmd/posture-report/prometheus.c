/* Prometheus' text format, version 0.0.4: each metric's lines together. */
#include "posture-report.h"

#include <inttypes.h>

#include "survey/escape.h"
#include "sys/env.h"
#include "sys/say.h"

static void
put_head(struct buf *out, const char *name, const char *help)
{
	buf_printf(out, "# HELP msgsec_posture_%s %s\n"
	    "# TYPE msgsec_posture_%s gauge\n", name, help, name);
}

static void
begin(struct report *r)
{
	if (!r->o->per_domain)
		return;
	r->names = map_new(env_seed(&r->run.env));
	put_head(&r->out, "domain", "1 for the answer of each check.");
}

static void
put_series(struct report *r, const struct survey_row *row, const char *check,
    const char *answer)
{
	buf_str(&r->out, "msgsec_posture_domain{domain=\"");
	escape_prometheus(&r->out, row->subject);
	buf_printf(&r->out, "\",check=\"%s\",answer=\"%s\"} 1\n", check,
	    answer);
}

/* A series that is there twice would make all of it unreadable. */
static void
put_row(struct report *r, const struct survey_row *row)
{
	static char seen;
	struct buf name = BUF(3 << 20);

	if (r->names == NULL)
		return;
	escape_prometheus(&name, row->subject);
	if (map_put(r->names, buf_get0(&name), &seen) != NULL) {
		say_warn("%.*s: is there again: its first record counts",
		    (int)span_first(row->subject, 300).n,
		    (const char *)row->subject.p);
		buf_free(&name);
		return;
	}
	buf_free(&name);
	put_series(r, row, "verdict", survey_verdicts[row->verdict]);
	for (int c = 0; c < CHECKS; c++)
		put_series(r, row, survey_checks[c].id,
		    survey_answer_of(row, c)->id);
}

static void
put_checks(struct buf *out, const struct figures *f)
{
	put_head(out, "answer_domains", "Domains by the answer of a check.");
	for (int c = 0; c < CHECKS; c++)
		for (const struct survey_answer *a = survey_checks[c].answers;
		    a < survey_checks[c].answers + ANSWERS_MAX &&
		    a->id != NULL; a++)
			buf_printf(out, "msgsec_posture_answer_domains{"
			    "check=\"%s\",answer=\"%s\"} %" PRIu64 "\n",
			    survey_checks[c].id, a->id,
			    f->answers[c][a - survey_checks[c].answers]);
	put_head(out, "standing_domains", "Domains by how a check stands.");
	for (int c = 0; c < CHECKS; c++)
		for (int s = 0; s < STANDINGS; s++)
			buf_printf(out, "msgsec_posture_standing_domains{"
			    "check=\"%s\",standing=\"%s\"} %" PRIu64 "\n",
			    survey_checks[c].id, survey_standings[s],
			    f->standings[c][s]);
}

static void
put_findings(struct buf *out, const struct figures *f)
{
	put_head(out, "finding_domains", "Domains that have a finding.");
	for (size_t i = 0; i < f->n; i++) {
		buf_str(out, "msgsec_posture_finding_domains{code=\"");
		escape_prometheus(out, span_str(f->codes[i]->code));
		buf_printf(out, "\",severity=\"%s\"} %" PRIu64 "\n",
		    severity_name(f->codes[i]->severity),
		    f->codes[i]->domains);
	}
}

static void
end(struct report *r)
{
	const struct figures *f = report_figures(r);
	struct buf *out = &r->out;

	put_head(out, "domains", "Domains that records were read of.");
	buf_printf(out, "msgsec_posture_domains %" PRIu64 "\n", f->domains);
	put_head(out, "verdict_domains", "Domains by their worst verdict.");
	for (int v = 0; v < VERDICTS; v++)
		buf_printf(out, "msgsec_posture_verdict_domains{verdict=\"%s\""
		    "} %" PRIu64 "\n", survey_verdicts[v], f->verdicts[v]);
	put_checks(out, f);
	put_findings(out, f);
	put_head(out, "assumed", "How much was assumed, not found out.");
	buf_printf(out, "msgsec_posture_assumed %zu\n", f->n_assumed);
	if (f->timed) {
		put_head(out, "last_record_timestamp_seconds",
		    "When the newest record was made.");
		buf_printf(out, "msgsec_posture_last_record_timestamp_seconds "
		    "%" PRId64 "\n", f->last);
	}
}

const struct form form_prometheus = { begin, put_row, end, 0 };
