/*
 * The mail of a failure report: RFC 5965's three parts, the fields of RFC
 * 6591 and RFC 9991.
 */
#ifndef FAIL_MAIL_H
#define FAIL_MAIL_H

#include "fail.h"
#include "report/redact.h"
#include "sys/env.h"
#include "sys/jget.h"

struct fail_mail {
	const struct fail_opts *o;
	const struct env *env;
	const struct redact *redact;
};

/* Who reports. */
struct span fail_submitter(const struct fail_opts *o);

/*
 * Append it: about the message of a record (its dmarc-verify member), whose
 * redacted header is given. "seed" makes it like no other.
 */
void fail_mail_write(const struct fail_mail *f, const json_t *member,
    struct span to, struct span header, uint64_t seed, struct buf *out);

#endif
