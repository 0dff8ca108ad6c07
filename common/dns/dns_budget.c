/* A time limit over all questions of one subject; see dns.h. */
#include <stdlib.h>

#include "base/mem.h"
#include "dns/dns.h"
#include "sys/env.h"

struct dns_budget {
	struct dns dns;
	struct dns *inner;
	int64_t limit_ms, until;	/* env_monotonic_ms() */
};

static struct dns_answer *
budget_query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct dns_budget *self = (struct dns_budget *)dns;
	int64_t left = self->until - env_monotonic_ms();

	if (left <= 0)
		return dns_answer_empty(DNS_TIMEOUT, 0);
	dns_set_timeout(self->inner, (unsigned)((left + 999) / 1000));
	return dns_query_name(self->inner, name, type);
}

static void
budget_set_timeout(struct dns *dns, unsigned seconds)
{
	((struct dns_budget *)dns)->limit_ms = (int64_t)seconds * 1000;
	dns_budget_renew(dns);
}

static void
budget_free(struct dns *dns)
{
	dns_free(((struct dns_budget *)dns)->inner);
	free(dns);
}

void
dns_budget_renew(struct dns *dns)
{
	struct dns_budget *self = (struct dns_budget *)dns;

	self->until = env_monotonic_ms() + self->limit_ms;
}

struct dns *
dns_budget_open(struct dns *inner, unsigned seconds)
{
	static const struct dns_ops ops = {
		.query = budget_query, .set_timeout = budget_set_timeout,
		.free = budget_free
	};
	struct dns_budget *self = xcalloc(1, sizeof(*self));

	self->dns = (struct dns){ .ops = &ops, .trust = inner->trust };
	self->inner = inner;
	budget_set_timeout(&self->dns, seconds);
	return &self->dns;
}
