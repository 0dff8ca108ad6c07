/* One page that holds all: --html. */
#include "html.h"

#include <inttypes.h>

#include "base/b64.h"
#include "base/date.h"
#include "crypto/digest.h"

/*
 * One file of 20 MB: of that so much for what was found domain by domain. The
 * grid of 2,000 domains has 7 MB even if each name is long and all of it has
 * to be escaped, findings and figures have the rest.
 */
enum { PAGE_MAX = 20 * 1000 * 1000, DETAILS_MAX = 11 * 1000 * 1000 };

/* CSP's hash source: of what stands between the tags, octet by octet. */
static void
put_source(struct buf *out, const char *text)
{
	unsigned char digest[SHA256_SIZE];

	digest_of(DIGEST_SHA256, span_str(text), digest);
	buf_str(out, "'sha256-");
	b64_encode(out, span_of(digest, sizeof(digest)));
	buf_byte(out, '\'');
}

static void
put_title(const struct report *r, const char *of, struct buf *out)
{
	page_text(out, r->o->title ? r->o->title : "Mail security posture");
	if (of[0] != '\0')
		buf_str(out, ": ");
	page_text(out, of);
}

void
page_head(const struct report *r, const char *of, struct buf *out)
{
	buf_str(out, PAGE_START MSGSEC_VERSION "\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\""
	    "default-src 'none'; base-uri 'none'; form-action 'none'; "
	    "style-src ");
	put_source(out, page_style);
	buf_str(out, "; script-src ");
	put_source(out, page_script);
	buf_str(out, "\">\n<meta name=\"viewport\" content=\""
	    "width=device-width, initial-scale=1\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
	put_title(r, of, out);
	buf_printf(out, "</title>\n<style>%s</style></head>\n<body>"
	    "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"
	    "<header><h1>", page_style);
	put_title(r, of, out);
	buf_str(out, "</h1>\n");
}

void
page_summary(const struct figures *f, struct buf *out)
{
	char date[DATE_RFC3339_SIZE];

	buf_printf(out, "<p>%" PRIu64 " domains", f->domains);
	if (f->timed) {
		buf_printf(out, ", looked at from %s",
		    date_rfc3339(date, f->first));
		buf_printf(out, " to %s", date_rfc3339(date, f->last));
	}
	buf_str(out, ". <span class=\"tag unknown\">unknown</span> is what "
	    "could not be found out: neither good nor bad.</p>\n");
	if (f->n_assumed == 0)
		return;
	buf_str(out, "<p class=\"banner\" role=\"note\"><strong>Not the plain "
	    "truth.</strong> This was assumed: ");
	for (size_t i = 0; i < f->n_assumed; i++) {
		buf_str(out, i > 0 ? "; " : "");
		page_text(out, f->assumed[i]);
	}
	buf_str(out, f->more_assumed ? "; and more.</p>\n" : ".</p>\n");
}

void
page_foot(struct buf *out)
{
	buf_printf(out, "</main>\n<footer class=\"dim\"><p>Made by "
	    "posture-report of msgsec " MSGSEC_VERSION ".</p></footer>\n"
	    "<script>%s</script></body></html>\n", page_script);
}

static void
put_nav(const struct report *r, struct buf *out)
{
	buf_printf(out, "<nav aria-label=\"On this page\"><ul>"
	    "<li><a href=\"#verdicts\">Verdicts</a></li>"
	    "<li><a href=\"#adoption\">Adoption</a></li>%s"
	    "<li><a href=\"#findings\">Findings</a></li>%s</ul></nav>"
	    "</header>\n<main id=\"main\">\n", r->n > 1 ?
	    "<li><a href=\"#trends\">Over time</a></li>" : "",
	    r->worst.n > 0 ? "<li><a href=\"#domains\">Domains</a></li>" : "");
}

/* As many as there is room for; returns how many. */
static size_t
put_details(const struct report *r, struct buf *out)
{
	struct buf one = BUF(1 << 20);
	size_t n = 0;

	for (; n < r->worst.n; n++) {
		buf_reset(&one);
		page_detail(r->worst.v[n], &one);
		buf_span(out, buf_get0(&one));
		if (out->over)
			break;
	}
	buf_free(&one);
	return n;
}

static void
put_domains(const struct report *r, struct buf *out)
{
	uint64_t all = report_figures(r)->domains;
	struct buf details = BUF(DETAILS_MAX);
	size_t shown = put_details(r, &details);

	buf_str(out, "<section aria-labelledby=\"domains\">"
	    "<h2 id=\"domains\">Domains</h2>\n");
	if (all > r->worst.n)
		buf_printf(out, "<p>The worst %zu of %" PRIu64 "; the others "
		    "are in the totals.</p>\n", r->worst.n, all);
	page_grid(r->worst.v, r->worst.n, shown, LINKS_HERE, out);
	buf_str(out, "</section>\n<section aria-labelledby=\"details\">"
	    "<h2 id=\"details\">Domain by domain</h2>\n");
	buf_span(out, buf_get0(&details));
	if (shown < r->worst.n)
		buf_printf(out, "<p>There is no room for the findings of the "
		    "%zu others.</p>\n", r->worst.n - shown);
	buf_str(out, "</section>\n");
	buf_free(&details);
}

static void
end(struct report *r)
{
	struct buf *out = &r->out;

	out->max = PAGE_MAX;
	page_head(r, "", out);
	page_summary(report_figures(r), out);
	put_nav(r, out);
	page_verdicts(report_figures(r), out);
	page_figures(report_figures(r), out);
	page_trends(r, out);
	page_codes(report_figures(r), out);
	if (r->worst.n > 0)
		put_domains(r, out);
	page_foot(out);
}

const struct form form_html = { NULL, NULL, end, WORST_MAX };
