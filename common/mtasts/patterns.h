/*
 * A policy's mx patterns and a domain's MX hosts, held against each other:
 * what is published (hosts.c) and what is planned (lint).
 */
#ifndef MTASTS_PATTERNS_H
#define MTASTS_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/finding.h"
#include "base/span.h"
#include "mtasts/policy.h"

/*
 * Whether a pattern lets the host in, and which one; if none does, that is
 * added. The policy's mode is not none.
 */
bool patterns_find(const struct sts_policy *p, const char *host,
    struct span *pattern, struct findings *fs);

/*
 * Add the patterns that let in none of the hosts (where there are any), and
 * those that let in too many for "domain" (empty: it is not known).
 */
void patterns_judge(const struct sts_policy *p, const char *const *hosts,
    size_t n, struct span domain, struct findings *fs);

#endif
