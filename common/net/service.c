/* The services; see service.h. */
#include "net/service.h"

static const struct service_info services[SERVICES] = {
	[SERVICE_SMTP] = { "smtp", 25, PROTOCOL_SMTP, false, NULL },
	[SERVICE_SUBMISSION] = { "submission", 587, PROTOCOL_SMTP, false,
	    "_submission._tcp" },
	[SERVICE_SUBMISSIONS] = { "submissions", 465, PROTOCOL_SMTP, true,
	    "_submissions._tcp" },
	[SERVICE_IMAP] = { "imap", 143, PROTOCOL_IMAP, false, "_imap._tcp" },
	[SERVICE_IMAPS] = { "imaps", 993, PROTOCOL_IMAP, true, "_imaps._tcp" },
	[SERVICE_POP3] = { "pop3", 110, PROTOCOL_POP3, false, "_pop3._tcp" },
	[SERVICE_POP3S] = { "pop3s", 995, PROTOCOL_POP3, true, "_pop3s._tcp" },
};

const struct service_info *
service_info(enum service s)
{
	return &services[s];
}

enum service
service_named(struct span name)
{
	unsigned s = 0;

	while (s < SERVICES && !span_eq(span_str(services[s].name), name))
		s++;
	return (enum service)s;
}

enum service
service_at(uint16_t port)
{
	unsigned s = 0;

	while (s < SERVICES && services[s].port != port)
		s++;
	return (enum service)s;
}
