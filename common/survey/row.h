/*
 * One record of a domain, as a row of the grid: what mstls-probe,
 * mtasts-check and "dmarc-verify domain" found out about it. Records are
 * hostile: what is of another type is as if it were not there, and nothing
 * but the subject and the findings' texts comes through as it was written.
 */
#ifndef SURVEY_ROW_H
#define SURVEY_ROW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/finding.h"
#include "base/span.h"
#include "survey/check.h"

enum survey_verdict {
	VERDICT_NONE, VERDICT_PASS, VERDICT_WARN, VERDICT_UNKNOWN,
	VERDICT_FAIL,
	VERDICTS,
};

extern const char *const survey_verdicts[VERDICTS];

/* The tools whose members are read. */
enum survey_tool { TOOL_PROBE, TOOL_MTASTS, TOOL_DMARC, SURVEY_TOOLS };

struct survey_cell {
	unsigned char answer;	/* of the check's */
	unsigned char standing;	/* enum survey_standing: the answer's own, or
				   worse by what was found */
};

struct survey_row {
	json_t *record;
	json_t *members[SURVEY_TOOLS];	/* lent; NULL: that tool did not
					   look */
	struct span subject;	/* domain, or endpoint; lent */
	enum survey_verdict verdict;	/* the worst of the members' */
	struct survey_cell cells[CHECKS];
	unsigned found[SEV_FAIL + 1];	/* findings that are not ignored */
	bool timed;
	int64_t first, last;	/* when the tools looked */
	bool truncated;		/* one of the members says so */
};

/*
 * Read a line. False, with the reason (static), when it is no record of a
 * domain or endpoint by one of the tools. Free with survey_row_free.
 */
bool survey_row_read(struct span text, struct survey_row *out,
    const char **why);
void survey_row_free(struct survey_row *row);

/* A finding as its record has it; all lent. */
struct survey_finding {
	struct span tool, code, clause, where, text, fix;
	enum severity severity;
	bool ignored;
};

/* Where a walk over all findings is: struct survey_walk w = { 0 }; */
struct survey_walk {
	size_t tool, at;
};

/* The next one, those that are malformed passed over. False: no more. */
bool survey_next_finding(const struct survey_row *row, struct survey_walk *w,
    struct survey_finding *out);

/* The label and the id of a cell's answer. */
const struct survey_answer *survey_answer_of(const struct survey_row *row,
    enum survey_check check);

#endif
