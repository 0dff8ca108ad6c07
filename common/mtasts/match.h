/* MX patterns against MX host names (RFC 8461 section 4.1). */
#ifndef MTASTS_MATCH_H
#define MTASTS_MATCH_H

#include <stdbool.h>

#include "base/span.h"

/*
 * Whether the host (A-labels, one final dot allowed) matches the pattern:
 * letters fold, and "*." stands for exactly one whole leftmost label.
 */
bool sts_match(struct span pattern, struct span host);

/*
 * Whether a wildcard lets in every host right below the domain or above it
 * (RFC 8461 section 10.4).
 */
bool sts_pattern_is_broad(struct span pattern, struct span domain);

#endif
