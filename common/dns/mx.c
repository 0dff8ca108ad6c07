/* Where the mail of a domain goes; see mx.h. */
#include "dns/mx.h"

#include <stdlib.h>

#include "base/ip.h"
#include "base/mem.h"
#include "base/vec.h"
#include "dns/host.h"

/* All hosts of an answer, before the ceiling. */
struct hosts {
	struct mx_host *v;
	size_t n, cap;
};

static enum mx_kind
kind_of(struct span text)
{
	struct ip_addr address;

	if (ip_parse(text, &address))
		return MX_ADDRESS;
	return dns_text_is_domain(text) ? MX_HOST : MX_NOT_A_HOST;
}

static struct mx_host
host_of(const struct dns_name *name, uint16_t preference)
{
	char *text = dns_name_str(name);

	return (struct mx_host){
		.preference = preference, .kind = kind_of(span_str(text)),
		.name = *name, .text = text,
	};
}

/* By name, the most preferred first: what is the same stands together. */
static int
by_name(const void *a, const void *b)
{
	const struct mx_host *x = a, *y = b;
	int order = span_cmp(dns_name_span(&x->name), dns_name_span(&y->name));

	return order != 0 ? order : x->preference - y->preference;
}

static int
by_preference(const void *a, const void *b)
{
	const struct mx_host *x = a, *y = b;
	int order = x->preference - y->preference;

	return order != 0 ? order :
	    span_cmp(span_str(x->text), span_str(y->text));
}

/* Each host once, at its best preference. */
static void
merge(struct hosts *hosts)
{
	size_t kept = 0;

	qsort(hosts->v, hosts->n, sizeof(*hosts->v), by_name);
	for (size_t i = 0; i < hosts->n; i++) {
		if (kept > 0 && dns_name_eq(&hosts->v[kept - 1].name,
		    &hosts->v[i].name)) {
			hosts->v[kept - 1].repeated = true;
			free(hosts->v[i].text);
			continue;
		}
		hosts->v[kept++] = hosts->v[i];
	}
	hosts->n = kept;
	qsort(hosts->v, hosts->n, sizeof(*hosts->v), by_preference);
}

/* RFC 7505 section 3: the root as the only host says that there is none. */
static void
take_hosts(const struct dns_answer *a, struct mx_set *out)
{
	struct hosts hosts = { NULL, 0, 0 };
	bool null = false;

	for (size_t i = 0; i < a->n; i++) {
		struct dns_name name;
		uint16_t preference = 0;

		if (!dns_rr_mx(a->rdata[i], &preference, &name))
			continue;
		if (name.n == 1)
			null = true;
		else
			*VEC_PUSH(&hosts) = host_of(&name, preference);
	}
	if (hosts.n > 0)
		merge(&hosts);
	out->null_not_alone = null && hosts.n > 0;
	out->status = hosts.n > 0 ? MX_OK : null ? MX_NULL : MX_UNKNOWN;
	while (hosts.n > MX_HOSTS_MAX) {
		free(hosts.v[--hosts.n].text);
		out->left_out++;
	}
	out->v = hosts.v;
	out->n = hosts.n;
	out->canonical = a->canonical;
}

/* RFC 5321 section 5.1: the domain itself, as if by an MX of preference 0. */
static void
take_domain(struct dns *dns, const struct dns_name *name, struct mx_set *out)
{
	struct host h = { .n = 0 };

	host_find(dns, name, &h);
	if (h.n > 0) {
		out->status = MX_IMPLICIT;
		out->v = xcalloc(1, sizeof(*out->v));
		out->v[0] = host_of(name, 0);
		out->n = 1;
	} else if (host_failed(&h)) {
		out->status = host_bogus(&h) ? MX_BOGUS : MX_UNKNOWN;
		out->dns = dns_failed(h.a.status) ? h.a.status :
		    h.aaaa.status;
	} else {
		out->status = MX_NONE;
	}
	host_free(&h);
}

void
mx_find(struct dns *dns, struct span domain, struct mx_set *out)
{
	struct mx_set mx = { .trust = dns_trust(dns) };
	struct dns_answer *a = NULL;

	if (!dns_name_parse(domain, &mx.domain)) {
		mx.status = MX_NXDOMAIN;
		mx.dns = DNS_NXDOMAIN;
		*out = mx;
		return;
	}
	a = dns_query_name(dns, &mx.domain, DNS_MX);
	mx.dns = a->status;
	mx.security = a->security;
	if (a->status == DNS_BOGUS)
		mx.status = MX_BOGUS;
	else if (dns_failed(a->status))
		mx.status = MX_UNKNOWN;
	else if (a->status == DNS_OK)
		take_hosts(a, &mx);
	/* where an alias leads to nothing, the domain itself exists */
	else if (a->status == DNS_NXDOMAIN &&
	    dns_name_eq(&a->canonical, &mx.domain))
		mx.status = MX_NXDOMAIN;
	else
		take_domain(dns, &mx.domain, &mx);
	dns_answer_free(a);
	*out = mx;
}

void
mx_free(struct mx_set *mx)
{
	for (size_t i = 0; i < mx->n; i++)
		free(mx->v[i].text);
	free(mx->v);
	*mx = (struct mx_set){ .n = 0 };
}

static void
host_finding(const struct mx_host *h, struct findings *fs)
{
	if (h->kind == MX_ADDRESS)
		finding_add(fs, F_MX_IS_ADDRESS, h->text, NULL);
	if (h->kind == MX_NOT_A_HOST)
		finding_add(fs, F_MX_NOT_A_HOST, h->text, NULL);
	if (h->repeated)
		finding_add(fs, F_MX_DUPLICATE, h->text, NULL);
}

/* Why DNSSEC says nothing of this domain, if there is a reason. */
static void
trust_finding(const struct mx_set *mx, const char *where, struct findings *fs)
{
	if (mx->trust == DNS_NO_ANCHOR)
		finding_add(fs, F_DNSSEC_NO_ANCHOR, where, NULL);
	if (mx->trust == DNS_STRIPPED)
		finding_add(fs, F_DNSSEC_STRIPPED, where, NULL);
}

/* What the status alone says. */
static void
status_finding(const struct mx_set *mx, const char *where,
    struct findings *fs)
{
	switch (mx->status) {
	case MX_OK:
		break;
	case MX_NULL:
		finding_add(fs, F_MX_NULL, where, NULL);
		break;
	case MX_IMPLICIT:
		finding_add(fs, F_MX_IMPLICIT, where, NULL);
		break;
	case MX_NONE:
		finding_add(fs, F_MX_NONE, where, NULL);
		break;
	case MX_NXDOMAIN:
		finding_add(fs, F_DOMAIN_NXDOMAIN, where, NULL);
		break;
	case MX_BOGUS:
		finding_add(fs, F_DNSSEC_BOGUS, where, "MX");
		break;
	case MX_UNKNOWN:
		finding_add(fs, F_MX_DNS, where, "%s", mx->dns == DNS_OK ?
		    "malformed" : dns_status_name(mx->dns));
		break;
	}
}

void
mx_findings(const struct mx_set *mx, struct findings *fs)
{
	char *where = dns_name_str(&mx->domain);

	status_finding(mx, where, fs);
	if (mx->null_not_alone)
		finding_add(fs, F_MX_NULL_NOT_ALONE, where, NULL);
	if (mx->left_out > 0)
		finding_add(fs, F_MX_TOO_MANY, where, "%zu left out",
		    mx->left_out);
	for (size_t i = 0; i < mx->n; i++)
		host_finding(&mx->v[i], fs);
	if (mx->n > 0)
		trust_finding(mx, where, fs);
	free(where);
}

const char *
mx_status_name(enum mx_status s)
{
	static const char *const names[] = {
		[MX_OK] = "ok", [MX_NULL] = "null",
		[MX_IMPLICIT] = "implicit", [MX_NONE] = "none",
		[MX_NXDOMAIN] = "nxdomain", [MX_BOGUS] = "bogus",
		[MX_UNKNOWN] = "unknown",
	};

	return names[s];
}
