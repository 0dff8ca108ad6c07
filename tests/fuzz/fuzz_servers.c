/*
 * resolv.conf(5) and addresses of name servers: there is always one to ask,
 * never more than the C library takes, and the limits are those it says.
 */
#include "fuzz.h"

#include "dns/servers.h"

static void
check(const struct dns_server *s)
{
	must(s->addr.ss_family == AF_INET || s->addr.ss_family == AF_INET6);
	must(s->n > sizeof(sa_family_t) && s->n <= sizeof(s->addr));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct dns_servers conf;
	struct dns_server one;

	dns_servers_conf(in, &conf);
	must(conf.n >= 1 && conf.n <= DNS_SERVERS_MAX);
	must(conf.timeout >= 1 && conf.timeout <= 30);
	must(conf.attempts >= 1 && conf.attempts <= 5);
	for (size_t i = 0; i < conf.n; i++)
		check(&conf.v[i]);
	if (dns_server_parse(in, &one))
		check(&one);
	return 0;
}
