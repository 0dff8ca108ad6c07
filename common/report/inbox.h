/*
 * Reports as they come: a file as it is, packed, or mails that carry them.
 */
#ifndef REPORT_INBOX_H
#define REPORT_INBOX_H

#include "base/finding.h"
#include "mail/leaves.h"
#include "report/unpack.h"
#include "sys/spool.h"

struct inbox_ops {
	/* Whether a part of a mail may be such a report. */
	bool (*is_report)(const struct leaf *leaf);
	/*
	 * Whether what follows such a part in its mail is what it reports of,
	 * and no report; NULL: never.
	 */
	bool (*is_last)(const struct leaf *leaf);
	/*
	 * A report, unpacked, to be read by spool_each; *fs has what differs
	 * in how it was packed and sent.
	 */
	void (*report)(void *arg, struct spool *text,
	    const struct findings *fs);
	/*
	 * One that does not unpack: why (static), at which octet, and *fs as
	 * above.
	 */
	void (*refuse)(void *arg, enum unpack_result r, const char *why,
	    uint64_t at, const struct findings *fs);
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
