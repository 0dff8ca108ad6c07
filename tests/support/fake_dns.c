/* Rows of text to answers; see fake_dns.h. */
#include "fake_dns.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/cur.h"
#include "base/ip.h"
#include "base/mem.h"
#include "base/vec.h"

struct fake {
	struct dns dns;
	const struct fake_rr *rrs;
	size_t n;
	size_t asked;
};

struct rdatas {
	struct span *v;
	size_t n, cap;
};

static void
put_name(struct buf *out, struct span text)
{
	struct dns_name name;

	if (dns_name_parse(text, &name))
		buf_span(out, dns_name_span(&name));
}

static void
put_txt(struct buf *out, struct span text)
{
	struct span piece = { NULL, 0 };

	while (span_split(&text, '|', &piece))
		do {
			struct span one = span_first(piece, 255);

			buf_byte(out, (unsigned char)one.n);
			buf_span(out, one);
			piece = span_from(piece, one.n);
		} while (piece.n > 0);
}

static void
put_mx(struct buf *out, struct span text)
{
	struct cur c = cur_of(text);
	uint64_t preference = cur_dec(&c, UINT16_MAX);

	buf_byte(out, (unsigned char)(preference >> 8));
	buf_byte(out, (unsigned char)preference);
	cur_expect(&c, ' ');
	put_name(out, cur_left(&c));
}

static void
put_rdata(struct buf *out, enum dns_type type, struct span data)
{
	struct ip_addr ip;

	switch (type) {
	case DNS_A:
		if (ip_parse4(data, &ip))
			buf_add(out, ip.b, 4);
		break;
	case DNS_AAAA:
		if (ip_parse6(data, &ip))
			buf_add(out, ip.b, 16);
		break;
	case DNS_MX:
		put_mx(out, data);
		break;
	case DNS_TXT:
		put_txt(out, data);
		break;
	default:
		put_name(out, data);
		break;
	}
}

static bool
is_type(const char *row, const char *type)
{
	return strcmp(row, type) == 0;
}

/* A row that makes this question end in a failure. */
static bool
fails(const struct fake_rr *rr, enum dns_type type, enum dns_status *status)
{
	if (rr->data != NULL && rr->data[0] != '\0' &&
	    !is_type(rr->data, dns_type_name(type)))
		return false;
	if (is_type(rr->type, "SERVFAIL"))
		*status = DNS_SERVFAIL;
	else if (is_type(rr->type, "TIMEOUT"))
		*status = DNS_TIMEOUT;
	else if (is_type(rr->type, "BOGUS"))
		*status = DNS_BOGUS;
	else
		return false;
	return true;
}

static struct dns_answer *
answer(struct rdatas *all, uint32_t ttl)
{
	struct dns_answer *a = dns_answer_new(all->v, all->n, ttl);

	for (size_t i = 0; i < all->n; i++)
		free((void *)(uintptr_t)all->v[i].p);
	free(all->v);
	return a;
}

/* One owner name: its RRs, its failure, or its CNAME into *next. */
static struct dns_answer *
look_up(struct fake *f, const struct dns_name *name, enum dns_type type,
    struct dns_name *next)
{
	struct rdatas all = { 0 };
	enum dns_status status = DNS_NXDOMAIN;

	next->n = 0;
	for (size_t i = 0; i < f->n; i++) {
		const struct fake_rr *rr = &f->rrs[i];
		struct buf rdata = BUF(70000);
		struct dns_name owner;

		if (!dns_name_parse(span_str(rr->name), &owner) ||
		    !dns_name_eq(&owner, name))
			continue;
		if (fails(rr, type, &status)) {
			dns_answer_free(answer(&all, 0));
			return dns_answer_empty(status, 0);
		}
		status = DNS_NODATA;
		if (is_type(rr->type, "CNAME"))
			dns_name_parse(span_str(rr->data), next);
		if (!is_type(rr->type, dns_type_name(type)))
			continue;
		put_rdata(&rdata, type, span_str(rr->data));
		*VEC_PUSH(&all) = span_of(rdata.p, rdata.n);
	}
	if (all.n > 0)
		return answer(&all, 300);
	return next->n > 0 ? NULL : dns_answer_empty(status, 0);
}

static struct dns_answer *
query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct fake *f = (struct fake *)dns;
	struct dns_name at = *name, next;

	f->asked++;
	for (int hops = 0; hops < 8; hops++) {
		struct dns_answer *a = look_up(f, &at, type, &next);

		if (a != NULL)
			return a;
		at = next;
	}
	return dns_answer_empty(DNS_SERVFAIL, 0);
}

static void
fake_free(struct dns *dns)
{
	free(dns);
}

struct dns *
fake_dns_open(const struct fake_rr *rrs, size_t n)
{
	static const struct dns_ops ops = { .query = query, .free = fake_free };
	struct fake *f = xcalloc(1, sizeof(*f));

	f->dns.ops = &ops;
	f->rrs = rrs;
	f->n = n;
	return &f->dns;
}

size_t
fake_dns_asked(const struct dns *fake)
{
	return ((const struct fake *)fake)->asked;
}
