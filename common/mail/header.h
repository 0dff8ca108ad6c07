/*
 * A message's header section as fields (RFC 5322 section 2.2), every octet
 * left as it came: signatures are over octets.
 */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct field {
	struct span raw;	/* name to line end, the line end included */
	struct span name;	/* no blanks; empty: the line is no field */
	struct span value;	/* behind the colon, folds in, no line end */
};

struct header {
	struct span raw;	/* the section, without the empty line */
	struct field *v;
	size_t n, cap;
	size_t crlf, lf;	/* line ends of either kind */
	size_t garbage;		/* lines that are neither field nor fold */
};

enum header_status {
	HEADER_OK,
	HEADER_TOO_MANY,	/* more than max_fields */
};

/*
 * Split a header section into fields. A line without a colon becomes a field
 * without name; a leading "From " line of an mbox is passed over. "raw" must
 * outlive *out; free with header_free.
 */
enum header_status header_split(struct span raw, size_t max_fields,
    struct header *out);

/*
 * Whether the first line of a message is an mbox's "From sender date". The
 * obsolete "From : author" is a field (RFC 5322 section 4.5.2): passing it
 * over would hide an author from who judges the message; so would one behind
 * a bare CR in that line.
 */
bool header_is_envelope(struct span line);

/*
 * What the octets of a section must not hold, since some readers end a line
 * or a text at it: "NUL", "a bare CR", or NULL for neither.
 */
const char *header_control(struct span section);

/*
 * Why other readers may see other fields, or an earlier end of the section
 * (RFC 5322 sections 2.2 and 4.5); NULL: they see these.
 */
const char *header_doubt(const struct header *h);

void header_free(struct header *h);

/* The first field of that name from index "from" on, or h->n. */
size_t header_find(const struct header *h, struct span name, size_t from);
/* How many fields have the name. */
size_t header_count(const struct header *h, struct span name);

/*
 * The length of the header section at the start of "in": the offset of the
 * empty line that ends it (0 when the message starts with one), whose own
 * length goes to *blank (1 or 2). False when the empty line has not come.
 * *scan, 0 at first, lets a reader go on where the last call stopped.
 */
bool header_end(struct span in, size_t *scan, size_t *end, size_t *blank);

#endif
