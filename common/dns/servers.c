/* Name servers from resolv.conf(5) or by hand; see servers.h. */
#include "dns/servers.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>

#include "base/ascii.h"
#include "base/cur.h"

enum { CONF_MAX = 65536, PORT = 53 };

static bool
address_parse(const char *text, const char *scope, unsigned port,
    struct dns_server *out)
{
	struct sockaddr_in v4 = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port)
	};
	struct sockaddr_in6 v6 = {
		.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)
	};

	*out = (struct dns_server){ .n = 0 };
	if (scope == NULL && inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
		memcpy(&out->addr, &v4, sizeof(v4));
		out->n = sizeof(v4);
		return true;
	}
	if (inet_pton(AF_INET6, text, &v6.sin6_addr) != 1)
		return false;
	if (scope != NULL && (v6.sin6_scope_id = if_nametoindex(scope)) == 0)
		return false;
	memcpy(&out->addr, &v6, sizeof(v6));
	out->n = sizeof(v6);
	return true;
}

bool
dns_server_parse(struct span text, struct dns_server *out)
{
	char address[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE];
	size_t at = span_chr(text, '@');
	struct span host = span_first(text, at);
	uint64_t port = PORT;
	char *scope = NULL;

	if (at < text.n && (!span_dec(span_from(text, at + 1), 65535, &port) ||
	    port == 0))
		return false;
	if (host.n >= sizeof(address) || span_chr(host, '\0') < host.n)
		return false;
	memcpy(address, host.p, host.n);
	address[host.n] = '\0';
	if ((scope = strchr(address, '%')) != NULL)
		*scope++ = '\0';
	return address_parse(address, scope, (unsigned)port, out);
}

static struct span
word(struct cur *c)
{
	struct span left = { NULL, 0 };
	size_t n = 0;

	cur_skip_fws(c);
	left = cur_left(c);
	while (n < left.n && !ascii_is_fws(left.p[n]))
		n++;
	return cur_take(c, n);
}

static void
option(struct span opt, struct dns_servers *out)
{
	size_t colon = span_chr(opt, ':');
	struct span key = span_first(opt, colon);
	uint64_t v = 0;

	if (span_eq(opt, SPAN("trust-ad")))
		out->trust_ad = true;
	if (!span_dec(span_from(opt, colon + 1), 30, &v) || v == 0)
		return;
	if (span_eq(key, SPAN("timeout")))
		out->timeout = (unsigned)v;
	if (span_eq(key, SPAN("attempts")))
		out->attempts = v < 5 ? (unsigned)v : 5;
}

static void
conf_line(struct span line, struct dns_servers *out)
{
	struct cur c = cur_of(line);
	struct span key = word(&c), value = word(&c);

	if (span_eq(key, SPAN("nameserver")) && out->n < DNS_SERVERS_MAX &&
	    dns_server_parse(value, &out->v[out->n]))
		out->n++;
	if (!span_eq(key, SPAN("options")))
		return;
	for (; value.n > 0; value = word(&c))
		option(value, out);
}

void
dns_servers_conf(struct span text, struct dns_servers *out)
{
	struct span line = { NULL, 0 };

	*out = (struct dns_servers){ .timeout = 5, .attempts = 2 };
	while (span_split(&text, '\n', &line))
		conf_line(line, out);
	if (out->n == 0 && dns_server_parse(SPAN("127.0.0.1"), &out->v[0]))
		out->n = 1;
}

bool
dns_servers_find(const char *server, struct dns_servers *out)
{
	char text[CONF_MAX];
	FILE *f = NULL;
	size_t n = 0;

	if (server != NULL) {
		*out = (struct dns_servers){
			.n = 1, .timeout = 5, .attempts = 2
		};
		return dns_server_parse(span_str(server), &out->v[0]);
	}
	if ((f = fopen("/etc/resolv.conf", "re")) != NULL) {
		n = fread(text, 1, sizeof(text), f);
		fclose(f);
	}
	dns_servers_conf(span_of(text, n), out);
	return true;
}
