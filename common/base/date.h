/*
 * Dates as 64-bit seconds since 1970 UTC, without the C library's locale and
 * time zone: RFC 3339 for records and options, RFC 5322 for Received fields.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* "2026-11-23T12:00:00Z" and its NUL. */
#define DATE_RFC3339_SIZE 32

/*
 * Write t as RFC 3339 in UTC. Years outside 0 to 9999 are shown as that
 * year's bound. Returns out.
 */
char *date_rfc3339(char out[static DATE_RFC3339_SIZE], int64_t t);

/* "Mon, 23 Nov 2026 12:00:00 +0000" and its NUL. */
#define DATE_MAIL_SIZE 40

/* The same for a Date field (RFC 5322 section 3.3). */
char *date_mail(char out[static DATE_MAIL_SIZE], int64_t t);

/* RFC 3339, or "@" and decimal seconds. False when it is neither. */
bool date_parse(struct span s, int64_t *out);

/*
 * RFC 5322 section 3.3 date-time, comments skipped, the obsolete forms
 * (two-digit years, zone names) as section 4.3 reads them.
 */
bool date_parse_mail(struct span s, int64_t *out);

#endif
