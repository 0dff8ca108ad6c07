/*
 * Messages counted for aggregate reports (RFC 9990): one report a policy
 * domain, policy and day (UTC), in it one record for all messages that are
 * alike. Memory grows with what differs, not with the messages.
 */
#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H

#include <stdint.h>

#include "base/buf.h"
#include "report/counted.h"

enum { TALLY_RESULTS_MAX = 100 };

/* What a domain publishes; empty spans are absent. */
struct tally_policy {
	struct span domain, p, sp, np, adkim, aspf, fo, rua;
	bool testing;
};

struct tally_dkim {
	struct span domain, selector, result;
};

/* One message. */
struct tally_mail {
	int64_t at;
	struct tally_policy policy;
	struct span ip, disposition;
	bool dkim, spf;			/* aligned and passed */
	struct span reason;		/* of RFC 9990, or empty */
	struct span header_from, envelope_from;
	struct tally_dkim signatures[TALLY_RESULTS_MAX];
	size_t n;
	struct span spf_domain, spf_result;
};

struct tally;

struct tally *tally_new(uint64_t seed);
void tally_add(struct tally *t, const struct tally_mail *m);
void tally_free(struct tally *t);

/* A report, lent. */
struct tally_report {
	struct span domain;
	struct span rua;		/* as tally_policy had it */
	int64_t begin, end;
	uint64_t messages;
	struct span policy;		/* XML: policy_published */
	const struct counted *records;
};

/* All reports, by domain and then by day. */
void tally_each(const struct tally *t,
    void (*fn)(void *arg, const struct tally_report *r), void *arg);

/* Who reports; the id is the report's own. */
struct tally_author {
	struct span org, email, contact, id;
};

/* Append the report as XML. */
void tally_xml(const struct tally_report *r, const struct tally_author *a,
    struct buf *out);

#endif
