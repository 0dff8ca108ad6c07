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
	struct findings once;		/* said with the first of them */
	struct spool lines;
	uint64_t max;			/* octets of lines */
	struct buf line;
	int status;
};

/* What a tool makes of its kind of report. */
struct report_kind {
	/* Whether a part of a mail may be one. */
	bool (*is_report)(const struct leaf *leaf);
	/* Whether the mail's further parts are none; NULL: never. */
	bool (*is_last)(const struct leaf *leaf);
	/*
	 * Read the text, giving its rows by report_row. False when it is no
	 * report: *why (static) and *at (offset) say where.
	 */
	bool (*read)(struct reading *r, struct spool *text,
	    struct report_rows *rows, const char **why, uint64_t *at);
	/* Append the line of a file, or of a report in it, without rows. */
	void (*none)(const struct run *run, const char *file,
	    const struct findings *fs, struct buf *out);
};

struct reading {
	const struct report_kind *kind;
	struct run run;
	size_t max;			/* octets of a file, and of a report */
	const void *arg;		/* the verb's own */
};

/*
 * The next row begins: *fs gets what is said once a report, and is graded.
 * The caller renders into rows->line, which is empty, and ends the row with
 * report_row_end. False when there are enough rows: the report is refused,
 * since each row repeats its head, and what is small could grow without end.
 */
bool report_row(struct report_rows *rows, struct findings *fs);
void report_row_end(struct report_rows *rows);
/* Forget the rows: the report is read a second time, in another way. */
void report_rows_again(struct report_rows *rows);

/* Append all of the text to *out; false when it does not fit. */
bool report_text(struct spool *text, struct buf *out);

/* --- the verb ------------------------------------------------------------- */

struct read_opts {
	struct run_opts run;
	int max_size;			/* MiB */
};

enum { READ_CHUNKS = 5 };
/* Its options, whose fields lie in a struct read_opts. */
extern const struct opt_chunk read_chunks[READ_CHUNKS];

struct report_verb {
	const char *tool;
	const struct opt_spec *spec;	/* of read_chunks */
	const char *const *areas;	/* for --list-codes */
	const struct report_kind *kind;
	bool people;			/* always text */
	const void *arg;
};

/* Read all that the command line names (none: stdin); the exit status. */
int report_read_main(const struct report_verb *v, int argc, char **argv);

#endif
