/*
 * Records: one JSON object a line. A tool adds one member named after itself
 * and passes every other byte through (msgsec-record(5)).
 */
#ifndef SYS_REC_H
#define SYS_REC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/finding.h"
#include "base/span.h"

/* A line's ceiling in bytes, its line end not counted. */
enum { REC_MAX = 1 << 20 };

enum rec_kind {
	REC_SUBJECT,	/* a bare subject, blanks around it stripped */
	REC_RECORD,	/* a line that begins with { */
	REC_LONG,	/* piece of a line over the ceiling, as it came */
	REC_LONG_END,	/* its last piece, with the line end if it had one */
	REC_MORE,	/* no whole line yet: call rec_fill */
	REC_END,
	REC_FAILED,	/* read error: errno in "error" */
};

struct rec_reader {
	int fd;
	unsigned char delim;	/* '\n', or 0: names taken as they are */
	bool ended, in_long;
	int error;
	uint64_t line;		/* number of the last line given, from 1 */
	size_t at;		/* what was given already */
	struct buf in;
};

/* fd stays the caller's. */
void rec_open(struct rec_reader *r, int fd, unsigned char delim);

/*
 * The next line, lent until the next call. Blank lines and those that begin
 * with # are passed over, BOM and CR stripped (not with delim 0).
 */
enum rec_kind rec_next(struct rec_reader *r, struct span *text);

/* One read(2), which blocks when the descriptor has nothing. */
void rec_fill(struct rec_reader *r);

void rec_close(struct rec_reader *r);

/*
 * Hand on each line of fd up to its end, which blocks: a record's text, or
 * empty text for a line that is none or over the ceiling, and its number.
 * False with errno set when fd could not be read to its end.
 */
bool rec_each(int fd, void (*fn)(void *arg, struct span text, uint64_t line),
    void *arg);

/*
 * Append the record with the member "name" (ASCII, no escapes needed) whose
 * value is the JSON text "member" added as text before the last }. An
 * earlier member of that name, wherever it stands and however often, is
 * left out; every other byte is as it was. An empty "member" only removes.
 * False when the record is no JSON object: *why (static) and *at say where.
 */
bool rec_splice(struct span record, struct span name, struct span member,
    struct buf *out, const char **why, size_t *at);

/*
 * Append a member's text (an object) to *out, made to fit: while it is longer
 * than max, its largest detail is cut, arrays to their first half, all else
 * left out. schema, version, time, verdict and assumed stay; findings go
 * last, the mildest first. "truncated": true and finding record.truncated
 * then say so. False when even that is too long, or the text is no object.
 */
bool rec_truncate(struct span member, size_t max, struct buf *out);

#endif
