/*
 * The programs that reprobe runs: this one's "read" for the reports, and
 * mtasts-check and mstls-probe for the domains in them. They are started
 * before power is given up, and give up their own.
 */
#ifndef LOOK_H
#define LOOK_H

#include "sys/child.h"
#include "tlsrpt-report.h"

/* Unnamed files, in the order in which they are filled. */
enum look_file {
	LOOK_ROWS,		/* of the reports */
	LOOK_DOMAINS,
	LOOK_POLICIES,		/* records by mtasts-check ... */
	LOOK_PROBES,		/* ... and by mstls-probe, too */
	LOOK_FILES
};

struct look {
	int fd[LOOK_FILES];
	struct child sts, probe;	/* waiting */
};

/* 0, or the exit status after saying why; look_close in any case. */
int look_open(struct look *l, const struct reprobe_opts *o);

/* Fill LOOK_ROWS from the files that are named; the status of "read". */
int look_read(struct look *l, const struct reprobe_opts *o,
    const struct opt_list *operands);

/*
 * LOOK_DOMAINS is there: fill the other two. The worst status of what could
 * not run as it should, else 0; what is missing was not looked at.
 */
int look_run(struct look *l);

void look_close(struct look *l);

#endif
