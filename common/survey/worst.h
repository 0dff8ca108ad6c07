/*
 * The worst domains of a list, in detail: a heap of as many as are wanted.
 * More failures are worse, then more warnings; what is unknown counts last,
 * since it may be good.
 */
#ifndef SURVEY_WORST_H
#define SURVEY_WORST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cur.h"
#include "survey/row.h"

/* A row kept when its record is gone. */
struct detail {
	uint64_t n;			/* its place in the input, from 1 */
	char *subject;
	enum survey_verdict verdict;
	bool truncated;
	struct survey_cell cells[CHECKS];
	unsigned found[SEV_FAIL + 1];
	unsigned left_out;		/* findings that were too many */
	struct buf findings;		/* packed, the worst first, the same
					   one once */
};

/* Keep it, as place n; free with detail_free. */
struct detail *detail_new(const struct survey_row *row, uint64_t n);
void detail_free(struct detail *d);

/*
 * The next of its findings: struct cur c = cur_of(buf_get0(&d->findings)).
 * False: no more.
 */
bool detail_next(struct cur *c, struct survey_finding *out);

struct worst {
	struct detail **v;
	size_t n, max;
};

/* Room for max; free with worst_free. */
void worst_init(struct worst *w, size_t max);
void worst_free(struct worst *w);

void worst_add(struct worst *w, const struct survey_row *row, uint64_t n);

/* The worst first; nothing can be added then. */
void worst_sort(struct worst *w);

#endif
