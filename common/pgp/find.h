/*
 * Searching for an address's certificates: first the Web Key Directory of its
 * domain, then OPENPGPKEY in the DNS, where only what DNSSEC vouches for is
 * taken. The first that has one ends it. What was found is not looked into:
 * who asked does that, without a network.
 */
#ifndef PGP_FIND_H
#define PGP_FIND_H

#include "pgp/found.h"
#include "sys/env.h"

/*
 * Search with the env's DNS and fetcher and append the steps, which end with
 * found_end. The domain is in A-labels; "deadline" in the milliseconds of
 * env_monotonic_ms.
 */
void find_certs(const struct env *env, struct span local,
    struct span domain, int64_t deadline, struct buf *out);

#endif
