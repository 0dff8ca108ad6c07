/*
 * What a whole list of domains comes to: how many gave each answer, how many
 * have each finding, what was assumed. Memory is bounded whatever comes.
 */
#ifndef SURVEY_FIGURES_H
#define SURVEY_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "survey/row.h"

enum {
	FIGURES_CODES_MAX = 500,	/* different codes; the table in
					   base/finding.h has fewer */
	FIGURES_ASSUMED_MAX = 16,
};

/* A code, in domains that have it. */
struct figures_code {
	char *code, *clause, *text, *fix;
	enum severity severity;		/* the worst met with */
	uint64_t domains;		/* with it, and not ignored there */
	uint64_t seen;			/* for figures.c: the last domain */
};

struct figures {
	uint64_t domains;
	uint64_t verdicts[VERDICTS];
	uint64_t answers[CHECKS][ANSWERS_MAX];
	uint64_t standings[CHECKS][STANDINGS];
	bool timed;
	int64_t first, last;
	struct map *by_code;
	struct figures_code *codes[FIGURES_CODES_MAX];
	size_t n;
	uint64_t codes_passed_over;	/* findings of even more codes */
	char *assumed[FIGURES_ASSUMED_MAX];	/* "resolver 192.0.2.1" */
	size_t n_assumed;
	bool more_assumed;
};

/* Free with figures_free. */
struct figures *figures_new(uint64_t seed);
void figures_free(struct figures *f);

void figures_add(struct figures *f, const struct survey_row *row);

/* Codes by severity, then by domains, then by name. */
void figures_sort(struct figures *f);

/* Of how many domains a check has an answer: that is 100 %. */
uint64_t figures_answered(const struct figures *f, enum survey_check check);

/* Tenths of a percent, rounded; 0 of 0 is 0. */
unsigned figures_share(uint64_t part, uint64_t of);

#endif
