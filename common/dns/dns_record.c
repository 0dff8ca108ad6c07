/*
 * The recorder: what the resolver behind it answers is also written down as
 * msgsec-zone(5), so that "--zone" can give the same answers again. Of each
 * question the first answer stands. An answer does not say over which
 * aliases it came, so one asked for by itself only after that leads straight
 * to the end of its chain.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/map.h"
#include "base/mem.h"
#include "dns/dns.h"
#include "dns/rr_text.h"
#include "sys/env.h"

enum { ENTRY_MAX = 1 << 23, CHAIN_MAX = 16 };

struct dns_record {
	struct dns dns;
	struct dns *inner;
	int fd;
	int err;
	struct map *said;	/* kind, type, name: what stands there */
	struct buf text;
};

/* First octet of a key in "said": sorts of entries never collide. */
enum kind { K_QUESTION, K_SET, K_CNAME, K_DENIED, K_SECURITY };

/*
 * Note an entry; the earlier value, or NULL when it is new. The value of a
 * CNAME is its target.
 */
static struct dns_name *
say(struct dns_record *self, enum kind kind, const struct dns_name *name,
    enum dns_type type, const struct dns_name *target)
{
	unsigned char key[3 + DNS_NAME_MAX];
	struct span bytes = span_of(key, 3 + name->n);
	struct dns_name *value = NULL;

	key[0] = (unsigned char)kind;
	key[1] = (unsigned char)(type >> 8);
	key[2] = (unsigned char)type;
	memcpy(key + 3, name->wire, name->n);
	if ((value = map_get0(self->said, bytes)) != NULL)
		return value;
	value = xmalloc(target ? sizeof(*value) : 1);
	if (target != NULL)
		*value = *target;
	map_put(self->said, bytes, value);
	return NULL;
}

static void
add_name(struct dns_record *self, const struct dns_name *name)
{
	dns_name_text(&self->text, name, true);
	if (name->n > 1)
		buf_byte(&self->text, '.');
}

static void
add_directive(struct dns_record *self, const char *verb,
    const struct dns_name *name, const char *type)
{
	buf_printf(&self->text, ";! %s ", verb);
	add_name(self, name);
	if (type != NULL)
		buf_printf(&self->text, " %s", type);
	buf_byte(&self->text, '\n');
}

static void
add_rr(struct dns_record *self, const struct dns_name *owner, uint32_t ttl,
    enum dns_type type, struct span rdata)
{
	add_name(self, owner);
	buf_printf(&self->text, " %u IN %s ", ttl, dns_type_name(type));
	dns_rr_text(&self->text, type, rdata);
	buf_byte(&self->text, '\n');
}

/*
 * Lead from the name asked for to the name that answered. Only the two ends
 * of a chain are known, but an alias may have been asked for by itself: then
 * its end is tied to the chain's.
 */
static void
add_chain(struct dns_record *self, const struct dns_name *from,
    const struct dns_name *to, uint32_t ttl)
{
	const struct dns_name *at = from;

	for (size_t hops = 0; hops < CHAIN_MAX && !dns_name_eq(at, to);
	    hops++) {
		const struct dns_name *next = say(self, K_CNAME, at,
		    DNS_CNAME, to);

		if (next == NULL) {
			add_rr(self, at, ttl, DNS_CNAME, dns_name_span(to));
			return;
		}
		at = next;
	}
}

static void
add_set(struct dns_record *self, enum dns_type type,
    const struct dns_answer *a)
{
	struct dns_name target;

	if (type == DNS_CNAME && (!dns_rr_name(a->rdata[0], &target) ||
	    say(self, K_CNAME, &a->canonical, type, &target) != NULL))
		return;
	if (say(self, K_SET, &a->canonical, type, NULL) != NULL)
		return;
	for (size_t i = 0; i < a->n; i++)
		add_rr(self, &a->canonical, a->ttl, type, a->rdata[i]);
}

static void
add_security(struct dns_record *self, const struct dns_name *name,
    const struct dns_answer *a)
{
	const char *verb = a->security == DNS_SECURE ? "secure" : "insecure";

	if (a->security == DNS_INDETERMINATE || dns_failed(a->status))
		return;
	if (say(self, K_SECURITY, name, 0, NULL) == NULL)
		add_directive(self, verb, name, NULL);
	if (a->security == DNS_SECURE &&
	    say(self, K_SECURITY, &a->canonical, 0, NULL) == NULL)
		add_directive(self, verb, &a->canonical, NULL);
}

static void
add_answer(struct dns_record *self, const struct dns_name *name,
    enum dns_type type, const struct dns_answer *a)
{
	if (dns_failed(a->status)) {
		add_directive(self, dns_status_name(a->status), name,
		    dns_type_name(type));
		return;
	}
	add_chain(self, name, &a->canonical, a->ttl);
	if (a->status == DNS_OK)
		add_set(self, type, a);
	else if (a->status == DNS_NODATA)
		add_directive(self, "nodata", &a->canonical,
		    dns_type_name(type));
	else if (say(self, K_DENIED, &a->canonical, 0, NULL) == NULL)
		add_directive(self, "nxdomain", &a->canonical, NULL);
	add_security(self, name, a);
}

static void
flush(struct dns_record *self)
{
	struct span left = buf_get0(&self->text);

	if (self->text.over)
		self->err = self->err ? self->err : EFBIG;
	while (left.n > 0 && self->err == 0) {
		ssize_t n = write(self->fd, left.p, left.n);

		if (n >= 0)
			left = span_from(left, (size_t)n);
		else if (errno != EINTR)
			self->err = errno;
	}
	buf_reset(&self->text);
}

void
dns_record_trust(struct dns *record, enum dns_trust trust)
{
	struct dns_record *self = (struct dns_record *)record;

	/* what a file without the line means */
	if (trust == DNS_UNCHECKED)
		return;
	buf_printf(&self->text, ";! dnssec %s\n", dns_trust_name(trust));
	flush(self);
}

void
dns_record_note(struct dns *record, const struct dns_name *name,
    enum dns_type type, const struct dns_answer *a)
{
	struct dns_record *self = (struct dns_record *)record;

	if (say(self, K_QUESTION, name, type, NULL) != NULL)
		return;
	add_answer(self, name, type, a);
	flush(self);
}

static struct dns_answer *
record_query(struct dns *dns, const struct dns_name *name,
    enum dns_type type)
{
	struct dns_record *self = (struct dns_record *)dns;
	struct dns_answer *a = dns_query_name(self->inner, name, type);

	dns_record_note(dns, name, type, a);
	return a;
}

static void
record_set_timeout(struct dns *dns, unsigned seconds)
{
	dns_set_timeout(((struct dns_record *)dns)->inner, seconds);
}

static void
record_free(struct dns *dns)
{
	struct dns_record *self = (struct dns_record *)dns;

	map_free(self->said, free);
	buf_free(&self->text);
	dns_free(self->inner);
	free(self);
}

static const struct dns_ops ops = {
	.query = record_query, .set_timeout = record_set_timeout,
	.free = record_free
};

struct dns *
dns_record_open(struct dns *inner, int fd, int64_t now)
{
	struct dns_record *self = xcalloc(1, sizeof(*self));
	char time[DATE_RFC3339_SIZE];
	struct env env;

	env_system(&env);
	self->dns = (struct dns){ .ops = &ops, .fixed = inner->fixed,
		.trust = inner->trust };
	self->inner = inner;
	self->fd = fd;
	self->said = map_new(env_seed(&env));
	self->text = BUF(ENTRY_MAX);
	buf_printf(&self->text, "; msgsec-zone(5)\n;! recorded\n;! now %s\n",
	    date_rfc3339(time, now));
	flush(self);
	dns_record_trust(&self->dns, inner->trust);
	return &self->dns;
}

int
dns_record_errno(const struct dns *record)
{
	return ((const struct dns_record *)record)->err;
}
