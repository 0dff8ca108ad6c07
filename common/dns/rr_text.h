/* RDATA as master files show it (RFC 1035 section 5, RFC 3597 section 5). */
#ifndef DNS_RR_TEXT_H
#define DNS_RR_TEXT_H

#include "base/buf.h"
#include "base/span.h"
#include "dns/dns.h"

/*
 * Append text that a zone file reader turns into the same octets: readable
 * for the types that mail looks at, "\# LENGTH HEX" for others and for what
 * has not its type's form.
 */
void dns_rr_text(struct buf *out, enum dns_type type, struct span rdata);

#endif
