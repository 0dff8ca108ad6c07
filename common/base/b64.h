/* Base 64 (RFC 4648 section 4): canonical out, FWS-tolerant in. */
#ifndef BASE_B64_H
#define BASE_B64_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* The value of a digit, 0 to 63; -1 for every other octet. */
extern const signed char b64_sextets[256];

/* Append the encoding, padded, on one line. */
void b64_encode(struct buf *out, struct span in);

/*
 * Append what "in" encodes. SP, HTAB, CR and LF are skipped, as the DKIM tags
 * b=, bh= and p= allow (RFC 6376 section 2.10). False, with *out as it was,
 * for a foreign octet, data after the padding, or a wrong length. Absent
 * padding (published keys often lack it) and bits left over in the last
 * sextet are accepted.
 */
bool b64_decode(struct buf *out, struct span in);

#endif
