/*
 * What tools and the DNS process say to each other: one message a packet of
 * a SOCK_SEQPACKET socket, so that a worker that dies in the middle leaves
 * nothing half read behind for the one that takes its place.
 *   question: id (32 bits), type (16), name in wire form
 *   answer: id (32), status (8), security (8), TTL (32), number of RRs (16),
 *     length (8) and wire form of the canonical name, each RR's length (16)
 *     and RDATA
 *   hello: one octet, on the first socket: the process is ready, and what it
 *     knows of DNSSEC (enum dns_trust)
 */
#ifndef DNS_REMOTE_H
#define DNS_REMOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "dns/dns.h"

/* More than any answer takes: 65535 octets of RRs, and their lengths. */
enum { REMOTE_MAX = 1 << 17 };

struct remote_question {
	uint32_t id;
	enum dns_type type;
	struct dns_name name;
};

void remote_put_question(struct buf *out, const struct remote_question *q);
bool remote_get_question(struct span packet, struct remote_question *out);

/* An answer that would pass REMOTE_MAX becomes DNS_SERVFAIL. */
void remote_put_answer(struct buf *out, uint32_t id,
    const struct dns_answer *a);
/* The answer, to be freed with dns_answer_free; NULL when it is none. */
struct dns_answer *remote_get_answer(struct span packet, uint32_t *id);

#endif
