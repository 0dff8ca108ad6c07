/* Domain and day; see about.h. */
#include "report/about.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 86400 };

int64_t
report_day(int64_t at)
{
	return at / DAY - (at % DAY < 0);
}

struct report_about
report_about(struct span domain, struct span rua, int64_t at)
{
	return (struct report_about){ span_dup(domain), span_dup(rua),
	    report_day(at) };
}

void
report_about_free(struct report_about *a)
{
	free(a->domain);
	free(a->rua);
}

void
report_about_rua(struct report_about *a, struct span rua)
{
	if (rua.n == 0 || span_eq(rua, span_str(a->rua)))
		return;
	free(a->rua);
	a->rua = span_dup(rua);
}

int64_t
report_begin(const struct report_about *a)
{
	return a->day * DAY;
}

int64_t
report_end(const struct report_about *a)
{
	return a->day * DAY + DAY - 1;
}

int
report_order(const struct report_about *a, const struct report_about *b)
{
	int order = strcmp(a->domain, b->domain);

	return order != 0 ? order : (a->day > b->day) - (a->day < b->day);
}
