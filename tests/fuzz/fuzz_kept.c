/*
 * Kept answers, as another process of the run might have forged them: what is
 * asked for is an answer of the right form, and asking by them and keeping
 * what they say gives the same answers once more.
 */
#include "fuzz.h"

#include "base/cur.h"
#include "dns/dns.h"

enum { KEPT_MAX = 1 << 20, QUESTIONS_MAX = 64 };

static void
same(struct dns *a, struct dns *b, const struct dns_name *name,
    enum dns_type type)
{
	struct dns_answer *x = dns_query_name(a, name, type);
	struct dns_answer *y = dns_query_name(b, name, type);

	must(x->status == y->status && x->n == y->n);
	must(x->security == y->security);
	must((x->status == DNS_OK) == (x->n > 0));
	for (size_t i = 0; i < x->n; i++)
		must(span_eq(x->rdata[i], y->rdata[i]));
	dns_answer_free(x);
	dns_answer_free(y);
}

/* Each question that stands in the octets; fn may be asked it. */
static size_t
questions(struct span in, struct dns_name *names, enum dns_type *types)
{
	struct cur c = cur_of(in);
	size_t n = 0;

	cur_u8(&c);
	while (!c.bad && !cur_done(&c) && n < QUESTIONS_MAX) {
		enum dns_type type = (enum dns_type)cur_u16(&c);
		struct span name = cur_take(&c, cur_u8(&c));

		cur_counted(&c);
		if (c.bad || !dns_name_wire(name, &names[n]))
			continue;
		types[n++] = type;
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct dns_name names[QUESTIONS_MAX];
	static enum dns_type types[QUESTIONS_MAX];
	struct span in = span_of(data, n);
	struct buf again = BUF(KEPT_MAX);
	struct dns *kept = NULL, *keep = NULL, *twice = NULL;
	size_t asked = 0;

	if (n > 1 << 16)
		return 0;
	kept = dns_kept_open(in);
	must(dns_trust_name(dns_trust(kept)) != NULL);
	asked = questions(in, names, types);
	keep = dns_keep_open(kept, &again);
	for (size_t i = 0; i < asked; i++)
		dns_answer_free(dns_query_name(keep, &names[i], types[i]));
	dns_free(keep);
	must(!again.over);
	twice = dns_kept_open(buf_get0(&again));
	for (size_t i = 0; i < asked; i++)
		same(kept, twice, &names[i], types[i]);
	dns_free(twice);
	dns_free(kept);
	buf_free(&again);
	return 0;
}
