/* Addresses with ports; see inet.h. */
#include "sys/inet.h"

#include <netinet/in.h>

#include "base/cur.h"
#include "base/ip.h"

bool
inet_read(struct span text, struct sockaddr_storage *at, socklen_t *n)
{
	size_t colon = span_rchr(text, ':');
	struct span host = span_first(text, colon);
	struct ip_addr ip = { .family = 0 };
	uint64_t port = 0;
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = span_first(span_from(host, 1), host.n - 2);
	if (span_eq(host, SPAN("localhost")))
		host = SPAN("127.0.0.1");
	if (colon == text.n || !ip_parse(host, &ip) ||
	    !span_dec(span_from(text, colon + 1), UINT16_MAX, &port))
		return false;
	memset(at, 0, sizeof(*at));
	v4.sin_port = v6.sin6_port = htons((uint16_t)port);
	memcpy(&v4.sin_addr, ip.b, 4);
	memcpy(&v6.sin6_addr, ip.b, 16);
	*n = ip.family == 4 ? sizeof(v4) : sizeof(v6);
	memcpy(at, ip.family == 4 ? (void *)&v4 : (void *)&v6, *n);
	return true;
}

void
inet_write(const struct sockaddr_storage *at, struct buf *out)
{
	char text[IP_TEXT_SIZE];
	struct ip_addr ip = { .family = 0 };
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (at->ss_family == AF_INET) {
		memcpy(&v4, at, sizeof(v4));
		ip_from_octets(span_of(&v4.sin_addr, 4), &ip);
		buf_printf(out, "%s:%u", ip_text(text, &ip),
		    (unsigned)ntohs(v4.sin_port));
	} else if (at->ss_family == AF_INET6) {
		memcpy(&v6, at, sizeof(v6));
		ip_from_octets(span_of(&v6.sin6_addr, 16), &ip);
		buf_printf(out, "[%s]:%u", ip_text(text, &ip),
		    (unsigned)ntohs(v6.sin6_port));
	}
}
