/* Finding TLSA records and telling which can be used; see dane.h. */
#include "tls/dane.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crypto/der.h"
#include "crypto/digest.h"
#include "tls/cert_int.h"

enum { SHA512_SIZE = 64 };

/* SubjectPublicKeyInfo (RFC 5280 section 4.1), whatever the algorithm. */
static bool
is_spki(struct span der)
{
	struct cur outer = cur_of(der);
	struct cur c = cur_of(der_take(&outer, DER_SEQUENCE));
	struct span key = { NULL, 0 };

	der_take(&c, DER_SEQUENCE);
	key = der_take(&c, DER_BIT_STRING);
	return cur_done(&outer) && cur_done(&c) && key.n > 1;
}

static bool
is_whole(const struct dns_tlsa *t)
{
	struct cert c = { .key = TLS_KEY_OTHER };

	if (t->selector == 1)
		return is_spki(t->data);
	if (!cert_read(t->data, &c))
		return false;
	cert_free(&c);
	return true;
}

static enum dane_use
use_of(const struct dns_tlsa *t)
{
	static const size_t lengths[] = { 0, SHA256_SIZE, SHA512_SIZE };

	if (t->usage < DANE_TA)
		return DANE_PKIX;
	if (t->usage > DANE_EE)
		return DANE_USAGE;
	if (t->selector > 1)
		return DANE_SELECTOR;
	if (t->matching > 2)
		return DANE_MATCHING;
	if (t->matching == 0)
		return is_whole(t) ? DANE_USABLE : DANE_DATA;
	return t->data.n == lengths[t->matching] ? DANE_USABLE : DANE_LENGTH;
}

void
dane_add(struct dane_set *d, struct span rdata)
{
	struct dns_tlsa t = { .usage = 0 };
	struct dane_record r = { .use = DANE_MALFORMED };
	unsigned char *copy = NULL;

	if (d->n == DANE_RECORDS_MAX) {
		d->left_out++;
		return;
	}
	if (dns_rr_tlsa(rdata, &t)) {
		copy = xmalloc(t.data.n);
		memcpy(copy, t.data.p, t.data.n);
		r = (struct dane_record){ t.usage, t.selector, t.matching,
			use_of(&t), span_of(copy, t.data.n) };
	}
	if (d->v == NULL)
		d->v = xcalloc(DANE_RECORDS_MAX, sizeof(*d->v));
	d->v[d->n++] = r;
}

void
dane_free(struct dane_set *d)
{
	for (size_t i = 0; i < d->n; i++)
		free((void *)(uintptr_t)d->v[i].data.p);
	free(d->v);
	*d = (struct dane_set){ .n = 0 };
}

/* _PORT._tcp.BASE; false when that is too long to exist. */
static bool
tlsa_name(const struct dns_name *base, uint16_t port, struct dns_name *out)
{
	char labels[16];
	int n = snprintf(labels, sizeof(labels), "%c_%u%c_tcp", 0, port, 4);

	if (n < 0 || (size_t)n + base->n > DNS_NAME_MAX)
		return false;
	labels[0] = (char)(n - 6);
	memcpy(out->wire, labels, (size_t)n);
	memcpy(out->wire + n, base->wire, base->n);
	out->n = (size_t)n + base->n;
	return true;
}

static void
take_records(const struct dns_answer *a, struct dane_set *out)
{
	bool usable = false;

	for (size_t i = 0; i < a->n; i++)
		dane_add(out, a->rdata[i]);
	for (size_t i = 0; i < out->n; i++)
		usable |= out->v[i].use == DANE_USABLE;
	/* of what is left out nobody knows whether it is usable */
	out->status = usable || out->left_out > 0 ? DANE_PRESENT :
	    DANE_UNUSABLE;
}

/*
 * Ask at one base domain. True when that decides: secure records, or an
 * answer that could not be had (RFC 7672 section 2.1: then the host is not to
 * be used).
 */
static bool
ask(struct dns *dns, const struct dns_name *base, uint16_t port,
    struct dane_set *out)
{
	struct dns_name name;
	struct dns_answer *a = NULL;

	if (!tlsa_name(base, port, &name))
		return false;
	a = dns_query_name(dns, &name, DNS_TLSA);
	out->dns = a->status;
	out->security = a->security;
	out->base = *base;
	if (dns_failed(a->status))
		out->status = a->status == DNS_BOGUS ? DANE_BOGUS :
		    DANE_UNKNOWN;
	else if (a->status == DNS_OK)
		take_records(a, out);
	if (a->status == DNS_OK && a->security != DNS_SECURE)
		out->status = DANE_INSECURE;
	dns_answer_free(a);
	return out->status != DANE_NONE && out->status != DANE_INSECURE;
}

/* For people only: records that no DNSSEC vouches for. */
static void
look(struct dns *dns, const struct host *h, uint16_t port,
    struct dane_set *out)
{
	ask(dns, &h->name, port, out);
	if (out->status != DANE_NONE)
		out->status = out->n > 0 ? DANE_INSECURE : DANE_NONE;
}

/* Addresses and aliases are secure throughout. */
static void
find(struct dns *dns, const struct host *h, uint16_t port,
    struct dane_set *out)
{
	struct dane_set own = *out;

	if (host_is_alias(h) && ask(dns, &h->canonical, port, out))
		return;
	if (!ask(dns, &h->name, port, &own) && out->status != DANE_NONE) {
		dane_free(&own);
		return;
	}
	dane_free(out);
	*out = own;
}

/* Whether the first step of the host's aliases is signed. */
static bool
alias_is_secure(struct dns *dns, const struct host *h)
{
	struct dns_answer *a = NULL;
	bool secure = false;

	if (!host_is_alias(h))
		return false;
	a = dns_query_name(dns, &h->name, DNS_CNAME);
	secure = a->status == DNS_OK && a->security == DNS_SECURE;
	dns_answer_free(a);
	return secure;
}

/* What keeps the addresses from being relied on; DANE_NONE: nothing. */
static enum dane_status
obstacle(const struct host *h)
{
	bool none = dns_failed(h->a.status) && dns_failed(h->aaaa.status);

	if (host_bogus(h))
		return DANE_BOGUS;
	if (none || h->trust == DNS_NO_ANCHOR || h->trust == DNS_STRIPPED)
		return DANE_UNKNOWN;
	return DANE_NONE;
}

void
dane_find(struct dns *dns, const struct host *h, uint16_t port,
    struct dane_set *out)
{
	struct dane_set d = {
		.status = obstacle(h), .trust = h->trust, .base = h->name,
		.dns = dns_failed(h->a.status) ? h->a.status :
		    h->aaaa.status,
	};

	if (d.status != DANE_NONE)
		goto out;
	if (host_security(h) != DNS_SECURE) {
		if (alias_is_secure(dns, h))
			ask(dns, &h->name, port, &d);
		else
			look(dns, h, port, &d);
		goto out;
	}
	find(dns, h, port, &d);
out:
	*out = d;
}

const char *
dane_status_name(enum dane_status s)
{
	static const char *const names[] = {
		[DANE_NONE] = "none", [DANE_INSECURE] = "insecure",
		[DANE_BOGUS] = "bogus", [DANE_UNKNOWN] = "unknown",
		[DANE_UNUSABLE] = "unusable", [DANE_PRESENT] = "present",
		[DANE_MATCH] = "match", [DANE_MISMATCH] = "mismatch",
	};

	return names[s];
}

const char *
dane_use_name(enum dane_use u)
{
	static const char *const names[] = {
		[DANE_USABLE] = "usable", [DANE_PKIX] = "pkix-usage",
		[DANE_USAGE] = "unknown-usage",
		[DANE_SELECTOR] = "unknown-selector",
		[DANE_MATCHING] = "unknown-matching",
		[DANE_LENGTH] = "wrong-length",
		[DANE_DATA] = "unreadable-data",
		[DANE_MALFORMED] = "malformed",
	};

	return names[u];
}
