/*
 * Parts of the URIs that reports are sent to: RFC 3986, and RFC 6068 for
 * mailto. Nothing is decoded; what is a host is for the caller to judge.
 */
#ifndef BASE_URI_H
#define BASE_URI_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * All of s are characters of RFC 3986 section 2, none of "but" (the list
 * around the URI has them for itself), and each "%" starts a pair of digits.
 * An empty s is none.
 */
bool uri_is_text(struct span s, const char *but);

/*
 * The host in "//user@host:port/..." (section 3.2), which stands behind the
 * scheme's colon; empty where there is none. An IPv6 literal is cut at its
 * first colon: no host either.
 */
struct span uri_host(struct span hier);

/*
 * The domain of the one address in "local@domain?..." (RFC 6068), which
 * stands behind "mailto:"; empty where there is none.
 */
struct span uri_mailto_domain(struct span address);

/* Append s with all but the unreserved characters (section 2.3) as "%XX". */
void uri_escape(struct buf *out, struct span s);

#endif
