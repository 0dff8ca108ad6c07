/* Octets written as "%XX", in URIs and in parameters of MIME alike. */
#ifndef BASE_PERCENT_H
#define BASE_PERCENT_H

#include "base/buf.h"
#include "base/span.h"

/*
 * Append s with each "%" and two hexadecimal digits (RFC 3986 section 2.1,
 * RFC 2231 section 4) as the octet that they stand for. A "%" without them
 * stays as it is.
 */
void percent_undo(struct buf *out, struct span s);

#endif
