/*
 * A hostile MX answer (lengths of two octets, each with RDATA): hosts come in
 * order, each once, within the ceiling, and the status goes with them.
 */
#include "fuzz.h"

#include "base/cur.h"
#include "base/mem.h"
#include "base/vec.h"
#include "dns/mx.h"

/* Answers MX questions with the input, and all others with "no data". */
struct one_answer {
	struct dns dns;
	struct dns_answer *mx;
};

static struct dns_answer *
query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct one_answer *self = (struct one_answer *)dns;

	must(name->n > 0);
	return type == DNS_MX ? dns_answer_ref(self->mx) :
	    dns_answer_empty(DNS_NODATA, 1);
}

static void
check(const struct mx_set *mx)
{
	must(mx->n <= MX_HOSTS_MAX);
	must(mx->left_out == 0 || mx->n == MX_HOSTS_MAX);
	must((mx->status == MX_OK) == (mx->n > 0));
	must(mx->n > 0 || !mx->null_not_alone);
	for (size_t i = 0; i < mx->n; i++) {
		must(mx->v[i].name.n > 1 && mx->v[i].text[0] != '\0');
		if (i > 0)
			must(mx->v[i - 1].preference <= mx->v[i].preference);
		for (size_t k = 0; k < i; k++)
			must(!dns_name_eq(&mx->v[k].name, &mx->v[i].name));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct dns_ops ops = { .query = query };
	struct { struct span *v; size_t n, cap; } rdata = { NULL, 0, 0 };
	struct cur c = cur_of(span_of(data, n));
	struct one_answer dns = { .dns = { .ops = &ops } };
	struct findings fs = { 0 };
	struct mx_set mx = { 0 };

	if (n > 65535)
		return 0;
	while (cur_peek(&c) >= 0 && !c.bad) {
		struct span one = cur_take(&c, cur_u16(&c));

		if (!c.bad)
			*VEC_PUSH(&rdata) = one;
	}
	dns.mx = rdata.n > 0 ? dns_answer_new(rdata.v, rdata.n, 1) :
	    dns_answer_empty(DNS_NODATA, 1);
	mx_find(&dns.dns, SPAN("d"), &mx);
	if (rdata.n > 0)
		check(&mx);
	else
		must(mx.status == MX_NONE);
	mx_findings(&mx, &fs);
	mx_free(&mx);
	findings_free(&fs);
	dns_answer_free(dns.mx);
	free(rdata.v);
	return 0;
}
