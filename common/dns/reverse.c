/* From an address to its name, and back; see reverse.h. */
#include "dns/reverse.h"

#include <stdlib.h>

enum { NAME_ROOM = 128 };

void
reverse_name(struct buf *out, const struct ip_addr *ip)
{
	for (size_t i = ip_octets(ip); i-- > 0;)
		if (ip->family == 4)
			buf_printf(out, "%u.", ip->b[i]);
		else
			buf_printf(out, "%x.%x.", ip->b[i] & 15u,
			    (unsigned)ip->b[i] >> 4);
	buf_str(out, ip->family == 4 ? "in-addr.arpa" : "ip6.arpa");
}

/* Whether the name has the address; the failure of DNS is in *failed. */
static bool
leads_back(struct dns *dns, const struct dns_name *name,
    const struct ip_addr *ip, bool *failed)
{
	enum dns_type type = ip->family == 4 ? DNS_A : DNS_AAAA;
	struct dns_answer *a = dns_query_name(dns, name, type);
	bool found = false;

	*failed = *failed || dns_failed(a->status);
	for (size_t i = 0; i < a->n && !found; i++) {
		struct ip_addr got;

		found = dns_rr_address(type, a->rdata[i], &got) &&
		    ip_eq(&got, ip);
	}
	dns_answer_free(a);
	return found;
}

static void
confirm(struct dns *dns, const struct dns_answer *a, const struct ip_addr *ip,
    struct reverse *out)
{
	bool failed = false;

	out->status = REVERSE_NONE;
	for (size_t i = 0; i < a->n && i < REVERSE_NAMES_MAX; i++) {
		struct dns_name name;

		if (!dns_rr_name(a->rdata[i], &name))
			continue;
		out->status = leads_back(dns, &name, ip, &failed) ?
		    REVERSE_TRUE : failed ? REVERSE_UNKNOWN : REVERSE_FALSE;
		if (out->name == NULL || out->status == REVERSE_TRUE) {
			free(out->name);
			out->name = dns_name_str(&name);
		}
		if (out->status == REVERSE_TRUE)
			return;
	}
}

void
reverse_find(struct dns *dns, const struct ip_addr *ip, struct reverse *out)
{
	struct buf name = BUF(NAME_ROOM);
	struct reverse r = { .status = REVERSE_UNKNOWN };
	struct dns_answer *a = NULL;

	reverse_name(&name, ip);
	a = dns_query(dns, buf_get0(&name), DNS_PTR);
	if (!dns_failed(a->status))
		confirm(dns, a, ip, &r);
	dns_answer_free(a);
	buf_free(&name);
	*out = r;
}

void
reverse_free(struct reverse *r)
{
	free(r->name);
	*r = (struct reverse){ .name = NULL };
}
