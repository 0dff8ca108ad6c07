/* Addresses and networks; see ip.h. */
#include "base/ip.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/cur.h"

/*
 * inet_pton(3) is the strict one of the family: it takes neither octal nor
 * short forms. It wants a NUL, and would stop at one inside the text.
 */
static bool
from_text(int af, struct span text, void *octets)
{
	char copy[IP_TEXT_SIZE];

	if (text.n == 0 || text.n >= sizeof(copy) ||
	    span_chr(text, '\0') != text.n)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	return inet_pton(af, copy, octets) == 1;
}

bool
ip_parse4(struct span text, struct ip_addr *out)
{
	struct ip_addr a = { .family = 4 };

	if (!from_text(AF_INET, text, a.b))
		return false;
	*out = a;
	return true;
}

bool
ip_parse6(struct span text, struct ip_addr *out)
{
	struct ip_addr a = { .family = 6 };

	if (!from_text(AF_INET6, text, a.b))
		return false;
	*out = a;
	return true;
}

bool
ip_parse(struct span text, struct ip_addr *out)
{
	struct ip_addr a = { 0 };

	if (span_chr(text, ':') == text.n)
		return ip_parse4(text, out);
	if (!ip_parse6(text, &a))
		return false;
	*out = ip_unmapped(a);
	return true;
}

bool
ip_from_octets(struct span octets, struct ip_addr *out)
{
	struct ip_addr a = { 0 };

	if (octets.n != 4 && octets.n != 16)
		return false;
	a.family = octets.n == 4 ? 4 : 6;
	memcpy(a.b, octets.p, octets.n);
	*out = a;
	return true;
}

struct ip_addr
ip_unmapped(struct ip_addr a)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct ip_addr v4 = { .family = 4 };

	if (a.family != 6 || memcmp(a.b, mapped, sizeof(mapped)) != 0)
		return a;
	memcpy(v4.b, a.b + 12, 4);
	return v4;
}

bool
ip_net_parse(struct span text, struct ip_net *out)
{
	size_t slash = span_chr(text, '/');
	struct ip_net net = { 0 };
	struct span bits = span_from(text, slash + 1);
	uint64_t v = 0;

	if (!ip_parse(span_first(text, slash), &net.addr))
		return false;
	v = 8 * ip_octets(&net.addr);
	/* a mapped network would need its prefix shifted: nobody writes it */
	if (slash < text.n && (!span_dec(bits, v, &v) ||
	    (bits.n > 1 && bits.p[0] == '0') ||
	    (net.addr.family == 4 && span_chr(text, ':') < slash)))
		return false;
	net.bits = (unsigned char)v;
	*out = net;
	return true;
}

char *
ip_text(char out[static IP_TEXT_SIZE], const struct ip_addr *a)
{
	int af = a->family == 4 ? AF_INET : AF_INET6;

	out[0] = '\0';
	if (ip_octets(a) != 0)
		inet_ntop(af, a->b, out, IP_TEXT_SIZE);
	return out;
}

char *
ip_net_text(char out[static IP_NET_TEXT_SIZE], const struct ip_net *net)
{
	char addr[IP_TEXT_SIZE];

	snprintf(out, IP_NET_TEXT_SIZE, "%s/%u", ip_text(addr, &net->addr),
	    (unsigned)net->bits);
	return out;
}

bool
ip_eq(const struct ip_addr *a, const struct ip_addr *b)
{
	return a->family == b->family &&
	    memcmp(a->b, b->b, ip_octets(a)) == 0;
}

bool
ip_in(const struct ip_addr *a, const struct ip_addr *net, unsigned bits)
{
	size_t whole = bits / 8;
	unsigned rest = bits % 8;

	if (a->family != net->family || bits > 8 * ip_octets(a) ||
	    memcmp(a->b, net->b, whole) != 0)
		return false;
	return rest == 0 || (a->b[whole] ^ net->b[whole]) >> (8 - rest) == 0;
}

bool
ip_in_net(const struct ip_addr *a, const struct ip_net *net)
{
	return ip_in(a, &net->addr, net->bits);
}

enum ip_scope
ip_scope(const struct ip_addr *a)
{
	/* the first that holds the address decides */
	static const struct {
		struct ip_addr net;
		unsigned bits;
		enum ip_scope scope;
	} table[] = {
		{ { 4, { 0 } }, 8, IP_RESERVED },
		{ { 4, { 10 } }, 8, IP_PRIVATE },
		{ { 4, { 100, 64 } }, 10, IP_PRIVATE },
		{ { 4, { 127 } }, 8, IP_LOOPBACK },
		{ { 4, { 169, 254 } }, 16, IP_LINK_LOCAL },
		{ { 4, { 172, 16 } }, 12, IP_PRIVATE },
		{ { 4, { 192, 0, 0 } }, 24, IP_RESERVED },
		{ { 4, { 192, 0, 2 } }, 24, IP_DOCUMENTATION },
		{ { 4, { 192, 88, 99 } }, 24, IP_RESERVED },
		{ { 4, { 192, 168 } }, 16, IP_PRIVATE },
		{ { 4, { 198, 18 } }, 15, IP_RESERVED },
		{ { 4, { 198, 51, 100 } }, 24, IP_DOCUMENTATION },
		{ { 4, { 203, 0, 113 } }, 24, IP_DOCUMENTATION },
		{ { 4, { 224 } }, 4, IP_MULTICAST },
		{ { 4, { 240 } }, 4, IP_RESERVED },
		{ { 4, { 0 } }, 0, IP_PUBLIC },
		{ { 6, { [15] = 1 } }, 128, IP_LOOPBACK },
		{ { 6, { 0xfc } }, 7, IP_PRIVATE },
		{ { 6, { 0xfe, 0x80 } }, 10, IP_LINK_LOCAL },
		{ { 6, { 0xff } }, 8, IP_MULTICAST },
		{ { 6, { 0x20, 0x01, 0x0d, 0xb8 } }, 32, IP_DOCUMENTATION },
		{ { 6, { 0x3f, 0xff } }, 20, IP_DOCUMENTATION },
		{ { 6, { 0x20, 0x01 } }, 23, IP_RESERVED },
		{ { 6, { 0x20, 0x02 } }, 16, IP_RESERVED },
		{ { 6, { 0x20 } }, 3, IP_PUBLIC },
	};
	struct ip_addr plain = ip_unmapped(*a);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (ip_in(&plain, &table[i].net, table[i].bits))
			return table[i].scope;
	return IP_RESERVED;
}
