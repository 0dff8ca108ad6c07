/* Domains: the grid, and what was found about each. */
#include "html.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const verdict_class[VERDICTS] = {
	[VERDICT_NONE] = "nothing", [VERDICT_PASS] = "good",
	[VERDICT_WARN] = "weak", [VERDICT_UNKNOWN] = "unknown",
	[VERDICT_FAIL] = "bad",
};

void
page_name(uint64_t n, char out[static PAGE_NAME_SIZE])
{
	snprintf(out, PAGE_NAME_SIZE, "domains-%05" PRIu64 ".html",
	    (n - 1) / PAGE_DOMAINS + 1);
}

/* Not there without a script. */
static void
put_filter(struct buf *out)
{
	buf_str(out, "<form id=\"filter\" hidden role=\"search\" "
	    "aria-label=\"Filter the domains\"><label>Text "
	    "<input id=\"q\" type=\"search\"></label><label>Verdict "
	    "<select id=\"v\"><option value=\"\">any</option>");
	for (int v = VERDICTS - 1; v >= 0; v--)
		buf_printf(out, "<option>%s</option>", survey_verdicts[v]);
	buf_str(out, "</select></label><output id=\"shown\" for=\"q v\">"
	    "</output></form>\n");
}

static void
put_cells(struct buf *out, const struct detail *d)
{
	for (int c = 0; c < CHECKS; c++) {
		unsigned s = d->cells[c].standing;
		const struct survey_answer *a =
		    &survey_checks[c].answers[d->cells[c].answer];

		buf_printf(out, "<td class=\"%s\" data-k=\"%u.%u\">",
		    survey_standings[s], s, d->cells[c].answer);
		/* where the answer does not say it itself */
		if (s <= STANDING_BAD)
			buf_printf(out, "<span class=\"h\">%s: </span>",
			    survey_standings[s]);
		page_text(out, a->label);
		buf_str(out, "</td>");
	}
}

static void
put_name(struct buf *out, const struct detail *d, bool linked,
    enum page_links links)
{
	char page[PAGE_NAME_SIZE] = "";

	if (links == LINKS_PAGES)
		page_name(d->n, page);
	if (linked)
		buf_printf(out, "<a href=\"%s#d%" PRIu64 "\">", page, d->n);
	page_text(out, d->subject);
	buf_str(out, linked ? "</a>" : "");
}

static void
put_row(struct buf *out, const struct detail *d, bool linked,
    enum page_links links)
{
	buf_printf(out, "<tr data-v=\"%s\" data-d=\"d%" PRIu64 "\">"
	    "<th scope=\"row\">", survey_verdicts[d->verdict], d->n);
	put_name(out, d, linked, links);
	buf_printf(out, "</th><td class=\"%s\" data-k=\"%d\">%s</td>",
	    verdict_class[d->verdict], VERDICTS - (int)d->verdict,
	    survey_verdicts[d->verdict]);
	put_cells(out, d);
	buf_str(out, "</tr>\n");
}

/* What the signs are. */
static void
put_legend(struct buf *out)
{
	buf_str(out, "<p class=\"dim legend\">"
	    "<span class=\"tag good\">good</span> "
	    "<span class=\"tag weak\">weak</span> "
	    "<span class=\"tag bad\">bad</span> "
	    "<span class=\"tag unknown\">unknown</span>: could not be found "
	    "out. Plain: not published, or n/a, since the domain takes no mail "
	    "or does not exist, or not asked.</p>\n");
}

void
page_grid(struct detail *const *v, size_t n, size_t linked,
    enum page_links links, struct buf *out)
{
	put_legend(out);
	put_filter(out);
	buf_str(out, "<div class=\"wide\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"Grid of domains\"><table class=\"grid sort\" "
	    "id=\"grid\"><caption>Each domain, and how it stands</caption>"
	    "<thead><tr><th scope=\"col\">Domain</th>"
	    "<th scope=\"col\">Verdict</th>");
	for (int c = 0; c < CHECKS; c++)
		buf_printf(out, "<th scope=\"col\">%s</th>",
		    survey_checks[c].title);
	buf_str(out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < n; i++)
		put_row(out, v[i], i < linked, links);
	buf_str(out, "</tbody></table></div>\n");
}

static void
put_finding(struct buf *out, const struct survey_finding *f)
{
	static const char *const standing[] = {
		[SEV_INFO] = "absent", [SEV_WARN] = "weak",
		[SEV_UNKNOWN] = "unknown", [SEV_FAIL] = "bad",
	};

	buf_printf(out, "<li><span class=\"tag %s\">%s</span>%s <code>",
	    standing[f->severity], severity_name(f->severity),
	    f->ignored ? " (ignored)" : "");
	escape_html(out, f->code);
	buf_str(out, "</code> ");
	escape_html(out, f->where);
	buf_str(out, "<br>");
	escape_html(out, f->text);
	if (f->fix.n > 0) {
		buf_str(out, "<br><strong>To do:</strong> ");
		escape_html(out, f->fix);
	}
	buf_str(out, "<br><span class=\"dim\">");
	escape_html(out, f->clause);
	buf_str(out, f->clause.n > 0 ? ", by " : "by ");
	escape_html(out, f->tool);
	buf_str(out, "</span></li>\n");
}

void
page_detail(const struct detail *d, struct buf *out)
{
	struct cur c = cur_of(buf_get0(&d->findings));
	struct survey_finding f;

	buf_printf(out, "<article id=\"d%" PRIu64 "\"><h3>", d->n);
	page_text(out, d->subject);
	buf_printf(out, " <span class=\"tag %s\">%s</span></h3>",
	    verdict_class[d->verdict], survey_verdicts[d->verdict]);
	if (d->findings.n == 0)
		buf_str(out, "<p>Nothing was found.</p>");
	else
		buf_str(out, "<ul>\n");
	while (detail_next(&c, &f))
		put_finding(out, &f);
	if (d->findings.n > 0)
		buf_str(out, "</ul>");
	if (d->left_out > 0)
		buf_printf(out, "<p>and %u more</p>", d->left_out);
	if (d->truncated)
		buf_str(out, "<p>The record&#39;s detail was cut.</p>");
	buf_str(out, "<p class=\"up dim\"><a href=\"#domains\">back to the "
	    "grid</a></p></article>\n");
}
