/*
 * Messages counted for aggregate reports (RFC 9990): one report a policy
 * domain, policy and day (UTC), in it one record for all messages that are
 * alike. Memory grows with what differs, not with the messages.
 */
#ifndef REPORT_MAIL_TALLY_H
#define REPORT_MAIL_TALLY_H

#include <stdint.h>

#include "base/buf.h"
#include "report/counted.h"

enum { MAIL_TALLY_RESULTS_MAX = 100 };

/* What a domain publishes; empty spans are absent. */
struct mail_tally_policy {
	struct span domain, p, sp, np, adkim, aspf, fo, rua;
	bool testing;
};

struct mail_tally_dkim {
	struct span domain, selector, result;
};

/* One message. */
struct mail_tally_one {
	int64_t at;
	struct mail_tally_policy policy;
	struct span ip, disposition;
	bool dkim, spf;			/* aligned and passed */
	struct span reason;		/* of RFC 9990, or empty */
	struct span header_from, envelope_from;
	struct mail_tally_dkim signatures[MAIL_TALLY_RESULTS_MAX];
	size_t n;
	struct span spf_domain, spf_result;
};

struct mail_tally;

struct mail_tally *mail_tally_new(uint64_t seed);
void mail_tally_add(struct mail_tally *t, const struct mail_tally_one *m);
void mail_tally_free(struct mail_tally *t);

/* A report, lent. */
struct mail_tally_report {
	struct span domain;
	struct span rua;		/* the last that a policy had */
	int64_t begin, end;
	uint64_t messages;
	struct span policy;		/* XML: policy_published */
	const struct counted *records;
};

/*
 * All reports, by domain and then by day; their records do not stand in the
 * order in which messages came, so that the same messages make the same.
 */
void mail_tally_each(const struct mail_tally *t,
    void (*fn)(void *arg, const struct mail_tally_report *r), void *arg);

/* Who reports; the id is the report's own. */
struct mail_tally_author {
	struct span org, email, contact, id;
};

/* Append the report as XML. */
void mail_tally_xml(const struct mail_tally_report *r,
    const struct mail_tally_author *a, struct buf *out);

#endif
