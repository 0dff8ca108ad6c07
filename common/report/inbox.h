/*
 * Reports as they come: a file as it is, packed, or mails that carry them.
 */
#ifndef REPORT_INBOX_H
#define REPORT_INBOX_H

#include "base/finding.h"
#include "mail/leaves.h"
#include "report/unpack.h"

/* A report's octets have ended. */
struct inbox_end {
	enum unpack_result result;
	const char *why;		/* with UNPACK_BAD and UNPACK_LIMIT */
	uint64_t at;			/* ... in the packed octets */
};

struct inbox_ops {
	/* Whether a part of a mail may be such a report. */
	bool (*is_report)(const struct leaf *leaf);
	/* Its unpacked octets, in pieces, and their end, for each report. */
	void (*add)(void *arg, struct span piece);
	/* *fs has what differs in how it was packed and sent; lent. */
	void (*end)(void *arg, const struct inbox_end *e,
	    const struct findings *fs);
};

enum inbox_result {
	INBOX_OK,
	INBOX_NONE,		/* a mail that carries none */
	INBOX_IO,		/* errno */
	INBOX_LIMIT,		/* the file itself is larger than max */
};

/*
 * Read the file "name" from fd, at most max octets, packed and unpacked
 * alike. Every report in it is handed on, whatever becomes of the others.
 */
enum inbox_result inbox_read(int fd, const char *name, size_t max,
    const struct inbox_ops *ops, void *arg);

#endif
