/* Totals as cards with bars, and the list of findings. */
#include "html.h"

#include <inttypes.h>

static void
put_bar(struct buf *out, const char *standing, unsigned share)
{
	buf_printf(out, "<td class=\"b\"><svg class=\"bar\" viewBox=\"0 0 1000 "
	    "10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
	    "<rect class=\"f-%s\" width=\"%u\" height=\"10\"/></svg></td>",
	    standing, share);
}

static void
put_row(struct buf *out, const char *label, const char *standing, uint64_t n,
    uint64_t of)
{
	unsigned share = figures_share(n, of);

	buf_str(out, "<tr><th scope=\"row\">");
	page_text(out, label);
	buf_printf(out, "</th><td class=\"n\">%" PRIu64 "</td>"
	    "<td class=\"n\">%u.%u %%</td>", n, share / 10, share % 10);
	put_bar(out, standing, share);
	buf_str(out, "</tr>\n");
}

static void
open_card(struct buf *out, const char *title, const char *about)
{
	buf_str(out, "<div class=\"card\"><h3>");
	page_text(out, title);
	buf_str(out, "</h3><table><caption>");
	page_text(out, about);
	buf_str(out, "</caption><thead class=\"h\"><tr>"
	    "<th scope=\"col\">Answer</th><th scope=\"col\">Domains</th>"
	    "<th scope=\"col\">Share</th><th scope=\"col\">Bar</th></tr>"
	    "</thead><tbody>\n");
}

void
page_verdicts(const struct figures *f, struct buf *out)
{
	static const char *const standing[VERDICTS] = {
		[VERDICT_NONE] = "nothing", [VERDICT_PASS] = "good",
		[VERDICT_WARN] = "weak", [VERDICT_UNKNOWN] = "unknown",
		[VERDICT_FAIL] = "bad",
	};

	buf_str(out, "<section aria-labelledby=\"verdicts\">"
	    "<h2 id=\"verdicts\">Verdicts</h2><div class=\"cards\">\n");
	open_card(out, "The worst of each domain", "of all domains");
	for (int v = VERDICTS - 1; v >= 0; v--)
		put_row(out, survey_verdicts[v], standing[v], f->verdicts[v],
		    f->domains);
	buf_str(out, "</tbody></table></div></div></section>\n");
}

/* What the shares leave out is said beside them. */
static void
put_rest(struct buf *out, const struct figures *f, int c)
{
	static const char *const words[ANSWER_OWN] = {
		[ANSWER_NOT_ASKED] = "not asked",
		[ANSWER_NOTHING] = "with nothing to judge",
		[ANSWER_UNKNOWN] = "unknown",
	};
	uint64_t of = figures_answered(f, c);

	buf_printf(out, "</tbody></table><p class=\"dim\">of %" PRIu64
	    " domains with an answer", of);
	for (int a = ANSWER_UNKNOWN; a >= ANSWER_NOT_ASKED; a--)
		if (f->answers[c][a] > 0)
			buf_printf(out, "; %" PRIu64 " %s", f->answers[c][a],
			    words[a]);
	buf_str(out, "</p></div>\n");
}

void
page_figures(const struct figures *f, struct buf *out)
{
	buf_str(out, "<section aria-labelledby=\"adoption\">"
	    "<h2 id=\"adoption\">Adoption</h2><div class=\"cards\">\n");
	for (int c = 0; c < CHECKS; c++) {
		const struct survey_check_info *info = &survey_checks[c];

		open_card(out, info->title, info->about);
		for (int a = ANSWER_OWN; a < ANSWERS_MAX &&
		    info->answers[a].id != NULL; a++)
			put_row(out, info->answers[a].label,
			    survey_standings[info->answers[a].standing],
			    f->answers[c][a], figures_answered(f, c));
		put_rest(out, f, c);
	}
	buf_str(out, "</div></section>\n");
}

static void
put_code(struct buf *out, const struct figures_code *c)
{
	static const char *const standing[] = {
		[SEV_INFO] = "absent", [SEV_WARN] = "weak",
		[SEV_UNKNOWN] = "unknown", [SEV_FAIL] = "bad",
	};

	buf_printf(out, "<tr><td class=\"%s\" data-k=\"%d\">%s</td>"
	    "<th scope=\"row\"><code>", standing[c->severity],
	    SEV_FAIL - (int)c->severity, severity_name(c->severity));
	page_text(out, c->code);
	buf_printf(out, "</code></th><td class=\"n\">%" PRIu64 "</td><td>",
	    c->domains);
	page_text(out, c->text);
	buf_str(out, "</td><td>");
	page_text(out, c->clause);
	buf_str(out, "</td><td>");
	page_text(out, c->fix);
	buf_str(out, "</td></tr>\n");
}

void
page_codes(const struct figures *f, struct buf *out)
{
	buf_str(out, "<section aria-labelledby=\"findings\">"
	    "<h2 id=\"findings\">Findings</h2>\n");
	if (f->n == 0) {
		buf_str(out, "<p>There are none.</p></section>\n");
		return;
	}
	buf_str(out, "<div class=\"wide\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"Table of findings\"><table class=\"sort\">"
	    "<caption>In how many domains each was found</caption>"
	    "<thead><tr><th scope=\"col\">Severity</th>"
	    "<th scope=\"col\">Code</th><th scope=\"col\">Domains</th>"
	    "<th scope=\"col\">What it means</th><th scope=\"col\">Clause</th>"
	    "<th scope=\"col\">What to do</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < f->n; i++)
		put_code(out, f->codes[i]);
	buf_str(out, "</tbody></table></div>\n");
	if (f->codes_passed_over > 0)
		buf_printf(out, "<p>%" PRIu64 " findings of further codes are "
		    "not listed.</p>\n", f->codes_passed_over);
	buf_str(out, "</section>\n");
}
