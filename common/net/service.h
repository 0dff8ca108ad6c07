/* The services that mail is handed over and fetched by. */
#ifndef NET_SERVICE_H
#define NET_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum protocol { PROTOCOL_SMTP, PROTOCOL_IMAP, PROTOCOL_POP3 };

enum service {
	SERVICE_SMTP,
	SERVICE_SUBMISSION,
	SERVICE_SUBMISSIONS,
	SERVICE_IMAP,
	SERVICE_IMAPS,
	SERVICE_POP3,
	SERVICE_POP3S,
	SERVICES,
};

struct service_info {
	const char *name;	/* as in the IANA registry and in records */
	uint16_t port;
	enum protocol protocol;
	bool implicit;		/* TLS from the first octet on (RFC 8314) */
	/* before the domain (RFC 6186, 8314); NULL: found by MX */
	const char *srv;
};

const struct service_info *service_info(enum service s);

/* The service named so ("imaps"), or usual at that port; SERVICES if none. */
enum service service_named(struct span name);
enum service service_at(uint16_t port);

#endif
