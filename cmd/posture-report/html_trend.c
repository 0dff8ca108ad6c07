/*
 * A small chart for each figure, and all their numbers as a table, which says
 * the same to those who do not see charts.
 */
#include "html.h"

/* The chart, in units of its own. */
enum {
	WIDTH = 280, HEIGHT = 96,
	LEFT = 44, RIGHT = 236, TOP = 10, BOTTOM = 78,
};

/* By time where all runs have one and are in its order, else evenly. */
static bool
is_dated(const struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct figures *f = r->runs[i].figures;

		if (!f->timed || (i > 0 &&
		    f->last <= r->runs[i - 1].figures->last))
			return false;
	}
	return true;
}

static int
x_of(const struct report *r, size_t i, bool dated)
{
	int64_t first = r->runs[0].figures->last;
	int64_t last = r->runs[r->n - 1].figures->last;
	int64_t span = dated ? last - first : (int64_t)r->n - 1;
	int64_t at = dated ? r->runs[i].figures->last - first : (int64_t)i;

	return LEFT + (int)((double)(RIGHT - LEFT) * (double)at /
	    (double)span);
}

static int
y_of(int share)
{
	return BOTTOM - (BOTTOM - TOP) * share / 1000;
}

/* A gap where no domain had an answer. */
static void
put_line(const struct report *r, const struct trend *t, bool dated,
    struct buf *out)
{
	bool gap = true;

	buf_str(out, "<path d=\"");
	for (size_t i = 0; i < r->n; i++) {
		int at = trend_at(t, r->runs[i].figures);

		if (at >= 0)
			buf_printf(out, "%c%d %d", gap ? 'M' : 'L',
			    x_of(r, i, dated), y_of(at));
		gap = at < 0;
	}
	buf_str(out, "\"/>");
	for (size_t i = 0; i < r->n; i++) {
		int at = trend_at(t, r->runs[i].figures);

		if (at >= 0)
			buf_printf(out, "<circle cx=\"%d\" cy=\"%d\" r=\"3\"/>",
			    x_of(r, i, dated), y_of(at));
	}
}

static void
put_share(struct buf *out, int at)
{
	if (at < 0)
		buf_str(out, "no answer");
	else
		buf_printf(out, "%d.%d %%", at / 10, at % 10);
}

static void
put_chart(const struct report *r, size_t k, bool dated, struct buf *out)
{
	const struct trend *t = &trends[k];
	int first = trend_at(t, r->runs[0].figures);
	int last = trend_at(t, r->runs[r->n - 1].figures);

	buf_printf(out, "<div class=\"card\"><h3 id=\"t%zu\">%s</h3>"
	    "<svg class=\"trend\" viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-label=\"%s: from ", k, t->title, WIDTH, HEIGHT, t->title);
	put_share(out, first);
	buf_str(out, " to ");
	put_share(out, last);
	buf_printf(out, "\"><line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
	    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
	    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">100 %%</text>"
	    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0 %%</text>", LEFT,
	    TOP, RIGHT, TOP, LEFT, BOTTOM, RIGHT, BOTTOM, LEFT - 7, TOP + 4,
	    LEFT - 7, BOTTOM + 4);
	put_line(r, t, dated, out);
	if (last >= 0) {
		buf_printf(out, "<text x=\"%d\" y=\"%d\">", RIGHT + 6,
		    y_of(last) + 4);
		put_share(out, last);
		buf_str(out, "</text>");
	}
	buf_printf(out, "<text x=\"%d\" y=\"%d\">", LEFT, HEIGHT - 4);
	page_text(out, r->runs[0].label);
	buf_printf(out, "</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">",
	    WIDTH, HEIGHT - 4);
	page_text(out, r->runs[r->n - 1].label);
	buf_str(out, "</text></svg></div>\n");
}

static void
put_table(const struct report *r, struct buf *out)
{
	buf_str(out, "<div class=\"wide\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"Table of all runs\"><table><caption>Shares of the "
	    "domains with an answer</caption><thead><tr>"
	    "<th scope=\"col\">Figure</th>");
	for (size_t i = 0; i < r->n; i++) {
		buf_str(out, "<th scope=\"col\">");
		page_text(out, r->runs[i].label);
		buf_str(out, "</th>");
	}
	buf_str(out, "</tr></thead><tbody>\n");
	for (size_t k = 0; k < TRENDS; k++) {
		buf_printf(out, "<tr><th scope=\"row\">%s</th>",
		    trends[k].title);
		for (size_t i = 0; i < r->n; i++) {
			buf_str(out, "<td class=\"n\">");
			put_share(out, trend_at(&trends[k],
			    r->runs[i].figures));
			buf_str(out, "</td>");
		}
		buf_str(out, "</tr>\n");
	}
	buf_str(out, "</tbody></table></div>\n");
}

void
page_trends(const struct report *r, struct buf *out)
{
	bool dated = is_dated(r);

	if (r->n == 1)
		return;
	buf_str(out, "<section aria-labelledby=\"trends\">"
	    "<h2 id=\"trends\">Over time</h2><div class=\"cards\">\n");
	for (size_t k = 0; k < TRENDS; k++)
		put_chart(r, k, dated, out);
	buf_str(out, "</div>\n");
	put_table(r, out);
	buf_str(out, "</section>\n");
}
