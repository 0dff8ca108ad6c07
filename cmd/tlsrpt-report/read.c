/* read and explain: files to rows. */
#include "tlsrpt-report.h"

#include <stdlib.h>
#include <unistd.h>

#include "report/reading.h"
#include "sys/exit.h"

/* RFC 8460 sections 5.3 and 6.4; some senders name them as they like. */
static bool
is_report(const struct leaf *leaf)
{
	const struct mime_type *t = &leaf->type;

	return mime_type_is(t, SPAN("application"), SPAN("tlsrpt+gzip")) ||
	    mime_type_is(t, SPAN("application"), SPAN("tlsrpt+json")) ||
	    span_iends(leaf->name, SPAN(".json")) ||
	    span_iends(leaf->name, SPAN(".json.gz"));
}

static void
take_row(void *arg, const struct tls_row *row)
{
	struct report_rows *rows = arg;
	render_row *const *render = rows->of->arg;

	report_row(rows, row->fs);
	(*render)(&rows->of->run, rows->file, row, &rows->line);
	report_row_end(rows);
}

static bool
read_text(struct reading *r, struct spool *text, struct report_rows *rows,
    const char **why, uint64_t *at)
{
	struct buf octets = BUF(r->max);
	struct span json = { NULL, 0 };
	size_t stopped = 0;
	bool ok = false;

	*why = "it cannot be read again";
	if (report_text(text, &octets)) {
		json = buf_get0(&octets);
		/* RFC 8259 section 8.1 lets a reader pass over it */
		if (span_starts(json, SPAN("\xef\xbb\xbf")))
			json = span_from(json, 3);
		ok = tlsrpt_read(json, take_row, rows, why, &stopped);
	}
	*at = stopped;
	buf_free(&octets);
	return ok;
}

static int
read_files(const struct opt_spec *spec, int argc, char **argv,
    render_row *text, bool only_text)
{
	static const char *const areas[] = {
		"report", "tlsrpt", "record", "run", NULL
	};
	static const struct report_kind kind = {
		is_report, read_text, render_none
	};
	struct args a = ARGS_DEFAULT;
	render_row *render = render_json;
	struct reading r = { .kind = &kind, .arg = &render };
	struct opt_result res;
	int status = EXIT_HOLDS;

	if (opt_parse(spec, argc, argv, &a, &res) == OPT_END)
		return opt_end(&res);
	if (a.run.list_codes)
		return run_print_codes(areas, &res);
	if (res.operands.n == 0 && isatty(STDIN_FILENO)) {
		opt_wrong(spec, &res, "stdin is a terminal: name a report");
		return opt_end(&res);
	}
	if (res.operands.n == 0)
		*VEC_PUSH(&res.operands) = "-";
	run_speak("tlsrpt-report", &a.run);
	run_open_plain(&r.run, &a.run);
	r.run.text |= only_text;
	r.max = (size_t)a.max_size << 20;
	if (r.run.text)
		render = text;
	status = report_read(&r, &res.operands);
	opt_result_free(&res);
	return status;
}

int
read_main(int argc, char **argv)
{
	return read_files(&read_spec, argc, argv, render_text, false);
}

int
explain_main(int argc, char **argv)
{
	return read_files(&explain_spec, argc, argv, render_explained, true);
}
