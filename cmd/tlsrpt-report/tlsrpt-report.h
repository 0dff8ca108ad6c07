/* What the files of tlsrpt-report share. */
#ifndef TLSRPT_REPORT_H
#define TLSRPT_REPORT_H

#include "report/tlsrpt.h"
#include "run/run.h"
#include "sys/opt.h"

extern const struct opt_verb verbs[];
extern const struct opt_spec main_spec, read_spec, explain_spec, make_spec,
    reprobe_spec;

/* The verbs; each returns the exit status. */
int read_main(int argc, char **argv);
int explain_main(int argc, char **argv);
int make_main(int argc, char **argv);
int reprobe_main(int argc, char **argv);

struct reprobe_opts {
	struct run_opts run;
	int max_size;			/* MiB */
	int max_domains;
	const char *helo;
};

enum { MAX_DOMAINS = 100 };	/* without --max-domains */

/* --- render.c ------------------------------------------------------------- */

/* What a row, or a report that has none, looks like. */
typedef void render_row(const struct run *run, const char *file,
    const struct tls_row *row, struct buf *out);

void render_json(const struct run *run, const char *file,
    const struct tls_row *row, struct buf *out);
void render_text(const struct run *run, const char *file,
    const struct tls_row *row, struct buf *out);
/* The same with what it means and what to run. */
void render_explained(const struct run *run, const char *file,
    const struct tls_row *row, struct buf *out);

/* A file, or a report in it, that gives no row. */
void render_none(const struct run *run, const char *file,
    const struct findings *fs, struct buf *out);

#endif
