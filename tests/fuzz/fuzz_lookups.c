/*
 * Hostile answers to the questions about a mail host: lengths of two octets,
 * each with RDATA, for SRV, CAA, PTR, A and AAAA alike; the first octet says
 * how the questions end. What is found has its ceiling and its order, and
 * text that can be shown.
 */
#include "fuzz.h"

#include "base/cur.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "dns/caa.h"
#include "dns/host.h"
#include "dns/reverse.h"
#include "dns/srv.h"

struct one_answer {
	struct dns dns;
	struct dns_answer *a;
	size_t asked;
};

static struct dns_answer *
query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct one_answer *self = (struct one_answer *)dns;

	(void)type;
	must(name->n > 0 && ++self->asked < 200);
	return dns_answer_ref(self->a);
}

static void
services(struct dns *dns)
{
	struct srv_set s = { 0 };

	srv_find(dns, "_imaps._tcp", SPAN("d.test"), &s);
	must((s.status == SRV_OK) == (s.n > 0) && s.n <= SRV_HOSTS_MAX);
	must(s.left_out == 0 || s.n == SRV_HOSTS_MAX);
	for (size_t i = 0; i < s.n; i++) {
		must(s.v[i].text[0] != '\0');
		must(i == 0 || s.v[i - 1].priority <= s.v[i].priority);
	}
	srv_free(&s);
}

static void
issuers(struct dns *dns, const struct dns_name *host)
{
	struct caa_set s = { .n = 0 };

	caa_find(dns, host, &s);
	must(s.n <= CAA_RECORDS_MAX);
	must(s.status == CAA_PRESENT || (s.n == 0 && s.left_out == 0));
	for (size_t i = 0; i < s.n; i++)
		must(utf8_valid(span_str(s.v[i])));
	caa_free(&s);
}

static void
addresses(struct dns *dns, const struct dns_name *host)
{
	struct findings fs = { 0 };
	struct host h = { .n = 0 };

	host_find(dns, host, &h);
	must(h.n <= HOST_ADDRESSES_MAX);
	must(h.left_out == 0 || h.n == HOST_ADDRESSES_MAX);
	for (size_t i = 0; i < h.n; i++)
		for (size_t k = 0; k < i; k++)
			must(!ip_eq(&h.v[i], &h.v[k]));
	host_findings(&h, &fs);
	findings_free(&fs);
	host_free(&h);
}

static void
names(struct dns *dns)
{
	static const struct ip_addr ips[] = {
		{ .family = 4, .b = { 192, 0, 2, 1 } },
		{ .family = 6, .b = { 0x20, 1, 0xd, 0xb8 } },
	};

	for (size_t i = 0; i < 2; i++) {
		struct reverse r = { .name = NULL };

		reverse_find(dns, &ips[i], &r);
		must(r.status != REVERSE_NONE || r.name == NULL);
		must(r.status == REVERSE_NONE ||
		    r.status == REVERSE_UNKNOWN || r.name != NULL);
		reverse_free(&r);
	}
}

static struct dns_answer *
answer_of(struct cur *c)
{
	struct { struct span *v; size_t n, cap; } rdata = { NULL, 0, 0 };
	enum dns_status status = (enum dns_status)(cur_u8(c) % (DNS_BOGUS + 1));
	struct dns_answer *a = NULL;

	while (cur_peek(c) >= 0 && !c->bad) {
		struct span one = cur_take(c, cur_u16(c));

		if (!c->bad)
			*VEC_PUSH(&rdata) = one;
	}
	if (status == DNS_OK && rdata.n > 0)
		a = dns_answer_new(rdata.v, rdata.n, 1);
	else
		a = dns_answer_empty(status == DNS_OK ? DNS_NODATA : status,
		    1);
	free(rdata.v);
	return a;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct dns_ops ops = { .query = query };
	struct cur c = cur_of(span_of(data, n));
	struct one_answer one = { .dns = { .ops = &ops } };
	struct dns_name host;

	if (n > 1 << 14)
		return 0;
	one.a = answer_of(&c);
	must(dns_name_parse(SPAN("mx.d.test"), &host));
	services(&one.dns);
	issuers(&one.dns, &host);
	addresses(&one.dns, &host);
	names(&one.dns);
	dns_answer_free(one.a);
	return 0;
}
