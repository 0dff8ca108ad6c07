/*
 * The verb "read" of a report tool, without the format: files and folders are
 * walked, mails opened, reports unpacked, each file in a process of its own.
 * A report's rows go out when it was read to its end; what is no report gives
 * one record and none of its rows.
 */
#ifndef REPORT_READING_H
#define REPORT_READING_H

#include "report/inbox.h"
#include "run/run.h"
#include "sys/opt.h"

struct reading;

/* The rows of one report. */
struct report_rows {
	struct reading *of;
	const char *file;
	uint64_t n;			/* rows so far */
	const struct findings *packing;
	struct spool lines;
	struct buf line;
	int status;
};

/* What a tool makes of its kind of report. */
struct report_kind {
	bool (*is_report)(const struct leaf *leaf);
	/*
	 * Read the text, giving its rows by report_row. False when it is no
	 * report: *why (static) and *at (offset) say where.
	 */
	bool (*read)(struct reading *r, struct spool *text,
	    struct report_rows *rows, const char **why, uint64_t *at);
	/* Append the line of a file or a report in it without rows. */
	void (*none)(const struct run *run, const char *file,
	    const struct findings *fs, struct buf *out);
};

struct reading {
	const struct report_kind *kind;
	struct run run;
	size_t max;			/* octets of a file, and of a report */
	const void *arg;		/* the tool's own */
};

/*
 * The next row begins: *fs gets what is said once a report, and is graded.
 * The caller renders into rows->line, which is empty, and ends the row with
 * report_row_end.
 */
void report_row(struct report_rows *rows, struct findings *fs);
void report_row_end(struct report_rows *rows);

/* Read all operands ("-": stdin); the worst status. */
int report_read(struct reading *r, const struct opt_list *operands);

/* Append all of the text to *out; false when it does not fit. */
bool report_text(struct spool *text, struct buf *out);

#endif
