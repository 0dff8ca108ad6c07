/* SRV records in their order; see srv.h. */
#include "dns/srv.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

enum { NAME_ROOM = 1024 };

static int
by_priority(const void *a, const void *b)
{
	const struct srv_host *x = a, *y = b;
	int order = x->priority - y->priority;

	return order != 0 ? order :
	    span_cmp(span_str(x->text), span_str(y->text));
}

/*
 * The root among others counts for nothing; alone it says "not here". What is
 * malformed says nothing.
 */
static void
take(const struct dns_answer *a, struct srv_set *out)
{
	struct dns_srv r;
	bool root = false;

	out->v = xcalloc(a->n, sizeof(*out->v));
	for (size_t i = 0; i < a->n; i++) {
		if (!dns_rr_srv(a->rdata[i], &r))
			continue;
		root |= r.target.n == 1;
		if (r.target.n == 1)
			continue;
		out->v[out->n].priority = r.priority;
		out->v[out->n].port = r.port;
		out->v[out->n++].text = dns_name_str(&r.target);
	}
	out->status = out->n > 0 ? SRV_OK : root ? SRV_NOT_HERE : SRV_UNKNOWN;
	qsort(out->v, out->n, sizeof(*out->v), by_priority);
	while (out->n > SRV_HOSTS_MAX) {
		free(out->v[--out->n].text);
		out->left_out++;
	}
}

void
srv_find(struct dns *dns, const char *prefix, struct span domain,
    struct srv_set *out)
{
	struct buf name = BUF(NAME_ROOM);
	struct dns_answer *a = NULL;

	*out = (struct srv_set){ .status = SRV_ABSENT };
	buf_str(&name, prefix);
	buf_byte(&name, '.');
	buf_span(&name, domain);
	a = dns_query(dns, buf_get0(&name), DNS_SRV);
	out->security = a->security;
	if (dns_failed(a->status))
		out->status = SRV_UNKNOWN;
	else if (a->status == DNS_OK)
		take(a, out);
	dns_answer_free(a);
	buf_free(&name);
}

void
srv_free(struct srv_set *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i].text);
	free(s->v);
}
