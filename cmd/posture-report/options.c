/* The command line of posture-report. */
#include "posture-report.h"

#include <string.h>
#include <unistd.h>

#include "sys/exit.h"

#define ROW_AT(field) .at = offsetof(struct options, field)

static const struct opt form_rows[] = {
	{ .name = "html", .kind = OPT_FLAG, ROW_AT(html),
	    .help = "one page that needs nothing else" },
	{ .name = "html-dir", .arg = "FOLDER", .kind = OPT_STR,
	    ROW_AT(html_dir),
	    .help = "an index, and pages of 500 domains, to files there" },
	{ .name = "markdown", .kind = OPT_FLAG, ROW_AT(markdown),
	    .help = "the same as Markdown" },
	{ .name = "csv", .kind = OPT_FLAG, ROW_AT(csv),
	    .help = "a line a domain, for spreadsheets" },
	{ .name = "prometheus", .kind = OPT_FLAG, ROW_AT(prometheus),
	    .help = "the totals as metrics" },
};

static const struct opt content_rows[] = {
	{ .name = "run", .arg = "LABEL=FILE", .kind = OPT_LIST, ROW_AT(runs),
	    .help = "records of an earlier run, the oldest first; "
	    "repeatable" },
	{ .name = "title", .arg = "TEXT", .kind = OPT_STR, ROW_AT(title),
	    .help = "what the page is called" },
	{ .name = "worst", .arg = "N", .kind = OPT_INT, ROW_AT(worst),
	    .min = 0, .max = WORST_MAX,
	    .help = "show so many domains in detail, the worst" },
	{ .name = "per-domain", .kind = OPT_FLAG, ROW_AT(per_domain),
	    .help = "with --prometheus: series for each domain" },
};

static const struct opt_chunk chunks[] = {
	OPT_CHUNK("The form", form_rows),
	OPT_CHUNK("What is in it", content_rows),
	RUN_SANDBOX(offsetof(struct options, run)),
	RUN_SPEECH(offsetof(struct options, run)),
};

const struct opt_spec main_spec = {
	.tool = "posture-report",
	.usage = "--html|--html-dir FOLDER|--markdown|--csv|--prometheus "
	    "[OPTIONS] < records",
	.about = "Show what was found out about domains.",
	.chunks = chunks, .n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EXIT_USAGE,
};

static const char *
runs_wrong0(const struct opt_list *runs)
{
	if (runs->n >= RUNS_MAX)
		return "at most 49 earlier runs";
	for (size_t i = 0; i < runs->n; i++) {
		const char *equals = strchr(runs->v[i], '=');

		if (equals == NULL || equals == runs->v[i] ||
		    equals[1] == '\0')
			return "--run is LABEL=FILE";
	}
	return NULL;
}

const char *
options_wrong0(const struct options *o)
{
	int forms = o->html + (o->html_dir != NULL) + o->markdown + o->csv +
	    o->prometheus;

	if (forms != 1)
		return "give one of --html, --html-dir, --markdown, --csv and "
		    "--prometheus";
	if (o->runs.n > 0 && (o->csv || o->prometheus))
		return "earlier runs are for pages alone";
	if (o->per_domain && !o->prometheus)
		return "--per-domain goes with --prometheus";
	if (o->html_dir != NULL && o->html_dir[0] == '\0')
		return "--html-dir needs a folder";
	if (isatty(STDIN_FILENO))
		return "stdin is a terminal: give records of mtasts-check, "
		    "mstls-probe and dmarc-verify domain";
	return runs_wrong0(&o->runs);
}
