/*
 * The coordinator: reads the subjects, has workers judge them, and is the
 * only one that writes. It owns order, resuming, progress and the status.
 */
#ifndef RUN_COORD_H
#define RUN_COORD_H

#include <stdbool.h>
#include <stddef.h>

#include "run/run.h"
#include "run/subject.h"

/* Where the subjects come from, and what the records are called. */
struct coord {
	struct run *run;
	const char *tool;	/* the member's name */
	const char *schema;	/* "dmarc-verify-domain/1" */
	const char *key;	/* the subject's member: "domain", "message" */
	/*
	 * Operands are subjects; none of them, or a single "-", means the
	 * lines of stdin, unless there is --files-from. A tool whose stdin is
	 * no list says so.
	 */
	const char *const *operands;
	size_t n;
	bool stdin_is_no_list;
	/*
	 * Do it in this process, with a run opened without "bulk": for one
	 * subject, where a fork would show.
	 */
	bool in_process;
};

struct coord_ops {
	/*
	 * In a worker: once (after run_worker), its value is the state of
	 * work; may be NULL. Then for each subject: append what is to be
	 * written (subject_answer, or text), return its status.
	 */
	void *(*start)(void *arg);
	int (*work)(void *arg, void *state, const struct subject *s,
	    struct buf *out);
	/*
	 * In the parent, instead of operands: append the next bare subject;
	 * false when there is none. NULL: operands are the subjects.
	 */
	bool (*next)(void *arg, struct buf *text);
	/*
	 * In the parent: append the record that a bare subject stands for
	 * (one octet string of "next" may stand for file and ordinal). NULL:
	 * subject_base.
	 */
	void (*base)(void *arg, const struct subject *s, struct buf *out);
};

/*
 * Do them all; returns the worst status. A worker that crashes or passes
 * --timeout costs its subject: that one gets a record with verdict unknown
 * and finding run.crashed or run.timeout. After SIGINT or SIGTERM whole lines
 * are written and the signal ends the process.
 */
int coord_run(const struct coord *c, const struct coord_ops *ops, void *arg);

#endif
