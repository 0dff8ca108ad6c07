/*
 * How many addresses an SPF record lets pass: a few wide networks, or many
 * that add up, open a domain to everybody (RFC 7208 section 11.2).
 */
#include <stdlib.h>

#include "auth/spf_int.h"
#include "base/vec.h"

enum {
	NETS_MAX = 8192,
	WIDE_BITS4 = 8,		/* more than one such network is "wide" */
	WIDE_BITS6 = 19,	/* no registry gives a network that is wider */
	WORLD_BITS6 = 4,	/* 2000::/3 is all there is */
};

void
spf_reach_add(struct spf_reach *r, const struct spf_term *t,
    const struct ip_addr *addr)
{
	struct ip_net *net = NULL;

	if (r->nets.n >= NETS_MAX)
		return;
	net = VEC_PUSH(&r->nets);
	net->addr = *addr;
	net->bits = addr->family == 4 ? t->bits4 : t->bits6;
}

static uint64_t
first4(const struct ip_net *net)
{
	const unsigned char *b = net->addr.b;
	uint64_t a = (uint64_t)b[0] << 24 | (uint64_t)b[1] << 16 |
	    (uint64_t)b[2] << 8 | b[3];

	return a >> (32 - net->bits) << (32 - net->bits);
}

/* IPv4 first, by first address. */
static int
by_place(const void *a, const void *b)
{
	const struct ip_net *x = a, *y = b;

	if (x->addr.family != y->addr.family)
		return x->addr.family < y->addr.family ? -1 : 1;
	if (x->addr.family != 4)
		return 0;
	return (first4(x) > first4(y)) - (first4(x) < first4(y));
}

/* Addresses in the union of the IPv4 networks, which are sorted. */
static uint64_t
covered4(const struct spf_reach *r)
{
	uint64_t sum = 0, reached = 0;

	for (size_t i = 0; i < r->nets.n; i++) {
		const struct ip_net *net = &r->nets.v[i];
		uint64_t from = 0, to = 0;

		if (net->addr.family != 4)
			break;
		from = first4(net);
		to = from + ((uint64_t)1 << (32 - net->bits));
		if (from < reached)
			from = reached;
		if (to > from) {
			sum += to - from;
			reached = to;
		}
	}
	return sum;
}

static unsigned
widest6(const struct spf_reach *r)
{
	unsigned bits = 128;

	for (size_t i = 0; i < r->nets.n; i++)
		if (r->nets.v[i].addr.family == 6 && r->nets.v[i].bits < bits)
			bits = r->nets.v[i].bits;
	return bits;
}

void
spf_reach_findings(struct spf_reach *r, const char *where,
    struct findings *out)
{
	uint64_t n4 = 0;
	unsigned bits6 = widest6(r);

	if (r->nets.n > 0)
		qsort(r->nets.v, r->nets.n, sizeof(*r->nets.v), by_place);
	n4 = covered4(r);
	if (n4 >= (uint64_t)1 << 31)
		finding_add(out, F_SPF_WORLD, where, "%llu IPv4 addresses",
		    (unsigned long long)n4);
	else if (bits6 <= WORLD_BITS6)
		finding_add(out, F_SPF_WORLD, where, "an IPv6 /%u", bits6);
	else if (n4 >= (uint64_t)1 << (32 - WIDE_BITS4))
		finding_add(out, F_SPF_WIDE, where, "%llu IPv4 addresses",
		    (unsigned long long)n4);
	else if (bits6 < WIDE_BITS6)
		finding_add(out, F_SPF_WIDE, where, "an IPv6 /%u", bits6);
	free(r->nets.v);
	*r = (struct spf_reach){ 0 };
}
