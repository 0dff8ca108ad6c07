/*
 * Lists in the form of STARTTLS Everywhere (its RULES.md and USAGE.md): a
 * JSON object with policies per domain, known before the first message. A
 * policy that was discovered or remembered counts before the list, and an
 * expired list counts for nothing.
 */
#ifndef MTASTS_PRELOAD_H
#define MTASTS_PRELOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "mtasts/policy.h"
#include "sys/jw.h"

enum { PRELOAD_MAX = 64 << 20 };	/* octets of a list */

struct preload;

/*
 * Read a list and check all of it. NULL with *why (owned) at the first thing
 * that breaks the form. Free with preload_free.
 */
struct preload *preload_read(struct span json, char **why);
void preload_free(struct preload *p);

bool preload_expired(const struct preload *p, int64_t now);

/* One domain's policy: mode testing or enforce, no max_age. */
struct preload_policy {
	struct sts_policy policy;
	struct buf text;	/* what the patterns lie in */
};

/*
 * The policy for exactly this domain (A-labels). False when it is not on
 * the list; *out is written on success, and ends with preload_policy_free.
 */
bool preload_find(const struct preload *p, struct span domain,
    struct preload_policy *out);
void preload_policy_free(struct preload_policy *p);

/*
 * Writing a list: begin, a call for each domain, end. Policies with mode
 * none are left out, since the form has no such mode.
 */
void preload_begin(struct jw *j, int64_t now, int64_t expires);
void preload_add(struct jw *j, struct span domain,
    const struct sts_policy *policy);
void preload_end(struct jw *j);

#endif
