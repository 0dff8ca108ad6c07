/* The body of an MTA-STS policy (RFC 8461 section 3.2). */
#ifndef MTASTS_POLICY_H
#define MTASTS_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/finding.h"
#include "base/span.h"
#include "mtasts/sender.h"

enum {
	STS_BODY_MAX = 65536,		/* octets; section 3.3 suggests it */
	STS_MAX_AGE_MAX = 31557600,	/* seconds; a year */
};

struct sts_patterns {
	struct span *v;
	size_t n, cap;
};

struct sts_policy {
	enum sender_policy_mode mode;	/* never unknown */
	uint32_t max_age;	/* seconds; over the maximum: the maximum */
	/* as they stand in the body; IP addresses are left out */
	struct sts_patterns mx;
};

/*
 * Read a body, which lends the patterns. Whatever there is to say goes to
 * *fs with "line N". False when no sender may use it; *out is written only
 * on success, and freed with sts_policy_free.
 */
bool sts_policy_parse(struct span body, struct sts_policy *out,
    struct findings *fs);
void sts_policy_free(struct sts_policy *p);

/* The first pattern that matches the host; false when there is none. */
bool sts_policy_matches(const struct sts_policy *p, struct span host,
    struct span *pattern);

/* "none", "testing", "enforce". */
const char *sts_mode_name(enum sender_policy_mode mode);

#endif
