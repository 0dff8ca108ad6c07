/*
 * A message's header as a failure report may show it (RFC 6590): what tells
 * of the mail's way and signatures, no names, subjects and recipients; and
 * of every address the local part as a code, the same for the same one.
 */
#ifndef REPORT_REDACT_H
#define REPORT_REDACT_H

#include "base/buf.h"

struct redact {
	bool off;		/* all fields, as they are */
	struct span key;	/* of the codes; not empty unless off */
};

/*
 * Append the fields of a header section that may be shown, their lines ended
 * with CRLF; what is no field is left out, octets that are not printable
 * ASCII become "?" (with "off" only NUL and lone CR do).
 */
void redact_header(const struct redact *r, struct span header,
    struct buf *out);

/*
 * Append text with its local parts redacted. With "tags", what stands before
 * the first "=" behind a blank or a ";" is a name ("i=x@example.org").
 */
void redact_text(const struct redact *r, struct span text, bool tags,
    struct buf *out);

#endif
