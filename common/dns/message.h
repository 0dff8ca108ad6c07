/* DNS messages (RFC 1035 section 4): the question out, the answer in. */
#ifndef DNS_MESSAGE_H
#define DNS_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "dns/dns.h"

enum {
	DNS_EDNS_SIZE = 1232,	/* octets; fits every path unfragmented */
	DNS_MESSAGE_MAX = 65535,
};

struct dns_question {
	uint16_t id;
	enum dns_type type;
	bool edns;
	bool dnssec;		/* with edns: set DO, to be told AD */
	struct dns_name name;
};

/* Append the query message, recursion desired. */
void dns_message_ask(struct buf *out, const struct dns_question *q);

/* What to do with a message that came in. */
enum dns_reply {
	REPLY_FOREIGN,		/* answers something else: keep waiting */
	REPLY_TRUNCATED,	/* ask again over TCP */
	REPLY_NO_EDNS,		/* the server has no EDNS: ask without */
	REPLY_FAILED,		/* answered, but with an error */
	REPLY_ANSWER,
	REPLY_ALIAS,		/* a CNAME to elsewhere: ask for "next" */
};

/* What a message says, CNAMEs followed inside it. */
struct dns_reading {
	struct dns_answer *answer;	/* for REPLY_ANSWER; owned */
	struct dns_name next;		/* for REPLY_ALIAS */
	uint32_t ttl;			/* the least of the CNAMEs seen */
	bool ad;
	bool is_signed;			/* an RRSIG stands with the answer */
};

/* Read a message. *out is written for REPLY_ANSWER and REPLY_ALIAS only. */
enum dns_reply dns_message_read(struct span wire,
    const struct dns_question *q, struct dns_reading *out);

#endif
