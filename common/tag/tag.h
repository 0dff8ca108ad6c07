/*
 * "k=v; k=v" lists: the grammar that DKIM, ARC, DMARC, MTA-STS and TLSRPT
 * records share (RFC 6376 section 3.2). Names and values are spans into the
 * input; names compare with case.
 */
#ifndef TAG_TAG_H
#define TAG_TAG_H

#include "base/span.h"

enum { TAGS_MAX = 64 };

enum tag_error {
	TAG_OK,
	TAG_SYNTAX,		/* no "=", a bad name, an empty piece */
	TAG_DUPLICATE,		/* makes the whole list invalid in DKIM */
	TAG_TOO_MANY,		/* over TAGS_MAX: nothing sane has that many */
};

struct tag {
	struct span name;
	struct span value;	/* outer FWS trimmed, inner kept */
	struct span raw;	/* all octets between "=" and ";" */
};

struct tags {
	struct tag v[TAGS_MAX];
	size_t n;
};

/*
 * Parse the whole list by the letter. One final ";" is allowed. On an error
 * *bad is the piece at fault and *out holds the tags before it.
 */
enum tag_error tags_parse(struct span list, struct tags *out,
    struct span *bad);

/*
 * The same list for protocols that discard what they cannot read (RFC 9989
 * section 4.8): broken pieces are skipped, the first of duplicates counts.
 * Returns whether nothing had to be skipped.
 */
bool tags_scan(struct span list, struct tags *out);

/* The tag of that name, or NULL. */
const struct tag *tags_get(const struct tags *tags, struct span name);
/* The value of that name, or "absent" where there is none. */
struct span tags_value(const struct tags *tags, struct span name,
    struct span absent);

#endif
