/* The addresses of a mail host; see host.h. */
#include "dns/host.h"

#include <stdlib.h>

#include "base/mem.h"

static bool
has(const struct host *h, const struct ip_addr *address)
{
	for (size_t i = 0; i < h->n; i++)
		if (ip_eq(&h->v[i], address))
			return true;
	return false;
}

static int
by_octets(const void *a, const void *b)
{
	const struct ip_addr *x = a, *y = b;

	return memcmp(x->b, y->b, sizeof(x->b));
}

static void
take_addresses(const struct dns_answer *a, enum dns_type type,
    struct host *h)
{
	size_t first = h->n;

	for (size_t i = 0; i < a->n; i++) {
		struct ip_addr address = { 0 };

		if (!dns_rr_address(type, a->rdata[i], &address) ||
		    has(h, &address))
			continue;
		if (h->n < HOST_ADDRESSES_MAX)
			h->v[h->n++] = address;
		else
			h->left_out++;
	}
	qsort(h->v + first, h->n - first, sizeof(*h->v), by_octets);
}

static struct host_family
ask(struct dns *dns, enum dns_type type, struct host *h)
{
	struct dns_answer *a = dns_query_name(dns, &h->name, type);
	struct host_family family = { a->status, a->security };

	if (!dns_failed(a->status))
		h->canonical = a->canonical;
	take_addresses(a, type, h);
	dns_answer_free(a);
	return family;
}

void
host_find(struct dns *dns, const struct dns_name *name, struct host *out)
{
	struct host h = {
		.name = *name, .canonical = *name, .trust = dns_trust(dns),
		.v = xcalloc(HOST_ADDRESSES_MAX, sizeof(*h.v)),
	};

	h.a = ask(dns, DNS_A, &h);
	h.aaaa = ask(dns, DNS_AAAA, &h);
	*out = h;
}

void
host_free(struct host *h)
{
	free(h->v);
	*h = (struct host){ .n = 0 };
}

bool
host_failed(const struct host *h)
{
	return dns_failed(h->a.status) || dns_failed(h->aaaa.status);
}

bool
host_bogus(const struct host *h)
{
	return h->a.status == DNS_BOGUS || h->aaaa.status == DNS_BOGUS;
}

enum dns_security
host_security(const struct host *h)
{
	const struct host_family *const families[] = { &h->a, &h->aaaa };
	enum dns_security weakest = DNS_SECURE;
	size_t answered = 0;

	for (size_t i = 0; i < 2; i++) {
		if (dns_failed(families[i]->status))
			continue;
		answered++;
		if (families[i]->security < weakest)
			weakest = families[i]->security;
	}
	return answered > 0 ? weakest : DNS_INDETERMINATE;
}

void
host_findings(const struct host *h, struct findings *fs)
{
	char *where = dns_name_str(&h->name);
	char *to = dns_name_str(&h->canonical);

	if (host_is_alias(h))
		finding_add(fs, F_MX_CNAME, where, "of %s", to);
	if (host_bogus(h))
		finding_add(fs, F_DNSSEC_BOGUS, where, "%s",
		    h->a.status == DNS_BOGUS ? "A" : "AAAA");
	else if (host_failed(h))
		finding_add(fs, F_MX_HOST_DNS, where, "%s: %s",
		    dns_failed(h->a.status) ? "A" : "AAAA",
		    dns_status_name(dns_failed(h->a.status) ? h->a.status :
		    h->aaaa.status));
	else if (h->n == 0)
		finding_add(fs, F_MX_NO_ADDRESS, where, NULL);
	free(where);
	free(to);
}
