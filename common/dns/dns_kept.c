/* Answers kept for a second reading; see dns.h. */
#include <stdlib.h>

#include "base/cur.h"
#include "base/mem.h"
#include "base/vec.h"
#include "dns/dns.h"
#include "dns/remote.h"

struct dns_keep {
	struct dns dns;
	struct dns *inner;	/* lent */
	struct buf *out;
};

/* An entry: type, name, and the answer as a packet (remote.h). */
static struct dns_answer *
keep_query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct dns_keep *self = (struct dns_keep *)dns;
	struct dns_answer *a = dns_query_name(self->inner, name, type);
	struct buf packet = BUF(REMOTE_MAX);

	remote_put_answer(&packet, 0, a);
	buf_u16(self->out, (uint16_t)type);
	buf_byte(self->out, (unsigned char)name->n);
	buf_span(self->out, dns_name_span(name));
	buf_counted(self->out, buf_get0(&packet));
	buf_free(&packet);
	return a;
}

static void
keep_set_timeout(struct dns *dns, unsigned seconds)
{
	dns_set_timeout(((struct dns_keep *)dns)->inner, seconds);
}

static void
keep_free(struct dns *dns)
{
	free(dns);
}

struct dns *
dns_keep_open(struct dns *inner, struct buf *out)
{
	static const struct dns_ops ops = {
		.query = keep_query, .set_timeout = keep_set_timeout,
		.free = keep_free
	};
	struct dns_keep *self = xcalloc(1, sizeof(*self));

	self->dns.ops = &ops;
	self->dns.trust = inner->trust;
	self->inner = inner;
	self->out = out;
	buf_byte(out, (unsigned char)inner->trust);
	return &self->dns;
}

struct kept {
	enum dns_type type;
	struct span name, packet;
};

struct dns_kept {
	struct dns dns;
	struct kept *v;
	size_t n, cap;
};

static struct dns_answer *
kept_query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	const struct dns_kept *self = (const struct dns_kept *)dns;
	struct dns_answer *a = NULL;
	uint32_t id = 0;

	for (size_t i = 0; i < self->n && a == NULL; i++)
		if (self->v[i].type == type &&
		    span_eq(self->v[i].name, dns_name_span(name)))
			a = remote_get_answer(self->v[i].packet, &id);
	return a != NULL ? a : dns_answer_empty(DNS_TIMEOUT, 0);
}

static void
kept_free(struct dns *dns)
{
	free(((struct dns_kept *)dns)->v);
	free(dns);
}

struct dns *
dns_kept_open(struct span kept)
{
	static const struct dns_ops ops = {
		.query = kept_query, .free = kept_free
	};
	struct dns_kept *self = xcalloc(1, sizeof(*self));
	struct cur c = cur_of(kept);
	uint8_t trust = cur_u8(&c);

	self->dns.ops = &ops;
	self->dns.fixed = true;
	/* the other process may be another's by now: it is no enum yet */
	self->dns.trust = trust <= DNS_CHECKED ? (enum dns_trust)trust :
	    DNS_UNCHECKED;
	while (!c.bad && !cur_done(&c)) {
		struct kept k = { .type = (enum dns_type)cur_u16(&c) };

		k.name = cur_take(&c, cur_u8(&c));
		k.packet = cur_counted(&c);
		if (!c.bad)
			*VEC_PUSH(self) = k;
	}
	return &self->dns;
}
