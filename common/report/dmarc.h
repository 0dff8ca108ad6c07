/*
 * DMARC aggregate reports read: RFC 9990, and RFC 7489 appendix C before it.
 * The elements are known by their names, whatever their namespace and order
 * within a parent; others are passed over. A DOCTYPE is refused, so no entity
 * is ever expanded.
 */
#ifndef REPORT_DMARC_H
#define REPORT_DMARC_H

#include <stdint.h>

#include "base/buf.h"
#include "base/finding.h"
#include "sys/spool.h"

/* Elements that hold text, once a report, once a record, or in a list. */
enum dmarc_field {
	/* the head: report_metadata and policy_published */
	DR_VERSION, DR_ORG, DR_EMAIL, DR_CONTACT, DR_ID, DR_BEGIN, DR_END,
	DR_ERROR, DR_GENERATOR, DR_DOMAIN, DR_P, DR_SP, DR_NP, DR_ADKIM,
	DR_ASPF, DR_PCT, DR_FO, DR_TESTING, DR_DISCOVERY,
	/* a record */
	DR_SOURCE_IP, DR_COUNT, DR_DISPOSITION, DR_DKIM, DR_SPF,
	DR_HEADER_FROM, DR_ENVELOPE_FROM, DR_ENVELOPE_TO,
	DR_FIELDS,
	DR_ROW = DR_SOURCE_IP,
};

/* What stands in a record as often as it likes. */
enum dmarc_list { DR_REASONS, DR_DKIM_RESULTS, DR_SPF_RESULTS, DR_LISTS };

enum {
	DR_TYPE = 0, DR_COMMENT,		/* of a reason */
	DR_A_DOMAIN = 0, DR_A_SELECTOR, DR_A_RESULT, DR_A_HUMAN,
	DR_A_SCOPE = DR_A_SELECTOR,		/* of SPF */
	DR_ITEM_FIELDS = 4,
};

/* Text; "given" is false where the element is absent or empty. */
struct dmarc_text {
	bool given;
	struct buf text;
};

struct dmarc_item {
	struct dmarc_text v[DR_ITEM_FIELDS];
};

struct dmarc_row {
	uint64_t n;			/* from 1 in its report */
	bool dated;			/* begin and end are there */
	int64_t begin, end;
	struct dmarc_text v[DR_FIELDS];
	uint64_t count;
	struct {
		struct dmarc_item *v;
		size_t n, cap;
	} lists[DR_LISTS];
	struct findings fs;
};

/*
 * Read the report and hand on its records. False when it is no report: *why
 * (static) and *at (offset) say where, and records that were handed on do
 * not count.
 */
bool dmarc_report_read(struct spool *xml,
    void (*row)(void *arg, struct dmarc_row *row), void *arg,
    const char **why, uint64_t *at);

/* The row's mail passed DMARC: by DKIM, by SPF or by both. */
bool dmarc_row_passed(const struct dmarc_row *row);

#endif
