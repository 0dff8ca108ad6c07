/*
 * Texts and how often each was seen, in the order of their first time until
 * they are sorted. The count will stand inside the text, at "split".
 */
#ifndef REPORT_COUNTED_H
#define REPORT_COUNTED_H

#include <stdint.h>

#include "base/map.h"
#include "base/span.h"

struct counted_text {
	char *text;		/* owned */
	size_t n, split;
	uint64_t count;
};

struct counted {
	struct {
		struct counted_text **v;
		size_t n, cap;
	} all;
	struct map *by_text;
};

void counted_init(struct counted *c, uint64_t seed);
/* "times" more of this text; two that differ in "split" are not alike. */
void counted_add(struct counted *c, struct span text, size_t split,
    uint64_t times);
/* From now on they stand in the order of their octets. */
void counted_sort(struct counted *c);
void counted_free(struct counted *c);

/* What stands before and behind the count. */
struct span counted_head(const struct counted_text *t);
struct span counted_tail(const struct counted_text *t);

#endif
