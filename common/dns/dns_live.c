/*
 * The stub resolver: asks recursive servers, one question at a time, and
 * believes nothing but what answers the question (RFC 1034 section 5.3.1).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "dns/dns.h"
#include "dns/exchange.h"
#include "sys/env.h"

enum {
	CHAIN_MAX = 16,		/* messages for one chain of CNAMEs */
	LEAST_TRY_MS = 1000,
};

struct dns_live {
	struct dns dns;
	struct dns_servers servers;
	struct env env;
	int64_t limit_ms;	/* of one query with all its tries */
	bool said;		/* the user vouches that it validates */
	bool edns[DNS_SERVERS_MAX];	/* until a server refuses it */
};

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Each try gets its share of what is left, the last all of it. */
static int64_t
try_until(int64_t deadline, size_t tries_left)
{
	int64_t now = env_monotonic_ms();
	int64_t share = (deadline - now) / (int64_t)tries_left;

	return least(deadline, now + (share > LEAST_TRY_MS ? share :
	    LEAST_TRY_MS));
}

/* A server that cannot do EDNS says so once, and is asked without it then. */
static enum dns_exchange
ask_server(struct dns_live *self, size_t i, struct dns_question *q,
    int64_t until, enum dns_reply *reply, struct dns_reading *out)
{
	enum dns_exchange result = EXCHANGE_SILENT;

	do {
		self->env.random(self->env.arg, &q->id, sizeof(q->id));
		q->edns = self->edns[i];
		q->dnssec = q->edns && self->servers.trust_ad;
		result = dns_exchange(&self->servers.v[i], q, until, reply,
		    out);
		if (result != EXCHANGE_DONE || *reply != REPLY_NO_EDNS)
			return result;
		self->edns[i] = false;
	} while (q->edns);
	*reply = REPLY_FAILED;
	return result;
}

/*
 * All servers in turn, "attempts" times round. One that answers with an
 * error or cannot be reached is not asked again.
 */
static enum dns_status
ask(struct dns_live *self, struct dns_question *q, int64_t deadline,
    enum dns_reply *reply, struct dns_reading *out)
{
	size_t n = self->servers.n, left = n * self->servers.attempts;
	bool done[DNS_SERVERS_MAX] = { false };
	enum dns_status worst = DNS_TIMEOUT;

	for (size_t i = 0; left > 0 && env_monotonic_ms() < deadline; i++) {
		int64_t until = try_until(deadline, left--);

		if (done[i % n])
			continue;
		switch (ask_server(self, i % n, q, until, reply, out)) {
		case EXCHANGE_DONE:
			if (*reply != REPLY_FAILED)
				return DNS_OK;
			worst = DNS_SERVFAIL;
			done[i % n] = true;
			break;
		case EXCHANGE_UNREACHABLE:
			done[i % n] = true;
			break;
		case EXCHANGE_SILENT:
			break;
		}
	}
	return worst;
}

static struct dns_answer *
live_query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct dns_live *self = (struct dns_live *)dns;
	struct dns_question q = { .type = type, .name = *name };
	int64_t deadline = env_monotonic_ms() + self->limit_ms;
	uint32_t ttl = UINT32_MAX;
	bool ad = self->servers.trust_ad;

	for (size_t hops = 0; hops < CHAIN_MAX; hops++) {
		struct dns_reading r = { .answer = NULL };
		enum dns_reply reply = REPLY_FAILED;
		enum dns_status status = ask(self, &q, deadline, &reply, &r);

		if (status != DNS_OK)
			return dns_answer_empty(status, 0);
		ad = ad && r.ad;
		ttl = r.ttl < ttl ? r.ttl : ttl;
		if (reply == REPLY_ALIAS) {
			q.name = r.next;
			continue;
		}
		if (ttl < r.answer->ttl)
			r.answer->ttl = ttl;
		r.answer->security = ad ? DNS_SECURE : self->said ?
		    DNS_INSECURE : DNS_INDETERMINATE;
		return r.answer;
	}
	return dns_answer_empty(DNS_SERVFAIL, 0);
}

/* Never more than resolv.conf's: what a limit leaves is for other questions. */
static void
live_set_timeout(struct dns *dns, unsigned seconds)
{
	struct dns_live *self = (struct dns_live *)dns;
	int64_t own = (int64_t)self->servers.timeout * self->servers.attempts;

	self->limit_ms = 1000 * (seconds > 0 ? least(seconds, own) : own);
}

static void
live_free(struct dns *dns)
{
	free(dns);
}

struct dns *
dns_live_open(const char *server, bool trust_ad, const char **why)
{
	static const struct dns_ops ops = {
		.query = live_query, .set_timeout = live_set_timeout,
		.free = live_free
	};
	struct dns_live *self = xcalloc(1, sizeof(*self));

	self->dns.ops = &ops;
	env_system(&self->env);
	if (!dns_servers_find(server, &self->servers)) {
		*why = "not an address of a name server (ADDR or ADDR@PORT)";
		free(self);
		return NULL;
	}
	self->servers.trust_ad |= trust_ad;
	if (self->servers.trust_ad)
		self->dns.trust = DNS_CHECKED;
	self->said = trust_ad;
	live_set_timeout(&self->dns, 0);
	for (size_t i = 0; i < self->servers.n; i++)
		self->edns[i] = true;
	return &self->dns;
}
