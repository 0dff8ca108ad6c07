/*
 * TLS reports read (RFC 8460 section 4): one JSON object, whose policies have
 * a summary and failures each. What senders really write differs from the
 * RFC in many small ways: what can be understood is taken, each difference
 * is a finding. Unknown members and result types are kept out of the way.
 */
#ifndef REPORT_TLSRPT_H
#define REPORT_TLSRPT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/finding.h"
#include "base/vec.h"
#include "tls/tlsrpt_result.h"

/*
 * The result type that a report names, case folded; TLSRPT_NONE for a word
 * of the reporter's own: the set may grow.
 */
enum tlsrpt_result tls_result_of(struct span name);
/* What it means, a sentence for people; RFC 8460's section in *clause. */
const char *tls_result_means(enum tlsrpt_result r, const char **clause);

/* Text that may be absent: given is false then. */
struct tls_text {
	bool given;
	struct buf text;
};

struct tls_texts {
	struct buf *v;
	size_t n, cap;
};

struct tls_head {
	struct tls_text org, contact, id;
	bool dated;			/* both are there */
	int64_t begin, end;
};

struct tls_policy {
	struct tls_text type, domain;
	struct tls_texts string, mx_host;
	uint64_t successful, failed;
};

struct tls_failure {
	struct tls_text type, sending_ip, mx, helo, receiving_ip, more,
	    reason;
	enum tlsrpt_result result;
	uint64_t sessions;
};

/* One row: a policy's summary, or with "failure" one of its failures. */
struct tls_row {
	uint64_t n;			/* from 1 in its report */
	const struct tls_head *head;
	const struct tls_policy *policy;
	const struct tls_failure *failure;	/* or NULL */
	struct findings *fs;		/* the row's own */
};

/*
 * Read the report and hand on its rows; what differs in its head stands with
 * the first one. False when it is no report: *why (static) and *at (offset)
 * say where, and rows that were handed on do not count.
 */
bool tlsrpt_read(struct span json,
    void (*row)(void *arg, const struct tls_row *row), void *arg,
    const char **why, size_t *at);

#endif
