/* The "_mta-sts" TXT record (RFC 8461 section 3.1). */
#ifndef MTASTS_RECORD_H
#define MTASTS_RECORD_H

#include <stdbool.h>

#include "base/finding.h"
#include "base/span.h"
#include "mtasts/field.h"

enum { STS_ID_MAX = 32 };

struct sts_record {
	struct span id;		/* 1 to 32 letters and digits; lent */
};

/* Whether it is an id: 1 to STS_ID_MAX letters and digits. */
bool sts_is_id(struct span s);

/*
 * Read one record by its ABNF. False when it is malformed or has no id:
 * "where" and the reason go to *fs as mtasts.invalid.
 */
bool sts_record_parse(struct span txt, const char *where,
    struct sts_record *out, struct findings *fs);

/* Whether it begins with "v=STSv1;" to the letter: some senders want that. */
bool sts_record_is_literal(struct span txt);

/* What discovery came to. */
enum sts_discovery {
	STS_FOUND,
	STS_ABSENT,		/* there is none */
	STS_BAD,		/* malformed, or several: as if absent */
	STS_DNS_FAILED,		/* nobody knows */
};

struct sts_discovered {
	enum sts_discovery how;
	struct txt_search txt;
	struct sts_record record;	/* STS_FOUND; lent by txt */
};

/*
 * Discover the record of a domain (A-labels), and add what there is to say,
 * a record at the wrong place included. End with sts_discovered_free.
 */
void sts_discover(struct dns *dns, struct span domain,
    struct sts_discovered *out, struct findings *fs);
void sts_discovered_free(struct sts_discovered *d);

#endif
