/*
 * A failure that a TLS report tells of, held against what mtasts-check and
 * mstls-probe see at the domain now: is it still so?
 */
#ifndef REPORT_RETEST_H
#define REPORT_RETEST_H

#include <jansson.h>

#include "base/buf.h"

enum retest {
	RETEST_REPRODUCED,	/* it is so now */
	RETEST_FIXED,		/* it is not, and what failed was changed */
	RETEST_NOT_REPRODUCED,	/* it is not, at all that could be meant */
	RETEST_UNKNOWN,		/* could not be looked at */
};

/* "reproduced", "fixed", "not-reproduced", "unknown". */
const char *retest_name(enum retest r);

/*
 * "row" is the record of a failure (tlsrpt-report read), "now0" that of its
 * domain with the members of both tools, or NULL. Only what that says of MX
 * addresses of the domain counts: whatever host and address the report
 * names, nothing is looked at for its sake. Appends to *seen what was seen
 * (plain text, as the tools wrote it).
 */
enum retest retest_judge(const json_t *row, const json_t *now0,
    struct buf *seen);

#endif
