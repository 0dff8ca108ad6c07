/* Internationalized domain names (RFC 5890, UTS 46 non-transitional). */
#ifndef DNS_IDN_H
#define DNS_IDN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Append the domain as lower-case A-labels without its final dot. The input
 * is UTF-8 or ASCII; A-labels in it are taken as they are. False, with *out
 * as it was, when the result is no domain (dns_text_is_domain).
 */
bool idn_to_ascii(struct span domain, struct buf *out);

/*
 * dns_text_is_below for names that may be U-labels, A-labels, or one of each.
 * What is no domain is compared as it is written.
 */
bool idn_is_below(struct span name, struct span parent);

/*
 * Append the domain for people to read: A-labels that are well-formed become
 * U-labels, all else stays as it is, cleaned of what fools a terminal.
 */
void idn_to_unicode(struct span domain, struct buf *out);

#endif
