/* Which name servers to ask: resolv.conf(5), or one given by hand. */
#ifndef DNS_SERVERS_H
#define DNS_SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/span.h"

/* As many as the C library takes. */
enum { DNS_SERVERS_MAX = 3 };

struct dns_server {
	struct sockaddr_storage addr;
	socklen_t n;
};

struct dns_servers {
	struct dns_server v[DNS_SERVERS_MAX];
	size_t n;
	unsigned timeout;	/* seconds a try (options timeout:) */
	unsigned attempts;	/* rounds over all servers */
	bool trust_ad;		/* options trust-ad */
};

/* "ADDR" or "ADDR@PORT", IPv4 or IPv6 (with %SCOPE). False when it is none. */
bool dns_server_parse(struct span text, struct dns_server *out);

/*
 * The content of a resolv.conf(5). Lines it does not know are skipped, as
 * the C library does; no name server at all means the one on this machine.
 */
void dns_servers_conf(struct span text, struct dns_servers *out);

/*
 * "server" as dns_server_parse takes it, or NULL for /etc/resolv.conf. False
 * when the text is no address.
 */
bool dns_servers_find(const char *server, struct dns_servers *out);

#endif
