/* The report as Markdown, tables as GitHub reads them. */
#include "posture-report.h"

#include <inttypes.h>

#include "base/date.h"
#include "survey/escape.h"

/* Stands wherever the escaped text of a record or an option goes. */
static void
put(struct buf *out, const char *text)
{
	escape_markdown(out, span_str(text));
}

static void
put_share(struct buf *out, uint64_t n, uint64_t of)
{
	unsigned share = figures_share(n, of);

	if (of > 0)
		buf_printf(out, "%u.%u %%", share / 10, share % 10);
}

static void
put_head(struct report *r)
{
	const struct figures *f = report_figures(r);
	char first[DATE_RFC3339_SIZE], last[DATE_RFC3339_SIZE];
	struct buf *out = &r->out;

	buf_str(out, "# ");
	put(out, r->o->title ? r->o->title : "Mail security posture");
	buf_printf(out, "\n\n%" PRIu64 " domains", f->domains);
	if (f->timed)
		buf_printf(out, ", looked at from %s to %s",
		    date_rfc3339(first, f->first),
		    date_rfc3339(last, f->last));
	buf_str(out, ".\n");
	if (f->n_assumed == 0)
		return;
	buf_str(out, "\n> **Not the plain truth.** This was assumed: ");
	for (size_t i = 0; i < f->n_assumed; i++) {
		buf_str(out, i > 0 ? "; " : "");
		put(out, f->assumed[i]);
	}
	buf_str(out, f->more_assumed ? "; and more.\n" : ".\n");
}

static void
put_verdicts(struct report *r)
{
	const struct figures *f = report_figures(r);
	struct buf *out = &r->out;

	buf_str(out, "\n## Verdicts\n\n| verdict | domains | share |\n"
	    "|---|---:|---:|\n");
	for (int v = VERDICTS - 1; v >= 0; v--) {
		buf_printf(out, "| %s | %" PRIu64 " | ", survey_verdicts[v],
		    f->verdicts[v]);
		put_share(out, f->verdicts[v], f->domains);
		buf_str(out, " |\n");
	}
}

static void
put_check(struct buf *out, const struct figures *f, int c)
{
	const struct survey_check_info *info = &survey_checks[c];
	uint64_t of = figures_answered(f, c);

	for (int a = 0; a < ANSWERS_MAX && info->answers[a].id != NULL; a++) {
		uint64_t n = f->answers[c][a];

		if (a < ANSWER_OWN && n == 0)
			continue;
		buf_printf(out, "| %s | ", info->title);
		put(out, info->answers[a].label);
		buf_printf(out, " | %" PRIu64 " | ", n);
		if (a >= ANSWER_OWN)
			put_share(out, n, of);
		buf_str(out, " |\n");
	}
}

static void
put_figures(struct report *r)
{
	buf_str(&r->out, "\n## Adoption\n\nShares are of the domains with an "
	    "answer.\n\n| check | answer | domains | share |\n"
	    "|---|---|---:|---:|\n");
	for (int c = 0; c < CHECKS; c++)
		put_check(&r->out, report_figures(r), c);
}

static void
put_trends(struct report *r)
{
	struct buf *out = &r->out;

	if (r->n == 1)
		return;
	buf_str(out, "\n## Over time\n\n| figure |");
	for (size_t i = 0; i < r->n; i++) {
		buf_byte(out, ' ');
		put(out, r->runs[i].label);
		buf_str(out, " |");
	}
	buf_str(out, "\n|---|");
	for (size_t i = 0; i < r->n; i++)
		buf_str(out, "---:|");
	for (size_t t = 0; t < TRENDS; t++) {
		buf_str(out, "\n| ");
		put(out, trends[t].title);
		buf_str(out, " |");
		for (size_t i = 0; i < r->n; i++) {
			int at = trend_at(&trends[t], r->runs[i].figures);

			if (at < 0)
				buf_str(out, " no answer |");
			else
				buf_printf(out, " %d.%d %% |", at / 10,
				    at % 10);
		}
	}
	buf_byte(out, '\n');
}

static void
put_codes(struct report *r)
{
	const struct figures *f = report_figures(r);
	struct buf *out = &r->out;

	buf_str(out, "\n## Findings\n\n| severity | code | domains | what | "
	    "clause | what to do |\n|---|---|---:|---|---|---|\n");
	for (size_t i = 0; i < f->n; i++) {
		const struct figures_code *c = f->codes[i];

		buf_printf(out, "| %s | ", severity_name(c->severity));
		put(out, c->code);
		buf_printf(out, " | %" PRIu64 " | ", c->domains);
		put(out, c->text);
		buf_str(out, " | ");
		put(out, c->clause);
		buf_str(out, " | ");
		put(out, c->fix);
		buf_str(out, " |\n");
	}
	if (f->codes_passed_over > 0)
		buf_printf(out, "\n%" PRIu64 " findings of further codes are "
		    "not listed.\n", f->codes_passed_over);
}

static void
put_grid(struct report *r)
{
	struct buf *out = &r->out;

	buf_str(out, "\n## Domains\n\n");
	if (report_figures(r)->domains > r->worst.n)
		buf_printf(out, "The worst %zu of %" PRIu64 ".\n\n",
		    r->worst.n, report_figures(r)->domains);
	buf_str(out, "| domain | verdict |");
	for (int c = 0; c < CHECKS; c++)
		buf_printf(out, " %s |", survey_checks[c].title);
	buf_str(out, "\n|---|---|");
	for (int c = 0; c < CHECKS; c++)
		buf_str(out, "---|");
	for (size_t i = 0; i < r->worst.n; i++) {
		const struct detail *d = r->worst.v[i];

		buf_str(out, "\n| ");
		put(out, d->subject);
		buf_printf(out, " | %s |", survey_verdicts[d->verdict]);
		for (int c = 0; c < CHECKS; c++) {
			buf_byte(out, ' ');
			put(out, survey_checks[c].answers[
			    d->cells[c].answer].label);
			if (d->cells[c].standing <= STANDING_BAD)
				buf_printf(out, " (%s)", survey_standings[
				    d->cells[c].standing]);
			buf_str(out, " |");
		}
	}
	buf_byte(out, '\n');
}

static void
put_text(struct buf *out, const char *before, struct span text)
{
	if (text.n == 0)
		return;
	buf_str(out, before);
	escape_markdown(out, text);
}

static void
put_detail(struct buf *out, const struct detail *d)
{
	struct cur c = cur_of(buf_get0(&d->findings));
	struct survey_finding f;

	buf_str(out, "\n### ");
	put(out, d->subject);
	buf_printf(out, ": %s\n\n", survey_verdicts[d->verdict]);
	if (d->findings.n == 0)
		buf_str(out, "Nothing was found.\n");
	while (detail_next(&c, &f)) {
		buf_printf(out, "- **%s** ", severity_name(f.severity));
		escape_markdown(out, f.code);
		put_text(out, " ", f.where);
		put_text(out, ": ", f.text);
		put_text(out, " \\[", f.clause);
		buf_str(out, f.clause.n > 0 ? "\\]" : "");
		buf_str(out, f.ignored ? " (ignored)" : "");
		put_text(out, ". To do: ", f.fix);
		buf_byte(out, '\n');
	}
	if (d->left_out > 0)
		buf_printf(out, "- and %u more\n", d->left_out);
	if (d->truncated)
		buf_str(out, "\nThe record's detail was cut.\n");
}

static void
end(struct report *r)
{
	put_head(r);
	put_verdicts(r);
	put_figures(r);
	put_trends(r);
	put_codes(r);
	if (r->worst.n == 0)
		return;
	put_grid(r);
	buf_str(&r->out, "\n## Domain by domain\n");
	for (size_t i = 0; i < r->worst.n && !r->broken; i++) {
		put_detail(&r->out, r->worst.v[i]);
		report_flush(r);
	}
}

const struct form form_markdown = { NULL, NULL, end, 100 };
