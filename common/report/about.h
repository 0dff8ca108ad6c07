/* What a report that is being counted is about: a domain, and a day (UTC). */
#ifndef REPORT_ABOUT_H
#define REPORT_ABOUT_H

#include <stdint.h>

#include "base/span.h"

struct report_about {
	char *domain, *rua;	/* owned */
	int64_t day;		/* since 1970, its seconds lie between */
};

/* Copies of both; a time before 1970 has its day, too. */
struct report_about report_about(struct span domain, struct span rua,
    int64_t at);
void report_about_free(struct report_about *a);

/*
 * What a later message or session says of where the report goes: the last
 * that says something counts, for its record is the newest.
 */
void report_about_rua(struct report_about *a, struct span rua);

int64_t report_day(int64_t at);
/* The first and the last second. */
int64_t report_begin(const struct report_about *a);
int64_t report_end(const struct report_about *a);

/* As strcmp: by domain, then by day. */
int report_order(const struct report_about *a, const struct report_about *b);

#endif
