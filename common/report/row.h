/*
 * The record of a report's row: what names the row, and the member of the
 * tool that read it (msgsec-record(5)).
 */
#ifndef REPORT_ROW_H
#define REPORT_ROW_H

#include "run/run.h"

/* Empty texts are null in the record. */
struct row_head {
	struct span org, id, domain;
	bool dated;
	int64_t begin, end;
	uint64_t n;
};

/*
 * Append the line, the member (the text of an object) made to fit it. head0
 * is NULL for what has no row: the report is not known then.
 */
void row_write(const struct row_head *head0, const char *tool,
    struct span member, struct buf *out);

/*
 * Append what stands for a file, or a report in it, that gives no row: its
 * record with the findings, or for people what they say.
 */
void row_none(const struct run *run, const char *tool, const char *schema,
    const char *file, const struct findings *fs, struct buf *out);

#endif
