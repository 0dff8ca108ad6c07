/* A time limit over many questions; see dns.h. */
#include <stdlib.h>

#include "base/mem.h"
#include "dns/dns.h"
#include "sys/env.h"

struct dns_budget {
	struct dns dns;
	struct dns *inner;
	bool lent;
	int64_t limit_ms, until;	/* env_monotonic_ms() */
	int64_t one_ms;		/* that one question may take; 0: all */
};

static struct dns_answer *
budget_query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct dns_budget *self = (struct dns_budget *)dns;
	int64_t left = self->until - env_monotonic_ms();

	if (left <= 0)
		return dns_answer_empty(DNS_TIMEOUT, 0);
	if (self->one_ms > 0 && self->one_ms < left)
		left = self->one_ms;
	dns_set_timeout(self->inner, (unsigned)((left + 999) / 1000));
	return dns_query_name(self->inner, name, type);
}

static void
budget_set_timeout(struct dns *dns, unsigned seconds)
{
	((struct dns_budget *)dns)->one_ms = (int64_t)seconds * 1000;
}

static void
budget_free(struct dns *dns)
{
	struct dns_budget *self = (struct dns_budget *)dns;

	if (self->lent)
		dns_set_timeout(self->inner, 0);
	else
		dns_free(self->inner);
	free(self);
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
	self->limit_ms = (int64_t)seconds * 1000;
	dns_budget_renew(&self->dns);
	return &self->dns;
}

struct dns *
dns_budget_within(struct dns *inner, unsigned seconds)
{
	struct dns *dns = dns_budget_open(inner, seconds);

	((struct dns_budget *)dns)->lent = true;
	return dns;
}
