/* One domain judged: a verdict that both renderings read. */
#ifndef AUDIT_H
#define AUDIT_H

#include "mtasts-check.h"
#include "mtasts/hosts.h"
#include "mtasts/tlsrpt.h"

struct audit {
	struct span domain;	/* A-labels; lent */
	bool judged;		/* the next three hold */
	struct sts_hosts hosts;
	struct sts_inquiry inquiry;
	struct tlsrpt_discovered tlsrpt;
	struct findings findings;
};

/*
 * Judge a domain, fetching until "deadline" (env_monotonic_ms) at most.
 * *out has what was found already, such as nothing; end with audit_free.
 */
void audit_judge(const struct job *j, const struct worker *w,
    struct span domain, int64_t deadline, struct audit *out);
void audit_free(struct audit *a);

/* "pass", "warn", "unknown", "fail", or "none". */
const char *audit_verdict(const struct audit *a);

/* Append the record's member, or the text for people. */
void audit_json(const struct run *r, const struct audit *a,
    struct buf *out);
void audit_text(const struct run *r, const struct audit *a,
    struct buf *out);

#endif
