/* The MTA-STS policy in a record's "mtasts-check" member. */
#ifndef MSTLS_PROBE_POLICY_H
#define MSTLS_PROBE_POLICY_H

#include <stdbool.h>

#include "base/span.h"
#include "mtasts/sender.h"
#include "run/subject.h"

struct policy {
	struct sender_policy sender;	/* unknown where nobody has looked */
	struct { char **v; size_t n, cap; } patterns;
};

/* Read it. Free with policy_free. */
void policy_take(const struct subject *s, struct policy *out);
void policy_free(struct policy *p);

bool policy_matches(const struct policy *p, struct span host);

#endif
