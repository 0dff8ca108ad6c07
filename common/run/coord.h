/*
 * The coordinator: reads the subjects, has workers judge them, and is the
 * only one that writes. It owns order, resuming, progress and the status.
 */
#ifndef RUN_COORD_H
#define RUN_COORD_H

#include <stdbool.h>
#include <stddef.h>

#include "run/plan.h"
#include "run/run.h"
#include "run/subject.h"

/* Where the subjects come from, and what the records are called. */
struct coord {
	struct run *run;
	const char *tool;	/* the member's name */
	const char *schema;	/* "dmarc-verify-domain/1" */
	const char *key;	/* the subject's member: "domain"; "base" is
				   needed where it has several: "ip helo" */
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
	 * subject, where a fork would show. Not with visits.
	 */
	bool in_process;
	/*
	 * With visits: microseconds between two of them to one host, and an
	 * unnamed file for what they find, opened before the sandbox closed.
	 */
	int64_t gap;
	int scratch;
};

/* What a worker has to say of a subject. */
struct reply {
	struct buf line;	/* to be written: subject_answer, or text */
	struct buf note;	/* octets for "note" */
};

struct coord_ops {
	/*
	 * In a worker: once (after run_worker), its value is the state of
	 * the others; may be NULL.
	 */
	void *(*start)(void *arg);
	/* In a worker, for each subject: judge it, return its status. */
	int (*work)(void *arg, void *state, const struct subject *s,
	    struct reply *r);
	/*
	 * In workers, instead of "work", for tools that visit hosts (plan.h):
	 * "plan" once a subject, "visit" once a place, appending what was
	 * found, "finish" when all the subject's visits have ended.
	 */
	void (*plan)(void *arg, void *state, const struct subject *s,
	    struct plan *p);
	void (*visit)(void *arg, void *state, struct span place,
	    struct buf *found);
	int (*finish)(void *arg, void *state, const struct subject *s,
	    const struct planned *p, struct reply *r);
	/*
	 * In the parent, after each visit; may be NULL. False stops the run:
	 * no further visit is made and no further subject is begun.
	 */
	bool (*visited)(void *arg, const struct visited *v);
	/* In the parent: take a reply's note, if it has one; may be NULL. */
	void (*note)(void *arg, struct span note);
	/* In the parent: nothing to do just now, or the end; may be NULL. */
	void (*idle)(void *arg);
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
 * --timeout costs its subject, or the place that it visited: a subject gets
 * a record with verdict unknown and finding run.crashed or run.timeout.
 * After SIGINT or SIGTERM whole lines are written and the signal ends the
 * process.
 */
int coord_run(const struct coord *c, const struct coord_ops *ops, void *arg);

#endif
