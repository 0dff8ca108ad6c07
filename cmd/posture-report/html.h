/*
 * The parts of pages. All that comes from records or options goes through
 * escape_html; there is no style attribute and no handler attribute, so that
 * the page's own content policy can forbid them.
 */
#ifndef POSTURE_REPORT_HTML_H
#define POSTURE_REPORT_HTML_H

#include "posture-report.h"

#include "survey/escape.h"

/* style.c */
extern const char page_style[], page_script[];

/* --- html.c: what surrounds ---------------------------------------------- */

/* How each page begins, of whatever version: no other program's does. */
#define PAGE_START "<!DOCTYPE html>\n<html lang=\"en\"><head>" \
	"<meta charset=\"utf-8\">\n" \
	"<meta name=\"generator\" content=\"posture-report of msgsec "

/* Up to the heading, which is the title and, unless empty, "of". */
void page_head(const struct report *r, const char *of, struct buf *out);
/* Domains, times, and the banner. */
void page_summary(const struct figures *f, struct buf *out);
void page_foot(struct buf *out);

/* Append the text of a record or option, escaped. */
static inline void
page_text(struct buf *out, const char *text)
{
	escape_html(out, span_str(text));
}

/* --- html_figures.c ------------------------------------------------------- */

void page_verdicts(const struct figures *f, struct buf *out);
void page_figures(const struct figures *f, struct buf *out);
/* Each code of a finding, with its clause and what to do. */
void page_codes(const struct figures *f, struct buf *out);

/* --- html_trend.c --------------------------------------------------------- */

/* Nothing when there is one run only. */
void page_trends(const struct report *r, struct buf *out);

/* --- html_grid.c ---------------------------------------------------------- */

/* Where a domain's findings are. */
enum page_links {
	LINKS_HERE,		/* on the same page */
	LINKS_PAGES,		/* on those of --html-dir */
};

/*
 * The grid of n domains, the first "linked" of which have their findings
 * somewhere, with the means to filter it.
 */
void page_grid(struct detail *const *v, size_t n, size_t linked,
    enum page_links links, struct buf *out);

/* What was found about one. */
void page_detail(const struct detail *d, struct buf *out);

/* The name of a page of --html-dir, by a domain's place. */
enum { PAGE_DOMAINS = 500, PAGE_NAME_SIZE = 40 };
void page_name(uint64_t n, char out[static PAGE_NAME_SIZE]);

#endif
