/* What the files of dmarc-report share. */
#ifndef DMARC_REPORT_H
#define DMARC_REPORT_H

#include "report/dmarc.h"
#include "run/run.h"
#include "sys/opt.h"

extern const struct opt_verb verbs[];
extern const struct opt_spec main_spec, read_spec, make_spec;

/* The verbs; each returns the exit status. */
int read_main(int argc, char **argv);
int make_main(int argc, char **argv);
int failure_main(int argc, char **argv);

/* --- render.c ------------------------------------------------------------- */

void render_json(const struct run *run, const char *file,
    const struct dmarc_row *row, struct buf *out);
void render_text(const struct run *run, const char *file,
    const struct dmarc_row *row, struct buf *out);
/* A file, or a report in it, that gives no row. */
void render_none(const struct run *run, const char *file,
    const struct findings *fs, struct buf *out);

#endif
