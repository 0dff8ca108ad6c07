/* What a relay allows, as JSON. */
#ifndef RELAY_ABOUT_H
#define RELAY_ABOUT_H

#include "relay/relay.h"

struct relay_limits {
	uint32_t ttl, mailbox_ttl;	/* seconds */
	uint32_t messages, octets;	/* a mailbox holds */
	uint32_t stock;			/* bundles likewise */
	uint32_t takes;			/* of them an hour; 0: any */
};

void relay_limits_write(const struct relay_limits *l, struct buf *out);
/* Read them; false when it is no relay of this protocol that answers. */
bool relay_limits_read(struct span json, struct relay_limits *out);

#endif
