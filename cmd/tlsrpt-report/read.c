/* read and explain: files to rows. */
#include "tlsrpt-report.h"

#include "report/reading.h"

/* RFC 8460 sections 5.3 and 6.4; some senders name them as they like. */
static bool
is_report(const struct leaf *leaf)
{
	const struct mime_type *t = &leaf->type;

	return mime_type_is(t, SPAN("application"), SPAN("tlsrpt+gzip")) ||
	    mime_type_is(t, SPAN("application"), SPAN("tlsrpt+json")) ||
	    leaf_name_ends(leaf, SPAN(".json")) ||
	    leaf_name_ends(leaf, SPAN(".json.gz"));
}

static void
take_row(void *arg, const struct tls_row *row)
{
	struct report_rows *rows = arg;
	const struct run *run = &rows->of->run;
	render_row *const *people = rows->of->arg;

	if (!report_row(rows, row->fs))
		return;
	(run->text ? *people : render_json)(run, rows->file, row,
	    &rows->line);
	report_row_end(rows);
}

static bool
read_text(struct reading *r, struct spool *text, struct report_rows *rows,
    const char **why, uint64_t *at)
{
	struct buf octets = BUF(r->max);
	struct span json = { NULL, 0 };
	size_t mark = 0, stopped = 0;
	bool ok = false;

	*why = "it cannot be read again";
	if (report_text(text, &octets)) {
		json = buf_get0(&octets);
		/* RFC 8259 section 8.1 lets a reader pass over it */
		if (span_starts(json, SPAN("\xef\xbb\xbf")))
			mark = 3;
		ok = tlsrpt_read(span_from(json, mark), take_row, rows, why,
		    &stopped);
	}
	*at = mark + stopped;
	buf_free(&octets);
	return ok;
}

static const char *const areas[] = {
	"report", "tlsrpt", "record", "run", NULL
};

static const struct report_kind kind = {
	is_report, NULL, read_text, render_none
};

int
read_main(int argc, char **argv)
{
	render_row *people = render_text;
	const struct report_verb v = { .tool = "tlsrpt-report",
	    .spec = &read_spec, .areas = areas, .kind = &kind,
	    .arg = &people };

	return report_read_main(&v, argc, argv);
}

int
explain_main(int argc, char **argv)
{
	render_row *people = render_explained;
	const struct report_verb v = { .tool = "tlsrpt-report",
	    .spec = &explain_spec, .areas = areas, .kind = &kind,
	    .people = true, .arg = &people };

	return report_read_main(&v, argc, argv);
}
