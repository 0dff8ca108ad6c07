/*
 * One question to one name server and back: UDP from a port of its own
 * (RFC 5452), TCP when the answer does not fit (RFC 7766).
 */
#ifndef DNS_EXCHANGE_H
#define DNS_EXCHANGE_H

#include <stdint.h>

#include "dns/message.h"
#include "dns/servers.h"

enum dns_exchange {
	EXCHANGE_DONE,		/* *reply and *out are written */
	EXCHANGE_SILENT,	/* nothing until the deadline */
	EXCHANGE_UNREACHABLE,	/* refused or no route: known at once */
};

/*
 * Send the question and read what comes back until "deadline", in the
 * milliseconds of env_monotonic_ms. *reply is never REPLY_FOREIGN or
 * REPLY_TRUNCATED.
 */
enum dns_exchange dns_exchange(const struct dns_server *server,
    const struct dns_question *q, int64_t deadline, enum dns_reply *reply,
    struct dns_reading *out);

#endif
