/* read and explain: files to rows. */
#include "tlsrpt-report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/inbox.h"
#include "run/files.h"
#include "sys/exit.h"
#include "sys/say.h"

/* Beyond it rows go to a file. */
enum { ROWS_ROOM = 1 << 18, LINE_MAX_OCTETS = 8 << 20 };

struct reading {
	struct args *a;
	struct run run;
	render_row *render;
};

/* One file in its process. */
struct file {
	struct reading *r;
	const char *path;
	struct spool *out;
	struct spool rows;	/* of the report being read */
	const struct findings *packing;
	struct buf json, line;
	int status;
};

static bool
is_report(const struct leaf *leaf)
{
	return mime_type_is(&leaf->type, SPAN("application"),
	    SPAN("tlsrpt+gzip")) || mime_type_is(&leaf->type,
	    SPAN("application"), SPAN("tlsrpt+json")) ||
	    span_iends(leaf->name, SPAN(".json")) ||
	    span_iends(leaf->name, SPAN(".json.gz"));
}

static void
add(void *arg, struct span piece)
{
	struct file *f = arg;

	buf_span(&f->json, piece);
}

static void
take_row(void *arg, const struct tls_row *row)
{
	struct file *f = arg;

	if (row->n == 1)
		for (size_t i = 0; i < f->packing->n; i++)
			finding_add(row->fs, f->packing->v[i].code,
			    f->packing->v[i].where, "%s",
			    f->packing->v[i].detail);
	f->status = exit_worse(f->status,
	    run_grade(&f->r->a->run, row->fs));
	buf_reset(&f->line);
	f->r->render(&f->r->run, f->path, row, &f->line);
	spool_add(&f->rows, buf_get0(&f->line));
}

/* A record without a row: why there is none is in *fs. */
static void
without_rows(struct file *f, struct findings *fs)
{
	run_grade(&f->r->a->run, fs);
	buf_reset(&f->line);
	render_none(&f->r->run, f->path, fs, &f->line);
	spool_add(f->out, buf_get0(&f->line));
	findings_free(fs);
}

static void
refuse(struct file *f, enum finding_code code, const char *why, uint64_t at)
{
	struct findings fs = { 0 };

	if (why != NULL)
		finding_add(&fs, code, f->path, "%s at octet %llu", why,
		    (unsigned long long)at);
	else
		finding_add(&fs, code, f->path, NULL);
	f->status = exit_worse(f->status, EXIT_MALFORMED);
	without_rows(f, &fs);
}

static bool
move_piece(void *arg, struct span piece)
{
	spool_add(arg, piece);
	return true;
}

static void
read_report(struct file *f, const struct findings *packing)
{
	struct span json = buf_get0(&f->json);
	const char *why = NULL;
	int before = f->status;
	size_t at = 0;

	/* RFC 8259 section 8.1 lets a reader pass over it */
	if (span_starts(json, SPAN("\xef\xbb\xbf")))
		json = span_from(json, 3);
	f->packing = packing;
	spool_init(&f->rows, ROWS_ROOM);
	if (!tlsrpt_read(json, take_row, f, &why, &at)) {
		f->status = before;
		refuse(f, F_REPORT_MALFORMED, why, at);
	} else if (f->rows.n == 0) {
		struct findings fs = { 0 };

		finding_add(&fs, F_REPORT_EMPTY, f->path, NULL);
		without_rows(f, &fs);
	} else {
		spool_each(&f->rows, move_piece, f->out);
	}
	if (f->rows.state != SPOOL_OK) {
		say_error("%s: %s", f->path, spool_why(&f->rows));
		f->status = exit_worse(f->status, EXIT_IO);
	}
	spool_free(&f->rows);
}

static void
end(void *arg, const struct inbox_end *e, const struct findings *packing)
{
	struct file *f = arg;

	if (e->result == UNPACK_OK)
		read_report(f, packing);
	else
		refuse(f, e->result == UNPACK_LIMIT ? F_REPORT_TOO_LARGE :
		    F_REPORT_MALFORMED, e->why, e->at);
	buf_reset(&f->json);
}

static int
work(void *arg, const char *path, int fd, struct spool *out)
{
	static const struct inbox_ops ops = { is_report, add, end };
	struct reading *r = arg;
	size_t max = (size_t)r->a->max_size << 20;
	struct file f = { .r = r, .path = path, .out = out,
	    .json = BUF(max), .line = BUF(LINE_MAX_OCTETS) };

	switch (inbox_read(fd, path, max, &ops, &f)) {
	case INBOX_OK:
		break;
	case INBOX_NONE:
		refuse(&f, F_REPORT_NONE, NULL, 0);
		break;
	case INBOX_LIMIT:
		refuse(&f, F_REPORT_TOO_LARGE, NULL, 0);
		break;
	case INBOX_IO:
		say_error("%s: %s", path, strerror(errno));
		f.status = EXIT_IO;
	}
	return f.status;
}

static void
lost(void *arg, const char *path, enum finding_code code, struct buf *out)
{
	struct reading *r = arg;
	struct findings fs = { 0 };

	finding_add(&fs, code, path, NULL);
	render_none(&r->run, path, &fs, out);
	findings_free(&fs);
}

static int
read_files(const struct opt_spec *spec, int argc, char **argv,
    render_row *text, bool only_text)
{
	static const char *const areas[] = {
		"report", "tlsrpt", "record", "run", NULL
	};
	static const struct files_ops ops = { work, lost };
	struct args a = ARGS_DEFAULT;
	struct reading r = { .a = &a };
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
	r.render = r.run.text ? text : render_json;
	status = files_run(&r.run, &res.operands, &ops, &r);
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
