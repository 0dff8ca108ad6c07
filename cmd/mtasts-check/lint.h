/* A policy judged before it is published (lint.c, lint_render.c). */
#ifndef LINT_H
#define LINT_H

#include "mtasts-check.h"

struct lint_args {
	struct run_opts run;
	const char *policy, *txt, *previous, *previous_txt, *domain;
	struct opt_list mx;	/* --mx, and the operands after it */
};

enum { LINT_STEPS = 6 };

struct lint {
	const struct lint_args *args;
	struct buf body, previous_body;
	bool too_big, usable, has_previous;
	struct sts_policy policy, previous;
	bool has_id;
	struct sts_record record;
	uint32_t defers;	/* seconds for which old memories may defer */
	const char *steps[LINT_STEPS];	/* in this order; static */
	size_t n;
	struct findings findings;
};

/* Append the record, or the text for people. */
void lint_json(const struct run *r, const struct lint *l, struct buf *out);
void lint_text(const struct lint *l, struct buf *out);

#endif
