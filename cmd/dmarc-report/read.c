/* read: files to rows. */
#include "dmarc-report.h"

#include "failure.h"
#include "report/xml_repair.h"

enum { REPAIR_ROOM = 1 << 20 };

/*
 * RFC 9990 section 3.5.2 wants application/gzip, or text/xml where it is not
 * packed; what is sent has every type, so that the name decides, and these
 * types where there is none.
 */
static bool
is_report(const struct leaf *leaf)
{
	static const struct { const char *type, *subtype; } types[] = {
		{ "application", "gzip" }, { "application", "x-gzip" },
		{ "application", "zip" },
		{ "application", "x-zip-compressed" },
		{ "application", "xml" }, { "text", "xml" },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (mime_type_is(&leaf->type, span_str(types[i].type),
		    span_str(types[i].subtype)))
			return true;
	return failure_is(leaf) || leaf_name_ends(leaf, SPAN(".xml")) ||
	    leaf_name_ends(leaf, SPAN(".xml.gz")) ||
	    leaf_name_ends(leaf, SPAN(".zip"));
}

static void
take_row(void *arg, struct dmarc_row *row)
{
	struct report_rows *rows = arg;
	const struct run *run = &rows->of->run;

	if (!report_row(rows, &row->fs))
		return;
	(run->text ? render_text : render_json)(run, rows->file, row,
	    &rows->line);
	report_row_end(rows);
}

/* What is no XML, but nearly, is read as what it was meant to be. */
static bool
read_text(struct reading *r, struct spool *text, struct report_rows *rows,
    const char **why, uint64_t *at)
{
	struct spool repaired;
	uint64_t repairs = 0;
	const char *second = NULL;
	uint64_t unused = 0;
	bool ok = false;

	if (failure_looks_so(text))
		return failure_read(&r->run, text, rows, why, at);
	ok = dmarc_report_read(text, take_row, rows, why, at);
	if (ok)
		return true;
	spool_init(&repaired, REPAIR_ROOM);
	repairs = xml_repair(text, &repaired);
	if (repairs > 0) {
		report_rows_again(rows);
		finding_add(&rows->once, F_REPORT_REPAIRED, NULL,
		    "in %llu places, the first of them at octet %llu: %s",
		    (unsigned long long)repairs, (unsigned long long)*at,
		    *why);
		ok = dmarc_report_read(&repaired, take_row, rows, &second,
		    &unused);
	}
	spool_free(&repaired);
	return ok;
}

int
read_main(int argc, char **argv)
{
	static const char *const areas[] = {
		"report", "dmarc", "record", "run", NULL
	};
	static const struct report_kind kind = {
		is_report, failure_is, read_text, render_none
	};
	static const struct report_verb verb = { .tool = "dmarc-report",
	    .spec = &read_spec, .areas = areas, .kind = &kind };

	return report_read_main(&verb, argc, argv);
}
