/*
 * Received fields (RFC 5321 section 4.4): who handed the message over, as
 * the receiving host wrote it down.
 */
#ifndef MAIL_RECEIVED_H
#define MAIL_RECEIVED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/span.h"

struct received {
	struct span helo;	/* what the client called itself; "" if none */
	struct span by;		/* the host that wrote the field; "" if none */
	struct ip_addr ip;	/* the client's address, if has_ip */
	bool has_ip;
	bool ambiguous;		/* several addresses: none is believed */
	int64_t date;		/* -1 when it cannot be read */
};

/*
 * Read one field's value. The address is taken only from where servers put
 * it: an address literal or a bare address in the comment behind "from", or
 * the literal after "from" itself when the comment has none. Never fails:
 * what is not there stays empty.
 */
void received_parse(struct span value, struct received *out);

#endif
