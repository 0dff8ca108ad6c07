/*
 * What was said of each subject: the findings at warn or worse of the last
 * run, told from each other by subject, tool, code and where.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

#include "base/buf.h"
#include "base/finding.h"

/* What names a finding; lent where it is handed in. */
struct watch_key {
	struct span kind;	/* "domain", "endpoint", "message" */
	struct span subject, tool, code, where;
};

struct watched {
	char *kind, *subject, *tool, *code, *where;
	enum severity sev;	/* of the last run, but for unknown ones that
				   do not count yet; memory_compare sets it,
				   SEV_INFO: not yet */
	enum severity now;	/* of this run; the worst, if it is twice */
	unsigned runs;		/* in a row, that had it as unknown */
	bool told;		/* it was new once */
	char *text;		/* in this run: that finding, as JSON; owned */
};

enum watch_change { WATCH_NEW, WATCH_GONE };

struct memory;

struct memory *memory_new(uint64_t seed);
void memory_free(struct memory *m);

/* From the file; false, with *why (static), when it is none of ours. */
bool memory_load(struct memory *m, struct span text, const char **why);

/*
 * This run has the tool's member for the subject. "uncertain": something
 * could not be found out, so that a finding that is missing need not be gone.
 */
void memory_saw(struct memory *m, const struct watch_key *k, bool uncertain);

/* ... and a finding in it; "text" is its JSON. */
void memory_add(struct memory *m, const struct watch_key *k,
    enum severity sev, struct span text);

/*
 * The run has ended: hand on what has changed, by subject and tool. What is
 * unknown is new after it was there "patience" times in a row. What no member
 * was there for has not changed.
 */
void memory_compare(struct memory *m, unsigned patience,
    void (*fn)(void *arg, enum watch_change c, const struct watched *w),
    void *arg);

/* Append what is to be known in the next run. */
void memory_save(const struct memory *m, struct buf *out);

#endif
