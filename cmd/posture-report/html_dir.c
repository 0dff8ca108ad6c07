/* An index and pages of 500 domains each: --html-dir. */
#include "html.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cur.h"
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
	r->pages++;
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

/* --- what an earlier run has left ----------------------------------------- */

/* The number of the page that has this name; 0: none has. */
static uint64_t
page_number(const char *file)
{
	static const struct span before = SPAN("domains-");
	struct span digits = span_str(file);
	char name[PAGE_NAME_SIZE];
	uint64_t n = 0;

	if (!span_starts(digits, before) || !span_ends(digits, SPAN(".html")))
		return 0;
	digits = span_from(digits, before.n);
	digits.n = span_chr(digits, '.');
	if (!span_dec(digits, INT64_MAX / PAGE_DOMAINS, &n) || n == 0)
		return 0;
	page_name((n - 1) * PAGE_DOMAINS + 1, name);
	return strcmp(name, file) == 0 ? n : 0;
}

/* By the name alone it might be somebody's own. */
static bool
is_page(int folder, const char *file)
{
	static const struct span start = SPAN(PAGE_START);
	char there[sizeof(PAGE_START) - 1];
	int fd = openat(folder, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_CLOEXEC);
	bool yes = fd >= 0 && file_read_at(fd, there, sizeof(there), 0) &&
	    span_eq(span_of(there, sizeof(there)), start);

	if (fd >= 0)
		close(fd);
	return yes;
}

/* Pages behind our last one, when no index leads to them any more. */
static void
remove_stale(struct report *r)
{
	const char *path = r->o->html_dir;
	DIR *dir = opendir(path);
	struct dirent *e = NULL;
	bool ok = dir != NULL;

	while (ok && (errno = 0, e = readdir(dir)) != NULL)
		if (page_number(e->d_name) > r->pages &&
		    is_page(dirfd(dir), e->d_name))
			ok = unlinkat(dirfd(dir), e->d_name, 0) == 0;
	if (!ok || errno != 0) {
		say_error("%s: pages of an earlier run: %s", path,
		    strerror(errno));
		r->status = exit_worse(r->status, EXIT_IO);
	}
	if (dir != NULL)
		closedir(dir);
}

/* The index last: whatever ends us before, the old one's pages are there. */
static void
end(struct report *r)
{
	struct buf out = BUF(FILE_MAX);

	if (r->on_page > 0)
		write_page(r, false);
	put_index(r, &out);
	if (!r->broken)
		save(r, "index.html", &out);
	if (!r->broken)
		remove_stale(r);
	buf_free(&out);
}

const struct form form_html_dir = { begin, take_row, end, 100 };
