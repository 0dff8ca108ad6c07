/*
 * Where a DMARC record is: the DNS tree walk (RFC 9989 section 4.10), policy
 * discovery (4.10.1) and the Organizational Domain (4.10.2).
 */
#include <stdlib.h>

#include "auth/dmarc.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"

enum { TXT_MAX = 65535 };

struct dmarc_ctx {
	struct dns *dns;
	struct map *points;		/* struct dmarc_point, by its name */
};

struct dmarc_ctx *
dmarc_ctx_new(struct dns *dns, uint64_t seed)
{
	struct dmarc_ctx *ctx = xcalloc(1, sizeof(*ctx));

	ctx->dns = dns;
	ctx->points = map_new(seed);
	return ctx;
}

static void
point_free(void *value)
{
	struct dmarc_point *p = value;

	free(p->txt);
	free(p);
}

void
dmarc_ctx_free(struct dmarc_ctx *ctx)
{
	if (ctx == NULL)
		return;
	map_free(ctx->points, point_free);
	free(ctx);
}

/* Judge one TXT string; the text of the only record is kept. */
static void
take_txt(struct dmarc_point *p, struct span txt)
{
	char *own = span_dup(txt);
	struct dmarc_record r = { 0 };

	if (!dmarc_record_parse(span_of(own, txt.n), &r))
		p->lookalikes += dmarc_record_looks_like(txt);
	else if (p->records++ == 0) {
		p->record = r;
		p->txt = own;
		return;
	}
	free(own);
}

/*
 * A name too long for "_dmarc." in front of it cannot have a record: that is
 * an answer ("there is none"), not a failure.
 */
static void
ask(struct dmarc_ctx *ctx, struct dmarc_point *p)
{
	static const unsigned char label[] = "\6_dmarc";
	enum { LABEL = sizeof(label) - 1 };
	struct dns_name at = { .n = LABEL + p->name.n };
	struct dns_answer *a = NULL;
	struct buf txt = BUF(TXT_MAX);

	p->status = DNS_NXDOMAIN;
	if (at.n > DNS_NAME_MAX)
		return;
	memcpy(at.wire, label, LABEL);
	memcpy(at.wire + LABEL, p->name.wire, p->name.n);
	a = dns_query_name(ctx->dns, &at, DNS_TXT);
	p->status = a->status;
	for (size_t i = 0; i < a->n; i++) {
		buf_reset(&txt);
		if (dns_rr_txt(a->rdata[i], &txt))
			take_txt(p, buf_get0(&txt));
	}
	if (p->records > 1) {
		free(p->txt);
		p->txt = NULL;
	}
	buf_free(&txt);
	dns_answer_free(a);
}

const struct dmarc_point *
dmarc_point_get0(struct dmarc_ctx *ctx, const struct dns_name *name)
{
	struct dmarc_point *p = map_get0(ctx->points, dns_name_span(name));

	if (p != NULL)
		return p;
	p = xcalloc(1, sizeof(*p));
	p->name = *name;
	map_put(ctx->points, dns_name_span(name), p);
	ask(ctx, p);
	return p;
}

/* The ancestor of a name (or itself) that has so many labels. */
static struct dns_name
ancestor(const struct dns_name *name, size_t labels)
{
	size_t drop = dns_name_labels(name), at = 0;
	struct dns_name up = { 0 };

	for (drop -= labels < drop ? labels : drop; drop > 0; drop--)
		at += 1 + name->wire[at];
	up.n = name->n - at;
	memcpy(up.wire, name->wire + at, up.n);
	return up;
}

/*
 * Section 4.10.2: from the longest name to the shortest. A psd=y at the
 * start says nothing about the start's own Organizational Domain.
 */
static void
choose_org(struct dmarc_walk *w)
{
	const struct dmarc_point *last = NULL;
	const struct dns_name *start = &w->at[0]->name;

	w->org = *start;
	for (size_t i = 0; i < w->n; i++) {
		const struct dmarc_record *r = dmarc_point_record0(w->at[i]);

		if (r == NULL)
			continue;
		last = w->at[i];
		if (r->psd == DMARC_PSD_Y && i > 0) {
			w->psd = last;
			w->org = ancestor(start,
			    dns_name_labels(&last->name) + 1);
			w->found = true;
			return;
		}
	}
	w->found = last != NULL;
	if (last != NULL)
		w->org = last->name;
}

void
dmarc_walk(struct dmarc_ctx *ctx, const struct dns_name *start,
    struct dmarc_walk *out)
{
	struct dns_name at = *start;
	size_t labels = dns_name_labels(start);

	*out = (struct dmarc_walk){ .n = 0 };
	do {
		const struct dmarc_point *p = dmarc_point_get0(ctx, &at);
		const struct dmarc_record *r = dmarc_point_record0(p);

		out->at[out->n++] = p;
		out->failed = out->failed || dns_failed(p->status);
		if (r != NULL && r->psd != DMARC_PSD_U)
			break;
		labels = labels >= DMARC_QUERIES_MAX ?
		    DMARC_QUERIES_MAX - 1 : labels > 0 ? labels - 1 : 0;
		at = ancestor(&at, labels);
	} while (labels > 0);
	choose_org(out);
}

struct dmarc_found
dmarc_discover(const struct dmarc_walk *w)
{
	struct dmarc_found f = { NULL, false, false };

	if (dns_failed(w->at[0]->status)) {
		f.failed = true;
		return f;
	}
	if (dmarc_point_record0(w->at[0]) != NULL) {
		f.point = w->at[0];
		f.is_own = true;
		return f;
	}
	f.failed = w->failed;
	for (size_t i = 1; i < w->n; i++)
		if (dmarc_point_record0(w->at[i]) != NULL &&
		    dns_name_eq(&w->at[i]->name, &w->org))
			f.point = w->at[i];
	if (f.point == NULL)
		f.point = w->psd;
	return f;
}

/* Whether every failed query of the walk was for a name above "org". */
static bool
failed_above_only(const struct dmarc_walk *w, const struct dns_name *org)
{
	for (size_t i = 0; i < w->n; i++)
		if (dns_failed(w->at[i]->status) &&
		    dns_name_is_below(&w->at[i]->name, org))
			return false;
	return true;
}

bool
dmarc_can_align(const struct dmarc_walk *walk, const struct dns_name *name)
{
	struct dns_name top = { 0 };

	if (!walk->failed)
		return dns_name_is_below(name, &walk->org);
	top = ancestor(&walk->at[0]->name, 1);
	return dns_name_is_below(name, &top);
}

/*
 * A failed query above a common Organizational Domain changes nothing:
 * psd=n or a plain record there would be the new one for both walks, psd=y
 * would make it the domain below, on the path to the old one, for both.
 */
enum dmarc_aligned
dmarc_align(const struct dmarc_walk *a, const struct dmarc_walk *b)
{
	bool same = dns_name_eq(&a->org, &b->org);

	if (dns_name_eq(&a->at[0]->name, &b->at[0]->name))
		return DMARC_ALIGNED;
	if (!dmarc_can_align(a, &b->at[0]->name) ||
	    !dmarc_can_align(b, &a->at[0]->name))
		return DMARC_APART;
	if (!a->failed && !b->failed)
		return same ? DMARC_ALIGNED : DMARC_APART;
	if (same && a->found && b->found && failed_above_only(a, &a->org) &&
	    failed_above_only(b, &b->org))
		return DMARC_ALIGNED;
	return DMARC_UNSURE;
}

enum dmarc_existence
dmarc_exists(struct dmarc_ctx *ctx, const struct dns_name *name)
{
	const struct dmarc_point *p = dmarc_point_get0(ctx, name);
	struct dns_answer *a = NULL;
	enum dmarc_existence e = DMARC_EXISTS;

	/* Something at or below _dmarc.NAME proves that NAME is there. */
	if (p->status == DNS_OK || p->status == DNS_NODATA)
		return DMARC_EXISTS;
	a = dns_query_name(ctx->dns, name, DNS_TXT);
	if (dns_failed(a->status))
		e = DMARC_EXISTS_UNKNOWN;
	else if (a->status == DNS_NXDOMAIN && (a->canonical.n == 0 ||
	    dns_name_eq(&a->canonical, name)))
		e = DMARC_EXISTS_NOT;	/* a dangling CNAME is a RR, too */
	dns_answer_free(a);
	return e;
}
