/* DNS messages; ldns takes them apart. See message.h. */
#include "dns/message.h"

#include <ldns/ldns.h>
#include <stdlib.h>

#include "base/cur.h"
#include "base/mem.h"
#include "base/vec.h"

enum {
	FLAG_QR = 0x8000,
	FLAG_TC = 0x0200,
	FLAG_RD = 0x0100,
	OPCODE = 0x7800,
	CHAIN_MAX = 16,
};

void
dns_message_ask(struct buf *out, const struct dns_question *q)
{
	buf_u16(out, q->id);
	buf_u16(out, FLAG_RD);
	buf_u16(out, 1);
	buf_u16(out, 0);
	buf_u16(out, 0);
	buf_u16(out, q->edns);
	buf_span(out, dns_name_span(&q->name));
	buf_u16(out, (uint16_t)q->type);
	buf_u16(out, LDNS_RR_CLASS_IN);
	if (!q->edns)
		return;
	/* RFC 6891 section 6.1.2: OPT at the root, the size as its class */
	buf_byte(out, 0);
	buf_u16(out, LDNS_RR_TYPE_OPT);
	buf_u16(out, DNS_EDNS_SIZE);
	buf_u16(out, 0);
	buf_u16(out, q->dnssec ? 0x8000 : 0);
	buf_u16(out, 0);
}

/* Whether the header and the question are those of "q" (RFC 5452 section 9). */
static bool
is_reply_to(struct span wire, const struct dns_question *q, unsigned *flags)
{
	struct cur c = cur_of(wire);
	uint16_t id = cur_u16(&c), questions = 0;
	struct span name = { NULL, 0 };
	struct dns_name got;

	*flags = cur_u16(&c);
	questions = cur_u16(&c);
	cur_take(&c, 6);
	if (c.bad || id != q->id || (*flags & (FLAG_QR | OPCODE)) != FLAG_QR)
		return false;
	/* an error may come without its question (RFC 1035 section 4.1.1) */
	if (questions == 0 && (*flags & 0xf) != 0)
		return true;
	name = cur_take(&c, q->name.n);
	return questions == 1 && !c.bad && dns_name_wire(name, &got) &&
	    dns_name_eq(&got, &q->name) && cur_u16(&c) == q->type &&
	    cur_u16(&c) == LDNS_RR_CLASS_IN && !c.bad;
}

static bool
rr_is(const ldns_rr *rr, const struct dns_name *owner, unsigned type)
{
	const ldns_rdf *rdf = ldns_rr_owner(rr);
	struct dns_name name;

	return ldns_rr_get_type(rr) == (ldns_rr_type)type &&
	    ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN &&
	    dns_name_wire(span_of(ldns_rdf_data(rdf), ldns_rdf_size(rdf)),
	    &name) && dns_name_eq(&name, owner);
}

/* The first RR of that owner and type, or NULL. */
static const ldns_rr *
rr_find0(const ldns_rr_list *list, const struct dns_name *owner,
    unsigned type)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++)
		if (rr_is(ldns_rr_list_rr(list, i), owner, type))
			return ldns_rr_list_rr(list, i);
	return NULL;
}

/* Follow CNAMEs from *at; false when there are too many or one is broken. */
static bool
follow(const ldns_rr_list *list, unsigned type, struct dns_name *at,
    uint32_t *ttl)
{
	for (size_t hops = 0; hops <= CHAIN_MAX; hops++) {
		const ldns_rr *rr = NULL;
		const ldns_rdf *to = NULL;

		if (rr_find0(list, at, type) != NULL ||
		    (rr = rr_find0(list, at, DNS_CNAME)) == NULL)
			return true;
		to = ldns_rr_rdf(rr, 0);
		if (to == NULL || !dns_name_wire(span_of(ldns_rdf_data(to),
		    ldns_rdf_size(to)), at))
			return false;
		if (ldns_rr_ttl(rr) < *ttl)
			*ttl = ldns_rr_ttl(rr);
	}
	return false;
}

static struct dns_answer *
answer_of(const ldns_rr_list *list, const struct dns_name *owner,
    unsigned type, uint32_t ttl)
{
	struct { struct span *v; size_t n, cap; } rdata = { NULL, 0, 0 };
	struct dns_answer *a = NULL;
	ldns_buffer *wire = ldns_buffer_new(1024);
	size_t starts = 0;

	if (wire == NULL)
		mem_exhausted();
	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(list, i);

		if (!rr_is(rr, owner, type))
			continue;
		if (ldns_rr_rdata2buffer_wire(wire, rr) != LDNS_STATUS_OK)
			mem_exhausted();
		/* as lengths only: the buffer may still move */
		VEC_PUSH(&rdata)->n = ldns_buffer_position(wire) - starts;
		starts = ldns_buffer_position(wire);
		ttl = ldns_rr_ttl(rr) < ttl ? ldns_rr_ttl(rr) : ttl;
	}
	starts = 0;
	for (size_t i = 0; i < rdata.n; i++) {
		rdata.v[i].p = ldns_buffer_at(wire, starts);
		starts += rdata.v[i].n;
	}
	if (rdata.n > 0)
		a = dns_answer_new(rdata.v, rdata.n, ttl);
	ldns_buffer_free(wire);
	free(rdata.v);
	return a;
}

/* RFC 2308 section 5: the SOA's own TTL or its minimum; 0 without one. */
static uint32_t
negative_ttl(const ldns_rr_list *authority, bool *soa)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(authority); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(authority, i);
		const ldns_rdf *minimum = NULL;

		if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_SOA ||
		    (minimum = ldns_rr_rdf(rr, 6)) == NULL)
			continue;
		*soa = true;
		return ldns_rr_ttl(rr) < ldns_rdf2native_int32(minimum) ?
		    ldns_rr_ttl(rr) : ldns_rdf2native_int32(minimum);
	}
	return 0;
}

/* A server that only names others has not answered (a lame delegation). */
static bool
is_referral(const ldns_pkt *pkt)
{
	const ldns_rr_list *list = ldns_pkt_authority(pkt);

	return !ldns_pkt_aa(pkt) && !ldns_pkt_ra(pkt) &&
	    ldns_rr_list_rr_count(list) > 0 &&
	    ldns_rr_get_type(ldns_rr_list_rr(list, 0)) == LDNS_RR_TYPE_NS;
}

/* An answer without the type: is it certain, and where does it lead? */
static enum dns_reply
read_negative(const ldns_pkt *pkt, const struct dns_question *q,
    struct dns_reading *r)
{
	bool soa = false;
	uint32_t ttl = negative_ttl(ldns_pkt_authority(pkt), &soa);
	enum dns_status status = DNS_NODATA;

	if (ldns_pkt_get_rcode(pkt) == LDNS_RCODE_NXDOMAIN)
		status = DNS_NXDOMAIN;
	else if (!soa && !dns_name_eq(&r->next, &q->name))
		return REPLY_ALIAS;
	else if (!soa && is_referral(pkt))
		return REPLY_FAILED;
	r->answer = dns_answer_empty(status, ttl < r->ttl ? ttl : r->ttl);
	r->answer->canonical = r->next;
	return REPLY_ANSWER;
}

static enum dns_reply
read_packet(const ldns_pkt *pkt, const struct dns_question *q,
    struct dns_reading *out)
{
	struct dns_reading r = { .next = q->name, .ttl = UINT32_MAX,
		.ad = ldns_pkt_ad(pkt) };
	const ldns_rr_list *list = ldns_pkt_answer(pkt);
	enum dns_reply reply = REPLY_ANSWER;

	if (!follow(list, q->type, &r.next, &r.ttl))
		return REPLY_FAILED;
	if (ldns_pkt_get_rcode(pkt) == LDNS_RCODE_NOERROR)
		r.answer = answer_of(list, &r.next, q->type, r.ttl);
	r.is_signed = rr_find0(list, &r.next, LDNS_RR_TYPE_RRSIG) != NULL;
	if (r.answer != NULL)
		r.answer->canonical = r.next;
	else
		reply = read_negative(pkt, q, &r);
	if (reply == REPLY_ANSWER || reply == REPLY_ALIAS)
		*out = r;
	return reply;
}

enum dns_reply
dns_message_read(struct span wire, const struct dns_question *q,
    struct dns_reading *out)
{
	ldns_pkt *pkt = NULL;
	enum dns_reply reply = REPLY_FAILED;
	unsigned flags = 0, rcode = 0;

	if (!is_reply_to(wire, q, &flags))
		return REPLY_FOREIGN;
	rcode = flags & 0xf;
	if ((flags & FLAG_TC) != 0)
		return REPLY_TRUNCATED;
	if (q->edns && (rcode == LDNS_RCODE_FORMERR ||
	    rcode == LDNS_RCODE_NOTIMPL))
		return REPLY_NO_EDNS;
	if (rcode != LDNS_RCODE_NOERROR && rcode != LDNS_RCODE_NXDOMAIN)
		return REPLY_FAILED;
	if (ldns_wire2pkt(&pkt, wire.p, wire.n) != LDNS_STATUS_OK)
		return REPLY_FAILED;
	/* the upper bits of the code; all we can cause is BADVERS */
	if (ldns_pkt_edns_extended_rcode(pkt) != 0)
		reply = q->edns ? REPLY_NO_EDNS : REPLY_FAILED;
	else
		reply = read_packet(pkt, q, out);
	ldns_pkt_free(pkt);
	return reply;
}
