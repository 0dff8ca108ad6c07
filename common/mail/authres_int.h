/* What the reader and the writer of Authentication-Results share. */
#ifndef MAIL_AUTHRES_INT_H
#define MAIL_AUTHRES_INT_H

#include <stdbool.h>

#include "base/span.h"

/* Whether an authserv-id or a reason may stand without quotes: RFC 2045. */
bool authres_is_token(struct span value);

/*
 * Whether a property's value may: a token, or [[dot-atom] "@"] domain-name
 * (RFC 8601 section 2.2, pvalue).
 */
bool authres_is_bare(struct span value);

#endif
