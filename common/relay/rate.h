/*
 * How often somebody may do something: a token bucket a key, in a table of
 * fixed size. Who is forgotten because others crowd in begins with a full
 * bucket: the table forgets him first whose bucket is fullest, so that
 * nobody is held back for what others do.
 */
#ifndef RELAY_RATE_H
#define RELAY_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct rate;

/*
 * "burst" at once, and as many again every "period" seconds. A burst of 0
 * lets everything pass. The seed comes from env's random.
 */
struct rate *rate_new(uint64_t seed, uint32_t burst, uint32_t period);

/*
 * Take one at the time (milliseconds of a clock that only goes forward);
 * false when there is none.
 */
bool rate_take(struct rate *r, struct span key, int64_t ms);

/* Seconds after which one is there again, for who has none; at least 1. */
uint32_t rate_wait(const struct rate *r);

/* NULL is fine. */
void rate_free(struct rate *r);

#endif
