/* Reports read, whatever their format; see reading.h. */
#include "report/reading.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "run/files.h"
#include "sys/exit.h"
#include "sys/pool.h"

/* Lines beyond the first go to a file. */
enum { LINES_ROOM = 1 << 18, LINE_MAX_OCTETS = 8 << 20 };

/*
 * Octets of rows for an octet of the report. Real ones stay below 10; one of
 * the shortest failures that there can be reaches 60.
 */
enum { GROWTH_MAX = 64, GROWTH_FREE = 16 << 20 };

/* One file in its process. */
struct file {
	struct reading *r;
	const char *path;
	struct spool *out;
	int status;
};

static void
join_findings(struct findings *to, const struct findings *from)
{
	for (size_t i = 0; i < from->n; i++)
		finding_add(to, from->v[i].code, from->v[i].where, "%s",
		    from->v[i].detail);
}

bool
report_row(struct report_rows *rows, struct findings *fs)
{
	if (rows->lines.n > rows->max)
		return false;
	if (rows->n == 0)
		join_findings(fs, &rows->once);
	rows->n++;
	rows->status = exit_worse(rows->status,
	    run_grade(rows->of->run.opts, fs));
	buf_reset(&rows->line);
	return true;
}

void
report_row_end(struct report_rows *rows)
{
	spool_add(&rows->lines, buf_get0(&rows->line));
}

void
report_rows_again(struct report_rows *rows)
{
	spool_free(&rows->lines);
	spool_init(&rows->lines, LINES_ROOM);
	rows->n = 0;
	rows->status = EXIT_HOLDS;
}

/* A line without a row: *fs says why there is none. */
static void
without_rows(struct file *f, struct findings *fs)
{
	struct buf line = BUF(LINE_MAX_OCTETS);

	f->status = exit_worse(f->status, run_grade(f->r->run.opts, fs));
	f->r->kind->none(&f->r->run, f->path, fs, &line);
	spool_add(f->out, buf_get0(&line));
	buf_free(&line);
	findings_free(fs);
}

/* The machine failed, not the report: a record that says so, and 74. */
static void
unreadable(struct file *f, const char *why)
{
	struct findings fs = { 0 };

	finding_add(&fs, F_REPORT_UNREADABLE, f->path, "%s", why);
	f->status = EXIT_IO;
	without_rows(f, &fs);
}

static void
refuse_with(struct file *f, enum finding_code code, const char *why,
    uint64_t at, const struct findings *sent)
{
	struct findings fs = { 0 };

	/* how it was packed and sent may be why */
	join_findings(&fs, sent);
	if (why != NULL)
		finding_add(&fs, code, f->path, "%s at octet %llu", why,
		    (unsigned long long)at + 1);
	else
		finding_add(&fs, code, f->path, NULL);
	f->status = exit_worse(f->status, EXIT_MALFORMED);
	without_rows(f, &fs);
}

static void
refuse(void *arg, enum unpack_result r, const char *why, uint64_t at,
    const struct findings *fs)
{
	refuse_with(arg, r == UNPACK_LIMIT ? F_REPORT_TOO_LARGE :
	    F_REPORT_MALFORMED, why, at, fs);
}

static bool
move_piece(void *arg, struct span piece)
{
	spool_add(arg, piece);
	return true;
}

static void
release(struct file *f, struct report_rows *rows)
{
	struct findings fs = { 0 };

	if (rows->lines.n > rows->max) {
		finding_add(&fs, F_REPORT_TOO_LARGE, f->path,
		    "its rows are many times as large as itself");
		f->status = exit_worse(f->status, EXIT_MALFORMED);
		without_rows(f, &fs);
		return;
	}
	f->status = exit_worse(f->status, rows->status);
	if (rows->lines.state != SPOOL_OK) {
		unreadable(f, spool_why(&rows->lines));
	} else if (rows->n > 0) {
		spool_each(&rows->lines, move_piece, f->out);
	} else {
		finding_add(&fs, F_REPORT_EMPTY, f->path, NULL);
		without_rows(f, &fs);
	}
}

static void
read_one(void *arg, struct spool *text, const struct findings *fs)
{
	struct file *f = arg;
	struct report_rows rows = { .of = f->r, .file = f->path,
	    .max = GROWTH_FREE + GROWTH_MAX * text->n,
	    .line = BUF(LINE_MAX_OCTETS) };
	const char *why = NULL;
	uint64_t at = 0;

	join_findings(&rows.once, fs);
	spool_init(&rows.lines, LINES_ROOM);
	if (f->r->kind->read(f->r, text, &rows, &why, &at))
		release(f, &rows);
	else
		refuse_with(f, F_REPORT_MALFORMED, why, at, fs);
	findings_free(&rows.once);
	spool_free(&rows.lines);
	buf_free(&rows.line);
}

static int
work(void *arg, const char *path, int fd, struct spool *out)
{
	struct reading *r = arg;
	struct inbox_ops ops = { r->kind->is_report, r->kind->is_last,
	    read_one, refuse };
	struct file f = { .r = r, .path = path, .out = out };
	const struct findings none = { 0 };

	switch (inbox_read(fd, path, r->max, &ops, &f)) {
	case INBOX_OK:
		break;
	case INBOX_NONE:
		refuse_with(&f, F_REPORT_NONE, NULL, 0, &none);
		break;
	case INBOX_LIMIT:
		refuse_with(&f, F_REPORT_TOO_LARGE, NULL, 0, &none);
		break;
	case INBOX_IO:
		unreadable(&f, strerror(errno));
	}
	return f.status;
}

static void
lost(void *arg, const char *path, enum finding_code code, struct buf *out)
{
	struct reading *r = arg;
	struct findings fs = { 0 };

	finding_add(&fs, code, path, NULL);
	r->kind->none(&r->run, path, &fs, out);
	findings_free(&fs);
}

static bool
take_piece(void *arg, struct span piece)
{
	struct buf *out = arg;

	buf_span(out, piece);
	return !out->over;
}

bool
report_text(struct spool *text, struct buf *out)
{
	return spool_each(text, take_piece, out) == SPOOL_OK && !out->over;
}

/* --- the verb ------------------------------------------------------------- */

static const struct opt limit_rows[] = {
	{ .name = "max-size", .arg = "MIB", .kind = OPT_INT, .min = 1,
	    .max = 1024, .at = offsetof(struct read_opts, max_size),
	    .help = "the largest file and report that is read (default: "
	    "64)" },
	{ .name = "timeout", .arg = "SECONDS", .kind = OPT_INT, .min = 1,
	    .max = 86400, .at = offsetof(struct read_opts, run.timeout),
	    .help = "the longest that one file may take" },
	{ .name = "jobs", .letter = 'j', .arg = "N", .kind = OPT_INT,
	    .at = offsetof(struct read_opts, run.jobs), .min = 1,
	    .max = POOL_WORKERS_MAX,
	    .help = "files that are read at a time" },
	{ .name = "progress", .arg = "auto|never|always", .kind = OPT_CHOICE,
	    .at = offsetof(struct read_opts, run.progress),
	    .help = "tell on stderr how far it is (auto: on a terminal)" },
};

const struct opt_chunk read_chunks[READ_CHUNKS] = {
	OPT_CHUNK("Limits", limit_rows),
	RUN_VERDICT(offsetof(struct read_opts, run)),
	RUN_NOW(offsetof(struct read_opts, run)),
	RUN_SANDBOX(offsetof(struct read_opts, run)),
	RUN_SPEECH(offsetof(struct read_opts, run)),
};

int
report_read_main(const struct report_verb *v, int argc, char **argv)
{
	const struct files_ops ops = { v->tool, work, lost };
	struct read_opts o = { .run = RUN_OPTS_DEFAULT, .max_size = 64 };
	struct reading r = { .kind = v->kind, .arg = v->arg };
	struct opt_result res;
	int status = EXIT_HOLDS;

	if (opt_parse(v->spec, argc, argv, &o, &res) == OPT_END)
		return opt_end(&res);
	if (o.run.list_codes)
		return run_print_codes(v->areas, &res);
	if (res.operands.n == 0 && isatty(STDIN_FILENO)) {
		opt_wrong(v->spec, &res,
		    "stdin is a terminal: name a report");
		return opt_end(&res);
	}
	if (res.operands.n == 0)
		*VEC_PUSH(&res.operands) = "-";
	run_speak(v->tool, &o.run);
	run_open_plain(&r.run, &o.run);
	r.run.text |= v->people;
	r.max = (size_t)o.max_size << 20;
	status = files_run(&r.run, &res.operands, &ops, &r);
	opt_result_free(&res);
	return status;
}
