/* The front of the query interface, answers, and typed views of rdata. */
#include "dns/dns.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cur.h"
#include "base/mem.h"

struct dns_answer *
dns_query_name(struct dns *dns, const struct dns_name *name,
    enum dns_type type)
{
	struct dns_answer *a = dns->ops->query(dns, name, type);

	if (a->canonical.n == 0 && !dns_failed(a->status))
		a->canonical = *name;
	return a;
}

struct dns_answer *
dns_query(struct dns *dns, struct span name, enum dns_type type)
{
	struct dns_name wire;

	if (!dns_name_parse(name, &wire))
		return dns_answer_empty(DNS_NXDOMAIN, 0);
	return dns_query_name(dns, &wire, type);
}

struct dns_answer *
dns_answer_empty(enum dns_status status, uint32_t ttl)
{
	struct dns_answer *a = xcalloc(1, sizeof(*a));

	a->status = status;
	a->ttl = ttl;
	a->refs = 1;
	return a;
}

/* One piece of memory: the struct, the spans, the octets. */
struct dns_answer *
dns_answer_new(const struct span *rdata, size_t n, uint32_t ttl)
{
	struct dns_answer *a = NULL;
	unsigned char *to = NULL;
	size_t octets = 0;

	for (size_t i = 0; i < n; i++)
		octets += rdata[i].n;
	a = xcalloc(1, sizeof(*a) + n * sizeof(*rdata) + octets);
	a->rdata = (struct span *)(a + 1);
	to = (unsigned char *)(a->rdata + n);
	for (size_t i = 0; i < n; i++) {
		if (rdata[i].n > 0)
			memcpy(to, rdata[i].p, rdata[i].n);
		a->rdata[i] = span_of(to, rdata[i].n);
		to += rdata[i].n;
	}
	a->status = DNS_OK;
	a->ttl = ttl;
	a->n = n;
	a->refs = 1;
	return a;
}

struct dns_answer *
dns_answer_ref(struct dns_answer *a)
{
	a->refs++;
	return a;
}

void
dns_answer_free(struct dns_answer *a)
{
	if (a != NULL && --a->refs == 0)
		free(a);
}

bool
dns_failed(enum dns_status s)
{
	return s == DNS_SERVFAIL || s == DNS_TIMEOUT || s == DNS_BOGUS;
}

const char *
dns_status_name(enum dns_status s)
{
	static const char *const names[] = {
		[DNS_OK] = "ok", [DNS_NODATA] = "nodata",
		[DNS_NXDOMAIN] = "nxdomain", [DNS_SERVFAIL] = "servfail",
		[DNS_TIMEOUT] = "timeout", [DNS_BOGUS] = "bogus",
	};

	return names[s];
}

const char *
dns_trust_name(enum dns_trust t)
{
	static const char *const names[] = {
		[DNS_UNCHECKED] = "unchecked",
		[DNS_NO_ANCHOR] = "no-anchor",
		[DNS_STRIPPED] = "stripped", [DNS_CHECKED] = "checked",
	};

	return names[t];
}

const char *
dns_type_name(enum dns_type type)
{
	static char other[sizeof("TYPE65535")];

	switch (type) {
	case DNS_A:		return "A";
	case DNS_NS:		return "NS";
	case DNS_CNAME:		return "CNAME";
	case DNS_SOA:		return "SOA";
	case DNS_PTR:		return "PTR";
	case DNS_MX:		return "MX";
	case DNS_TXT:		return "TXT";
	case DNS_AAAA:		return "AAAA";
	case DNS_SRV:		return "SRV";
	case DNS_DNSKEY:	return "DNSKEY";
	case DNS_TLSA:		return "TLSA";
	case DNS_OPENPGPKEY:	return "OPENPGPKEY";
	case DNS_CAA:		return "CAA";
	}
	snprintf(other, sizeof(other), "TYPE%u", (unsigned)type & 0xffff);
	return other;
}

/* RFC 1035 section 3.3.14: one string at least. */
bool
dns_rr_txt(struct span rdata, struct buf *out)
{
	struct cur c = cur_of(rdata);
	size_t before = out->n;

	do
		buf_span(out, cur_take(&c, cur_u8(&c)));
	while (!c.bad && !cur_done(&c));
	if (c.bad)
		out->n = before;
	return !c.bad;
}

bool
dns_rr_name(struct span rdata, struct dns_name *out)
{
	return dns_name_wire(rdata, out);
}

bool
dns_rr_mx(struct span rdata, uint16_t *preference, struct dns_name *out)
{
	struct cur c = cur_of(rdata);
	uint16_t pref = cur_u16(&c);

	if (c.bad || !dns_name_wire(cur_left(&c), out))
		return false;
	*preference = pref;
	return true;
}

bool
dns_rr_address(enum dns_type type, struct span rdata, struct ip_addr *out)
{
	if (rdata.n != (type == DNS_A ? 4 : 16))
		return false;
	return ip_from_octets(rdata, out);
}

bool
dns_rr_srv(struct span rdata, struct dns_srv *out)
{
	struct cur c = cur_of(rdata);
	struct dns_srv srv = { .priority = cur_u16(&c) };

	srv.weight = cur_u16(&c);
	srv.port = cur_u16(&c);
	if (c.bad || !dns_name_wire(cur_left(&c), &srv.target))
		return false;
	*out = srv;
	return true;
}

bool
dns_rr_tlsa(struct span rdata, struct dns_tlsa *out)
{
	struct cur c = cur_of(rdata);
	struct dns_tlsa tlsa = { .usage = cur_u8(&c) };

	tlsa.selector = cur_u8(&c);
	tlsa.matching = cur_u8(&c);
	tlsa.data = cur_left(&c);
	if (c.bad || tlsa.data.n == 0)
		return false;
	*out = tlsa;
	return true;
}

void
dns_set_timeout(struct dns *dns, unsigned seconds)
{
	if (dns->ops->set_timeout != NULL)
		dns->ops->set_timeout(dns, seconds);
}

void
dns_free(struct dns *dns)
{
	if (dns != NULL)
		dns->ops->free(dns);
}
