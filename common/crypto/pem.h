/* PEM (RFC 7468): the octets between the lines of one label. */
#ifndef CRYPTO_PEM_H
#define CRYPTO_PEM_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Append what stands between the first "begin" line and the "end" line that
 * follows. False when there is no such block; *out is as it was then. Give
 * *out room before, so that no copy of a key is left in freed memory.
 */
bool pem_inside(struct span file, struct span begin, struct span end,
    struct buf *out);

#endif
