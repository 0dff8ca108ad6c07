/*
 * What senders remember (RFC 8461 section 5.1): the policies that were
 * fetched, in a file that many processes may use at a time. It is state: a
 * file that is damaged is reported, and never replaced.
 *
 * Readers hold a connection; writers hand over changes as octets, so that
 * the workers of a run can send them to the one process that writes.
 */
#ifndef MTASTS_MEMORY_H
#define MTASTS_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "mtasts/policy.h"
#include "mtasts/record.h"
#include "tls/tlsrpt_result.h"

enum memory_result {
	MEMORY_OK,
	MEMORY_ABSENT,		/* there is no such file: nothing is known */
	MEMORY_BROKEN,		/* damaged, or no memory at all */
	MEMORY_BUSY,		/* others kept it locked for too long */
	MEMORY_FULL,		/* no space on the disk */
	MEMORY_DENIED,		/* this user may not */
	MEMORY_FAILED,		/* any other trouble */
};

/* For people: "the file is damaged". */
const char *memory_why(enum memory_result r);

struct memory;

/*
 * Open for reading. MEMORY_ABSENT is no fault: *out is NULL then, as in all
 * failures. Not to be carried over a fork. Free with memory_free.
 */
enum memory_result memory_open(const char *path, struct memory **out);
/* NULL is fine. */
void memory_free(struct memory *m);

/* What is known of one domain; ends with memory_entry_free. */
struct memory_entry {
	char domain[DNS_NAME_MAX + 1];
	bool known;		/* the next five hold */
	char id[STS_ID_MAX + 1];
	struct buf body;	/* a policy that sts_policy_parse takes */
	int64_t fetched, expires;
	int64_t longest;	/* when the last of all policies expires that
				   were ever remembered, replaced ones too */
	bool failed;		/* the next three hold */
	char failed_id[STS_ID_MAX + 1];
	int64_t failed_at;
	/* why there is no policy to be used; none: it was not found out */
	enum tlsrpt_result failed_why;
};

/* Look a domain up. *out is written on MEMORY_OK. */
enum memory_result memory_get(struct memory *m, struct span domain,
    struct memory_entry *out);
void memory_entry_free(struct memory_entry *e);

/* Hand every domain that has a policy to fn, by name; false stops. */
enum memory_result memory_each(struct memory *m,
    bool (*fn)(void *arg, const struct memory_entry *e), void *arg);

enum memory_kind {
	MEMORY_FETCHED,		/* remember id and body, forget a failure */
	MEMORY_NOT_FETCHED,	/* remember when fetching this id failed, and
				   why */
	MEMORY_FORGET,		/* everything about the domain */
	MEMORY_FORGET_EXPIRED,	/* all that has expired at "at" */
};

struct memory_change {
	enum memory_kind kind;
	struct span domain, id, body;
	enum tlsrpt_result why;	/* MEMORY_NOT_FETCHED, as failed_why */
	int64_t at;		/* seconds since 1970 */
	uint32_t max_age;	/* MEMORY_FETCHED, seconds */
};

/* Append a change as octets; several may stand one behind the other. */
void memory_change_add(struct buf *out, const struct memory_change *c);

/*
 * Apply them all or none, in one transaction; the file is made when it is
 * not there. A fetch that is older than what the file has changes nothing,
 * so changes may arrive in any order; what is more than a day ahead of it was
 * learned by a wrong clock, and gives way.
 */
enum memory_result memory_apply(const char *path, struct span changes);

#endif
