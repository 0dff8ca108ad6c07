/* Questions and answers as packets; see remote.h. */
#include "dns/remote.h"

#include <stdlib.h>

#include "base/cur.h"
#include "base/mem.h"

void
remote_put_question(struct buf *out, const struct remote_question *q)
{
	buf_u32(out, q->id);
	buf_u16(out, (uint16_t)q->type);
	buf_span(out, dns_name_span(&q->name));
}

bool
remote_get_question(struct span packet, struct remote_question *out)
{
	struct cur c = cur_of(packet);
	struct remote_question q;

	q.id = cur_u32(&c);
	q.type = (enum dns_type)cur_u16(&c);
	if (c.bad || !dns_name_wire(cur_left(&c), &q.name))
		return false;
	*out = q;
	return true;
}

void
remote_put_answer(struct buf *out, uint32_t id, const struct dns_answer *a)
{
	struct buf packet = BUF(REMOTE_MAX);
	bool fits = a->n <= UINT16_MAX;

	buf_u32(&packet, id);
	buf_byte(&packet, (unsigned char)a->status);
	buf_byte(&packet, (unsigned char)a->security);
	buf_u32(&packet, a->ttl);
	buf_u16(&packet, (uint16_t)a->n);
	buf_byte(&packet, (unsigned char)a->canonical.n);
	buf_span(&packet, dns_name_span(&a->canonical));
	for (size_t i = 0; fits && i < a->n; i++) {
		fits = a->rdata[i].n <= UINT16_MAX;
		buf_u16(&packet, (uint16_t)a->rdata[i].n);
		buf_span(&packet, a->rdata[i]);
	}
	if (fits && !packet.over) {
		buf_span(out, buf_get0(&packet));
	} else {
		struct dns_answer *failed = dns_answer_empty(DNS_SERVFAIL, 0);

		remote_put_answer(out, id, failed);
		dns_answer_free(failed);
	}
	buf_free(&packet);
}

/* The n RRs that are left of the packet, nothing behind them. */
static struct dns_answer *
get_rrs(struct cur *c, size_t n, uint32_t ttl)
{
	struct span *rdata = xcalloc(n, sizeof(*rdata));
	struct dns_answer *a = NULL;

	for (size_t i = 0; i < n && !c->bad; i++)
		rdata[i] = cur_take(c, cur_u16(c));
	if (cur_done(c))
		a = dns_answer_new(rdata, n, ttl);
	free(rdata);
	return a;
}

struct dns_answer *
remote_get_answer(struct span packet, uint32_t *id)
{
	struct cur c = cur_of(packet);
	uint32_t number = cur_u32(&c);
	uint8_t status = cur_u8(&c), security = cur_u8(&c);
	uint32_t ttl = cur_u32(&c);
	size_t n = cur_u16(&c);
	struct span owner = cur_take(&c, cur_u8(&c));
	struct dns_name canonical = { 0, { 0 } };
	struct dns_answer *a = NULL;

	if (c.bad || status > DNS_BOGUS || security > DNS_SECURE ||
	    (status == DNS_OK) != (n > 0) ||
	    dns_failed(status) != (owner.n == 0) ||
	    (owner.n > 0 && !dns_name_wire(owner, &canonical)))
		return NULL;
	if (n > 0)
		a = get_rrs(&c, n, ttl);
	else if (cur_done(&c))
		a = dns_answer_empty(status, ttl);
	if (a == NULL)
		return NULL;
	a->security = security;
	a->canonical = canonical;
	*id = number;
	return a;
}
