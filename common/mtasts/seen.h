/* What a probe of an address means to senders. */
#ifndef MTASTS_SEEN_H
#define MTASTS_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "mtasts/sender.h"
#include "probe/probe.h"
#include "tls/dane.h"

/* Whether the address answered at all. */
bool seen_reached(const struct probe *p);

/*
 * Set tls, obsolete and cert of *out from the probe of an address of the
 * host, and, where out->dane is SENDER_DANE_USABLE, compare what was shown
 * with the records: "names" are those that a DANE-TA chain may have.
 */
void seen_judge(const struct probe *p, struct span host,
    const struct dane_set *dane, const struct span *names, size_t n,
    int64_t now, struct sender_host *out);

#endif
