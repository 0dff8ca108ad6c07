/* Patterns against hosts; see patterns.h. */
#include "mtasts/patterns.h"

#include <stdlib.h>

#include "mtasts/match.h"

bool
patterns_find(const struct sts_policy *p, const char *host,
    struct span *pattern, struct findings *fs)
{
	if (sts_policy_matches(p, span_str(host), pattern))
		return true;
	finding_add(fs, p->mode == SENDER_POLICY_ENFORCE ?
	    F_POLICY_MX_UNMATCHED : F_POLICY_MX_UNMATCHED_TESTING, host,
	    NULL);
	return false;
}

static bool
is_dead(struct span pattern, const char *const *hosts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sts_match(pattern, span_str(hosts[i])))
			return false;
	return n > 0;
}

void
patterns_judge(const struct sts_policy *p, const char *const *hosts, size_t n,
    struct span domain, struct findings *fs)
{
	for (size_t i = 0; i < p->mx.n; i++) {
		char *pattern = span_dup(p->mx.v[i]);

		if (domain.n > 0 && sts_pattern_is_broad(p->mx.v[i], domain))
			finding_add(fs, F_POLICY_MX_BROAD, pattern, NULL);
		if (is_dead(p->mx.v[i], hosts, n))
			finding_add(fs, F_POLICY_MX_DEAD, pattern, NULL);
		free(pattern);
	}
}
