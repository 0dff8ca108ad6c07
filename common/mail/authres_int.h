/* What the reader and the writer of Authentication-Results share. */
#ifndef MAIL_AUTHRES_INT_H
#define MAIL_AUTHRES_INT_H

#include <stdbool.h>

#include "base/span.h"

/*
 * Whether a value may stand without quotes: an RFC 2045 token, or
 * [[dot-atom] "@"] domain-name (RFC 8601 section 2.2, pvalue).
 */
bool authres_is_bare(struct span value);

#endif
