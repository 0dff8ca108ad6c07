/* What the files of posture-report share. */
#ifndef POSTURE_REPORT_H
#define POSTURE_REPORT_H

#include "base/buf.h"
#include "run/run.h"
#include "survey/figures.h"
#include "survey/row.h"
#include "survey/worst.h"
#include "sys/opt.h"

enum {
	RUNS_MAX = 50,
	WORST_MAX = 2000,
	LABEL_MAX = 64,			/* octets of a run's label */
};

struct options {
	struct run_opts run;
	bool html, markdown, csv, prometheus, per_domain;
	const char *html_dir, *title;
	int worst;			/* -1: as many as the form has */
	struct opt_list runs;
};

extern const struct opt_spec main_spec;

/* What is wrong with the options, or NULL. */
const char *options_wrong0(const struct options *o);

/* One run of the tools: an earlier one, or that of stdin. */
struct survey_run {
	char *label;
	const char *path;		/* NULL: stdin */
	int fd;
	struct figures *figures;
};

struct report {
	const struct options *o;
	struct run run;
	struct survey_run *runs;	/* in time's order; the last is
					   stdin's */
	size_t n;
	struct worst worst;
	struct map *names;		/* of --per-domain */
	struct buf out;			/* what stdout does not have yet */
	struct detail **page;		/* of --html-dir */
	size_t on_page, pages;
	struct buf page_list;
	int status;
	bool broken;			/* what it wrote is lost: stop */
};

/* The totals of stdin's records. */
static inline const struct figures *
report_figures(const struct report *r)
{
	return r->runs[r->n - 1].figures;
}

/* One way to show it; each function may be NULL. */
struct form {
	void (*begin)(struct report *r);
	/* a record of stdin, as it comes */
	void (*row)(struct report *r, const struct survey_row *row);
	void (*end)(struct report *r);
	int worst;			/* domains in detail, by default */
};

extern const struct form form_html, form_html_dir, form_markdown, form_csv,
    form_prometheus;

/* --- report.c ------------------------------------------------------------- */

/*
 * Open what --run names, and make the folder of --html-dir. False, with
 * r->status, when that cannot be.
 */
bool report_open(struct report *r);

/* Nothing but that folder is left. */
bool report_give_up_power(struct report *r);

/*
 * Read all runs and show them. What is no record is said and makes the status
 * 65.
 */
void report_make(struct report *r, const struct form *form);

/* Write what r->out has; 74 when it cannot be. */
void report_flush(struct report *r);

/* Free it; returns the status. */
int report_close(struct report *r);

/* --- trend.c: what several runs show, for people ------------------------- */

enum { TRENDS = 12 };

/* A figure that is followed from run to run: answers of one check. */
struct trend {
	const char *title;
	enum survey_check check;
	unsigned answers;		/* a bit each */
};

extern const struct trend trends[TRENDS];

/* Tenths of a percent; -1: no domain has an answer in that run. */
int trend_at(const struct trend *t, const struct figures *f);

#endif
