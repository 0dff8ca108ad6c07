/* The tree of a zone file, and the answers from it; see zone.h. */
#include "dns/zone.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "sys/env.h"

enum {
	CHAIN_MAX = 16,		/* CNAMEs before it counts as a loop */
	SET_MAX = 65535,	/* octets that one message could carry */
	RR_COST = 12,		/* octets of an RR besides its data */
	NEGATIVE_TTL = 3600,
};

struct rrset {
	enum dns_type type;
	uint32_t ttl;
	struct span *v;		/* owned octets */
	size_t n, cap;
	size_t octets;
};

struct fault {
	enum dns_type type;	/* or ZONE_ANY_TYPE */
	enum dns_status status;
};

struct node {
	struct { struct rrset *v; size_t n, cap; } sets;
	struct { struct fault *v; size_t n, cap; } faults;
	bool denied;
	bool judged;		/* "security" was stated here */
	enum dns_security security;
};

struct zone {
	struct map *nodes;	/* by name in wire form */
	bool recorded;
};

struct zone *
zone_new(void)
{
	struct zone *z = xcalloc(1, sizeof(*z));
	struct env env;

	env_system(&env);
	z->nodes = map_new(env_seed(&env));
	return z;
}

static void
node_free(void *value)
{
	struct node *node = value;

	for (size_t i = 0; i < node->sets.n; i++) {
		struct rrset *set = &node->sets.v[i];

		for (size_t k = 0; k < set->n; k++)
			free((void *)(uintptr_t)set->v[k].p);
		free(set->v);
	}
	free(node->sets.v);
	free(node->faults.v);
	free(node);
}

void
zone_free(struct zone *z)
{
	if (z == NULL)
		return;
	map_free(z->nodes, node_free);
	free(z);
}

static struct node *
node_get0(const struct zone *z, const struct dns_name *name)
{
	return map_get0(z->nodes, dns_name_span(name));
}

/* The node of that name; it and all above it exist from now on. */
static struct node *
node_make(struct zone *z, const struct dns_name *owner)
{
	struct dns_name name = *owner;
	struct node *node = node_get0(z, owner);

	if (node != NULL)
		return node;
	do {
		if (node_get0(z, &name) != NULL)
			break;
		map_put(z->nodes, dns_name_span(&name),
		    xcalloc(1, sizeof(*node)));
	} while (dns_name_up(&name));
	return node_get0(z, owner);
}

static struct rrset *
set_get0(const struct node *node, enum dns_type type)
{
	for (size_t i = 0; i < node->sets.n; i++)
		if (node->sets.v[i].type == type)
			return &node->sets.v[i];
	return NULL;
}

bool
zone_add(struct zone *z, const struct dns_name *owner, enum dns_type type,
    uint32_t ttl, struct span rdata)
{
	struct node *node = node_make(z, owner);
	struct rrset *set = set_get0(node, type);
	unsigned char *copy = NULL;

	if (rdata.n > SET_MAX)
		return false;
	if (set == NULL) {
		set = VEC_PUSH(&node->sets);
		set->type = type;
		set->ttl = ttl;
	}
	for (size_t i = 0; i < set->n; i++)
		if (span_eq(set->v[i], rdata))
			return true;
	if (set->n > 0 && set->octets + rdata.n + RR_COST > SET_MAX)
		return false;
	set->octets += rdata.n + RR_COST;
	copy = xmalloc(rdata.n);
	if (rdata.n > 0)
		memcpy(copy, rdata.p, rdata.n);
	*VEC_PUSH(set) = span_of(copy, rdata.n);
	return true;
}

void
zone_fault(struct zone *z, const struct dns_name *owner, enum dns_type type,
    enum dns_status status)
{
	struct node *node = node_make(z, owner);

	*VEC_PUSH(&node->faults) = (struct fault){ type, status };
}

void
zone_deny(struct zone *z, const struct dns_name *owner)
{
	node_make(z, owner)->denied = true;
}

void
zone_secure(struct zone *z, const struct dns_name *owner,
    enum dns_security security)
{
	struct node *node = node_make(z, owner);

	node->judged = true;
	node->security = security;
}

void
zone_recorded(struct zone *z)
{
	z->recorded = true;
}

/*
 * The node that answers for a name: its own, or the wildcard right below the
 * closest encloser (RFC 4592 section 3.3.1). A recording holds answers to
 * questions, not zones: nothing is derived from it.
 */
static const struct node *
node_match(const struct zone *z, const struct dns_name *name)
{
	const struct node *node = node_get0(z, name);
	struct dns_name up = *name, star = { 2, { 1, '*' } };

	if (node != NULL || z->recorded)
		return node;
	while (node == NULL && dns_name_up(&up))
		node = node_get0(z, &up);
	if (node == NULL || node->denied || up.n + 2 > DNS_NAME_MAX)
		return NULL;
	memcpy(star.wire + 2, up.wire, up.n);
	star.n += up.n;
	return node_get0(z, &star);
}

/* What was stated for the name or the closest one above it. */
static enum dns_security
security_of(const struct zone *z, const struct dns_name *name)
{
	struct dns_name up = *name;

	do {
		const struct node *node = node_get0(z, &up);

		if (node != NULL && node->judged)
			return node->security;
	} while (dns_name_up(&up));
	return DNS_INDETERMINATE;
}

/* A chain is as good as its weakest link (RFC 4035 section 3.2.3). */
static enum dns_security
weaker(enum dns_security a, enum dns_security b)
{
	if (a == DNS_INSECURE || b == DNS_INSECURE)
		return DNS_INSECURE;
	return a < b ? a : b;
}

/* Whether a failure was ordered for this type here. */
static bool
fault_at(const struct node *node, enum dns_type type, enum dns_status *out)
{
	for (size_t i = 0; i < node->faults.n; i++) {
		const struct fault *f = &node->faults.v[i];

		if (f->type == type || (int)f->type == ZONE_ANY_TYPE) {
			*out = f->status;
			return true;
		}
	}
	return false;
}

static enum dns_status
negative(const struct zone *z, const struct node *node)
{
	if (node != NULL && node->denied)
		return DNS_NXDOMAIN;
	if (z->recorded)
		return DNS_TIMEOUT;
	return node != NULL ? DNS_NODATA : DNS_NXDOMAIN;
}

/*
 * One step: the set that answers, or the CNAME to follow, or NULL and the
 * status.
 */
static const struct rrset *
step(const struct zone *z, const struct dns_name *name, enum dns_type type,
    enum dns_status *status)
{
	const struct node *node = node_match(z, name);
	const struct rrset *set = NULL;

	if (node != NULL && fault_at(node, type, status))
		return NULL;
	if (node != NULL && (set = set_get0(node, type)) == NULL)
		set = set_get0(node, DNS_CNAME);
	if (set == NULL)
		*status = negative(z, node);
	return set;
}

struct dns_answer *
zone_query(const struct zone *z, const struct dns_name *name,
    enum dns_type type)
{
	const struct rrset *set = NULL;
	struct dns_answer *a = NULL;
	struct dns_name at = *name;
	enum dns_security security = security_of(z, name);
	enum dns_status status = DNS_SERVFAIL;
	uint32_t ttl = UINT32_MAX;

	for (size_t hops = 0; hops <= CHAIN_MAX; hops++) {
		set = step(z, &at, type, &status);
		if (set == NULL || set->type == type)
			break;
		ttl = set->ttl < ttl ? set->ttl : ttl;
		if (!dns_rr_name(set->v[0], &at))
			return dns_answer_empty(DNS_SERVFAIL, 0);
		security = weaker(security, security_of(z, &at));
		set = NULL;
		status = DNS_SERVFAIL;
	}
	if (set == NULL) {
		a = dns_answer_empty(status,
		    ttl < NEGATIVE_TTL ? ttl : NEGATIVE_TTL);
		if (dns_failed(status))
			return a;
	} else {
		a = dns_answer_new(set->v, set->n,
		    ttl < set->ttl ? ttl : set->ttl);
	}
	a->canonical = at;
	a->security = security;
	return a;
}
