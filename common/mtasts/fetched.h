/* Getting the policy of one domain; for inquiry.c only. */
#ifndef MTASTS_FETCHED_H
#define MTASTS_FETCHED_H

#include "mtasts/inquiry.h"

/*
 * Ask the policy host of the domain into q->host and q->fetch, say what is
 * wrong, and read the policy. False when there is none to be used:
 * q->problem and *unknown (it may be there all the same) say why.
 */
bool fetched_policy(const struct sts_ways *ways, struct span domain,
    struct sts_inquiry *q, struct sts_policy *out, bool *unknown,
    struct findings *fs);

/* Whether the failure is the other side's, and so to be remembered. */
bool fetched_is_theirs(const struct fetch_answer *a);

#endif
