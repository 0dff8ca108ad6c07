/*
 * What coord*.c share. A job is one of three kinds; jobs and what comes back
 * are octets, packed and unpacked by coord_job.c alone.
 */
#ifndef RUN_COORD_INT_H
#define RUN_COORD_INT_H

#include "base/cur.h"
#include "run/coord.h"
#include "run/order.h"
#include "run/progress.h"
#include "run/resume.h"
#include "run/source.h"
#include "run/visits.h"
#include "sys/pool.h"

enum {
	RESULT_MAX = 16 << 20,
	OUT_BATCH = 65536,
	OUT_MAX = OUT_BATCH + RESULT_MAX,
	JOB_MAX = RESULT_MAX,
};

enum job_kind { JOB_WORK, JOB_PLAN, JOB_VISIT, JOB_FINISH, JOB_KINDS };

/* A subject whose visits are under way. */
struct waiting {
	uint64_t n;		/* its number */
	struct subject subject;
	struct buf text, keep;	/* text: what subject.text lends */
	struct buf places;	/* the plan's, and how far they are wanted: */
	struct cur next_place;
	struct { size_t *v; size_t n, cap; } visits;
	size_t left;		/* visits wanted that have not ended */
	struct waiting *next;	/* of those that are ready */
};

struct state {
	const struct coord *c;
	const struct coord_ops *ops;
	void *arg;
	struct source source;
	struct resume resume, skip;
	struct order *order;	/* NULL: as they come */
	struct progress progress;
	struct buf out;
	int out_fd;
	uint64_t given, ended;	/* subjects handed out, and answered */
	struct subject piece;	/* of a long line, not yet copied */
	enum source_kind held;	/* which piece; SOURCE_END: none */
	struct visits *visits;	/* NULL: the tool makes none */
	struct waiting *ready, **ready_end;	/* to be finished */
	bool stopped;		/* by "visited" */
	bool skips, torn;
	int status;
};

/* --- coord_earlier.c */

/*
 * Append the verdicts that the record has of other tools, and what of. A
 * record shows them, and the last tool's text alone would pass for all.
 */
void text_earlier(const struct subject *s, const char *tool, struct buf *out);

/* --- coord_job.c */

/* Append the job; the id tells jobs apart that are under way at one time. */
uint64_t job_subject(struct buf *job, enum job_kind kind, uint64_t n,
    const struct subject *s);
uint64_t job_visit(struct buf *job, size_t number, struct span place);
/* The same for a subject whose visits have all ended, with what was found. */
uint64_t job_finish(struct buf *job, const struct waiting *w,
    const struct visits *v);

struct job_view {
	enum job_kind kind;
	uint64_t n;		/* the subject's or the place's number */
	struct subject subject;	/* text lent; of JOB_VISIT: the place */
};

struct job_view job_read(struct span job);

/* pool_ops: in a worker. */
void *job_start(void *arg, unsigned slot);
int job_work(void *arg, void *state, struct span job, struct buf *out);

/* Of a result: a reply's parts, lent. */
void job_reply(struct span result, struct span *note, struct span *line);
/* Of a plan's result: what is to be kept, and the visits. */
void job_plan(struct span result, struct span *keep, struct span *visits);
/* One of these after the other; false behind the last one. */
bool job_plan_visit(struct cur *c, struct span *host, struct span *place);

/* --- coord_out.c */

void out_base(const struct state *s, const struct subject *subject,
    struct buf *out);

/* Write what is held; false when that failed, now or before. */
bool out_flush(struct state *s);

/* Take the answer to subject n in, in its turn; false: writing failed. */
bool out_answer(struct state *s, uint64_t n, struct span text, int status);

/* The answer for a subject whose worker was lost. */
bool out_lost(struct state *s, uint64_t n, const struct subject *subject,
    const struct pool_done *d);

#endif
