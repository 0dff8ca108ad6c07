/*
 * Failure reports read: the message/feedback-report part (RFC 5965) of one
 * about authentication (RFC 6591, RFC 9991). It is a list of fields; those
 * that are not known are passed over.
 */
#ifndef REPORT_AFRF_H
#define REPORT_AFRF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/finding.h"

/* Fields that stand there once; of several the first counts. */
enum afrf_field {
	AFRF_TYPE, AFRF_VERSION, AFRF_USER_AGENT,
	/* RFC 5965 section 3.2 */
	AFRF_MAIL_FROM, AFRF_ENVELOPE_ID, AFRF_ARRIVED, AFRF_REPORTING_MTA,
	AFRF_SOURCE_IP, AFRF_INCIDENTS, AFRF_DOMAIN,
	/* RFC 6591 section 3.2 */
	AFRF_FAILURE, AFRF_DELIVERY, AFRF_DKIM_DOMAIN, AFRF_DKIM_IDENTITY,
	AFRF_DKIM_SELECTOR, AFRF_SPF_DNS,
	/* RFC 9991 section 4 */
	AFRF_ALIGNMENT,
	AFRF_FIELDS,
};

/* ... and as often as they like. */
enum afrf_list { AFRF_RESULTS, AFRF_RCPT_TO, AFRF_URIS, AFRF_LISTS };

struct afrf {
	struct buf v[AFRF_FIELDS];	/* unfolded; empty: absent */
	struct {
		struct buf *v;
		size_t n, cap;
	} lists[AFRF_LISTS];
	bool dated;
	int64_t arrived;
	uint64_t incidents;		/* 1 where it does not say */
	struct findings fs;
};

/*
 * Read the part's body. False when it is no such report, with nothing to
 * free: *why (static) and *at (offset) say where.
 */
bool afrf_read(struct span text, struct afrf *out, const char **why,
    uint64_t *at);
void afrf_free(struct afrf *a);

/*
 * The same in words, from Exim, whose reports have no such part: whether a
 * text is one, and what it says, as those fields.
 */
bool afrf_is_plain(struct span text);
bool afrf_read_plain(struct span text, struct afrf *out, const char **why,
    uint64_t *at);

/* Neither SPF nor DKIM passed for the author's domain, it says. */
bool afrf_failed(const struct afrf *a);

/* The text of Identity-Alignment (RFC 9991 section 4): what did not. */
const char *afrf_unaligned(bool dkim_aligned, bool spf_aligned);

#endif
