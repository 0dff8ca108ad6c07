/* Runs in, one form out. */
#include "posture-report.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "sys/exit.h"
#include "sys/rec.h"
#include "sys/say.h"

enum { OUT_MAX = 64 << 20, PIECE = 64 << 10, NO_RECORD_SAID = 20 };

static void
open_run(struct report *r, const char *option, struct survey_run *out)
{
	size_t label = span_chr(span_str(option), '=');

	out->label = span_dup(span_first(span_first(span_str(option), label),
	    LABEL_MAX));
	out->path = option + label + 1;
	out->fd = open(out->path, O_RDONLY | O_CLOEXEC);
	if (out->fd >= 0)
		return;
	r->status = exit_worse(r->status, exit_of_input(errno));
	say_error("%s: %s", out->path, strerror(errno));
}

bool
report_open(struct report *r)
{
	const struct options *o = r->o;

	r->n = o->runs.n + 1;
	r->runs = xcalloc(r->n, sizeof(*r->runs));
	r->out = BUF(OUT_MAX);
	r->status = EXIT_HOLDS;
	for (size_t i = 0; i < r->n; i++) {
		r->runs[i].figures = figures_new(env_seed(&r->run.env));
		r->runs[i].fd = STDIN_FILENO;
	}
	for (size_t i = 0; i < o->runs.n; i++)
		open_run(r, o->runs.v[i], &r->runs[i]);
	if (o->html_dir != NULL && mkdir(o->html_dir, 0755) != 0 &&
	    errno != EEXIST) {
		say_error("%s: %s", o->html_dir, strerror(errno));
		r->status = exit_worse(r->status, EXIT_CANNOT_CREATE);
	}
	return r->status == EXIT_HOLDS;
}

bool
report_give_up_power(struct report *r)
{
	const char *write[] = { r->o->html_dir, NULL };
	const struct sandbox want = { .write = write };

	if (run_enter_sandbox(&want, r->o->run.sandbox))
		return true;
	r->status = EXIT_INTERNAL;
	return false;
}

/* --- records -------------------------------------------------------------- */

struct reading {
	struct report *r;
	struct survey_run *of;
	const struct form *form;	/* NULL: totals alone */
	uint64_t refused;
};

static void
refuse(struct reading *g, uint64_t line, const char *why)
{
	const char *where = g->of->path ? g->of->path : "stdin";

	g->r->status = exit_worse(g->r->status, EXIT_MALFORMED);
	if (++g->refused <= NO_RECORD_SAID)
		say_error("%s line %" PRIu64 ": %s", where, line, why);
}

static void
take_line(struct reading *g, struct span text, uint64_t line)
{
	struct report *r = g->r;
	struct survey_row row;
	const char *why = NULL;

	if (!survey_row_read(text, &row, &why)) {
		refuse(g, line, why);
		return;
	}
	figures_add(g->of->figures, &row);
	if (g->form != NULL) {
		worst_add(&r->worst, &row, g->of->figures->domains);
		if (g->form->row != NULL)
			g->form->row(r, &row);
		if (r->out.n >= PIECE)
			report_flush(r);
	}
	survey_row_free(&row);
}

static void
read_run(struct reading *g)
{
	struct rec_reader in;
	struct span text = { NULL, 0 };
	enum rec_kind kind = REC_MORE;

	rec_open(&in, g->of->fd, '\n');
	while (kind != REC_END && kind != REC_FAILED && !g->r->broken) {
		kind = rec_next(&in, &text);
		if (kind == REC_MORE)
			rec_fill(&in);
		else if (kind == REC_RECORD)
			take_line(g, text, in.line);
		else if (kind == REC_SUBJECT)
			refuse(g, in.line, "it is no record");
		else if (kind == REC_LONG_END)
			refuse(g, in.line, "it is longer than a record may "
			    "be");
	}
	if (kind == REC_FAILED) {
		say_error("%s: %s", g->of->path ? g->of->path : "stdin",
		    strerror(in.error));
		g->r->status = exit_worse(g->r->status, EXIT_IO);
	}
	if (g->refused > NO_RECORD_SAID)
		say_error("%s: %" PRIu64 " lines are no records",
		    g->of->path ? g->of->path : "stdin", g->refused);
	rec_close(&in);
}

/* Stdin's run is called by the day of its last record. */
static void
name_now(struct survey_run *now)
{
	char date[DATE_RFC3339_SIZE];

	if (!now->figures->timed)
		now->label = xstrdup("now");
	else
		now->label = span_dup(span_first(span_str(date_rfc3339(date,
		    now->figures->last)), 10));
}

void
report_make(struct report *r, const struct form *form)
{
	int worst = r->o->worst >= 0 ? r->o->worst : form->worst;

	worst_init(&r->worst, (size_t)worst);
	if (form->begin != NULL)
		form->begin(r);
	for (size_t i = 0; i < r->n; i++) {
		struct reading g = { .r = r, .of = &r->runs[i],
		    .form = i + 1 == r->n ? form : NULL };

		read_run(&g);
		figures_sort(r->runs[i].figures);
	}
	name_now(&r->runs[r->n - 1]);
	worst_sort(&r->worst);
	if (report_figures(r)->domains == 0) {
		say_warn("there is no record on stdin");
		say_hint("mtasts-check, mstls-probe and dmarc-verify domain "
		    "write them, a line each, as jq -c does");
	}
	if (!r->broken && form->end != NULL)
		form->end(r);
	report_flush(r);
}

void
report_flush(struct report *r)
{
	if (r->out.over && !r->broken) {
		say_error("stdout: it has grown too large");
		r->status = exit_worse(r->status, EXIT_CANNOT_CREATE);
		r->broken = true;
	}
	if (r->out.n > 0 && !r->broken &&
	    run_stdout(buf_get0(&r->out)) != EXIT_HOLDS) {
		r->status = exit_worse(r->status, EXIT_IO);
		r->broken = true;
	}
	buf_reset(&r->out);
}

int
report_close(struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->runs[i].path != NULL && r->runs[i].fd >= 0)
			close(r->runs[i].fd);
		free(r->runs[i].label);
		figures_free(r->runs[i].figures);
	}
	free(r->runs);
	worst_free(&r->worst);
	map_free(r->names, NULL);
	buf_free(&r->out);
	buf_free(&r->page_list);
	free(r->page);
	free(r->o->runs.v);
	return r->status;
}
