/* An index and pages of 500 domains each: --html-dir. */
#include "html.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/say.h"

/* A page of 500 with all that detail_new keeps, each octet escaped. */
enum { FILE_MAX = 64 << 20, LIST_MAX = 64 << 20 };

static void
save(struct report *r, const char *name, const struct buf *page)
{
	char *path = xasprintf("%s/%s", r->o->html_dir, name);
	struct file_out f;
	enum file_result got = page->over ? FILE_TOO_BIG :
	    file_out_open(&f, path, 0644);

	if (got == FILE_OK && !file_write_all(f.fd, buf_get0(page))) {
		file_out_abort(&f);
		got = FILE_IO;
	} else if (got == FILE_OK) {
		got = file_out_commit(&f, true);
	}
	if (got != FILE_OK) {
		say_error("%s: %s", path, file_why(got));
		r->status = exit_worse(r->status, file_status(got));
		r->broken = true;
	}
	free(path);
}

static void
put_place(uint64_t first, bool more, struct buf *out)
{
	char name[PAGE_NAME_SIZE];

	buf_str(out, "<nav aria-label=\"Pages\"><ul>"
	    "<li><a href=\"index.html\">Index</a></li>");
	if (first > 1) {
		page_name(first - 1, name);
		buf_printf(out, "<li><a href=\"%s\" rel=\"prev\">Previous page"
		    "</a></li>", name);
	}
	if (more) {
		page_name(first + PAGE_DOMAINS, name);
		buf_printf(out, "<li><a href=\"%s\" rel=\"next\">Next page</a>"
		    "</li>", name);
	}
	buf_str(out, "</ul></nav></header>\n<main id=\"main\">\n");
}

static void
list_page(struct report *r, const char *name)
{
	struct buf *out = &r->page_list;

	buf_printf(out, "<li><a href=\"%s\">", name);
	page_text(out, r->page[0]->subject);
	buf_str(out, " to ");
	page_text(out, r->page[r->on_page - 1]->subject);
	buf_str(out, "</a></li>\n");
}

/* Write the page that is full, or the last one. */
static void
write_page(struct report *r, bool more)
{
	struct buf out = BUF(FILE_MAX);
	uint64_t first = r->page[0]->n;
	char name[PAGE_NAME_SIZE];
	char *of = xasprintf("domains %" PRIu64 " to %" PRIu64, first,
	    r->page[r->on_page - 1]->n);

	page_name(first, name);
	page_head(r, of, &out);
	put_place(first, more, &out);
	buf_str(&out, "<section aria-labelledby=\"domains\">"
	    "<h2 id=\"domains\">Domains</h2>\n");
	page_grid(r->page, r->on_page, r->on_page, LINKS_HERE, &out);
	buf_str(&out, "</section>\n<section aria-labelledby=\"details\">"
	    "<h2 id=\"details\">Domain by domain</h2>\n");
	for (size_t i = 0; i < r->on_page; i++)
		page_detail(r->page[i], &out);
	buf_str(&out, "</section>\n");
	page_foot(&out);
	save(r, name, &out);
	list_page(r, name);
	for (size_t i = 0; i < r->on_page; i++)
		detail_free(r->page[i]);
	r->on_page = 0;
	free(of);
	buf_free(&out);
}

static void
begin(struct report *r)
{
	r->page = xcalloc(PAGE_DOMAINS, sizeof(struct detail *));
	r->page_list = BUF(LIST_MAX);
}

static void
take_row(struct report *r, const struct survey_row *row)
{
	if (r->on_page == PAGE_DOMAINS)
		write_page(r, true);
	r->page[r->on_page++] = detail_new(row,
	    report_figures(r)->domains);
}

static void
put_index(struct report *r, struct buf *out)
{
	const struct figures *f = report_figures(r);

	page_head(r, "", out);
	page_summary(f, out);
	buf_str(out, "</header>\n<main id=\"main\">\n");
	page_verdicts(f, out);
	page_figures(f, out);
	page_trends(r, out);
	page_codes(f, out);
	buf_str(out, "<section aria-labelledby=\"domains\">"
	    "<h2 id=\"domains\">The worst domains</h2>\n");
	page_grid(r->worst.v, r->worst.n, r->worst.n, LINKS_PAGES, out);
	buf_str(out, "</section>\n<section aria-labelledby=\"pages\">"
	    "<h2 id=\"pages\">All domains, as they came</h2><ol>\n");
	buf_span(out, buf_get0(&r->page_list));
	buf_str(out, "</ol></section>\n");
	page_foot(out);
}

static void
end(struct report *r)
{
	struct buf out = BUF(FILE_MAX);

	if (r->on_page > 0)
		write_page(r, false);
	put_index(r, &out);
	if (!r->broken)
		save(r, "index.html", &out);
	buf_free(&out);
}

const struct form form_html_dir = { begin, take_row, end, 100 };
