/*
 * A bounded memory of answers, in two generations: when the young one holds
 * half of the entries it becomes the old one, and the old one is forgotten.
 * What is asked for again moves back to the young one, so the busy stay. A
 * fat answer counts as several, since its size is a stranger's choice.
 */
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "dns/dns.h"

enum {
	FAILURE_SECONDS = 30,
	LONGEST_SECONDS = 86400,	/* RFC 8767 section 4 wants a cap */
	ENTRY_OCTETS = 1024,		/* RDATA that one entry pays for */
};

struct entry {
	struct dns_answer *answer;
	int64_t until;
};

struct dns_cache {
	struct dns dns;
	struct dns *inner;
	struct map *young, *old;
	size_t half;		/* entries of a generation */
	size_t used;		/* of the young one */
	uint64_t seed;
	int64_t (*clock)(void *);
	void *arg;
};

struct key {
	unsigned char octets[DNS_NAME_MAX + 2];
	size_t n;
};

static void
key_make(struct key *key, const struct dns_name *name, enum dns_type type)
{
	key->octets[0] = (unsigned char)(type >> 8);
	key->octets[1] = (unsigned char)type;
	memcpy(key->octets + 2, name->wire, name->n);
	key->n = name->n + 2;
}

static void
entry_free(void *value)
{
	struct entry *e = value;

	if (e == NULL)
		return;
	dns_answer_free(e->answer);
	free(e);
}

static size_t
cost(const struct dns_answer *a)
{
	size_t octets = 0;

	for (size_t i = 0; i < a->n; i++)
		octets += sizeof(a->rdata[i]) + a->rdata[i].n;
	return 1 + octets / ENTRY_OCTETS;
}

static void
store(struct dns_cache *self, struct span key, const struct entry *from)
{
	struct entry *e = xmalloc(sizeof(*e));

	if (self->used >= self->half) {
		map_free(self->old, entry_free);
		self->old = self->young;
		self->young = map_new(self->seed);
		self->used = 0;
	}
	self->used += cost(from->answer);
	e->answer = dns_answer_ref(from->answer);
	e->until = from->until;
	entry_free(map_put(self->young, key, e));
}

static int64_t
lifetime(const struct dns_cache *self, const struct dns_answer *a)
{
	uint32_t ttl = dns_failed(a->status) ? FAILURE_SECONDS : a->ttl;

	if (self->inner->fixed)
		return INT64_MAX;
	return self->clock(self->arg) +
	    (ttl < LONGEST_SECONDS ? ttl : LONGEST_SECONDS);
}

static struct dns_answer *
cache_query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct dns_cache *self = (struct dns_cache *)dns;
	struct entry fresh = { NULL, 0 };
	const struct entry *e = NULL;
	struct key key;
	struct span bytes;

	key_make(&key, name, type);
	bytes = span_of(key.octets, key.n);
	e = map_get0(self->young, bytes);
	if (e == NULL && (e = map_get0(self->old, bytes)) != NULL) {
		fresh = (struct entry){ dns_answer_ref(e->answer), e->until };
		store(self, bytes, &fresh);
		dns_answer_free(fresh.answer);
		e = map_get0(self->young, bytes);
	}
	if (e != NULL && (e->until == INT64_MAX ||
	    self->clock(self->arg) < e->until))
		return dns_answer_ref(e->answer);
	fresh.answer = dns_query_name(self->inner, name, type);
	fresh.until = lifetime(self, fresh.answer);
	store(self, bytes, &fresh);
	return fresh.answer;
}

static void
cache_set_timeout(struct dns *dns, unsigned seconds)
{
	dns_set_timeout(((struct dns_cache *)dns)->inner, seconds);
}

static void
cache_free(struct dns *dns)
{
	struct dns_cache *self = (struct dns_cache *)dns;

	map_free(self->young, entry_free);
	map_free(self->old, entry_free);
	dns_free(self->inner);
	free(self);
}

struct dns *
dns_cache_open(struct dns *inner, size_t entries, uint64_t seed,
    int64_t (*clock)(void *), void *arg)
{
	static const struct dns_ops ops = {
		.query = cache_query, .set_timeout = cache_set_timeout,
		.free = cache_free
	};
	struct dns_cache *self = xcalloc(1, sizeof(*self));

	self->dns = (struct dns){ .ops = &ops, .fixed = inner->fixed,
		.trust = inner->trust };
	self->inner = inner;
	self->young = map_new(seed);
	self->old = map_new(seed);
	self->half = entries > 2 ? entries / 2 : 1;
	self->seed = seed;
	self->clock = clock;
	self->arg = arg;
	return &self->dns;
}
