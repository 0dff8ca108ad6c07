/*
 * Hostile TLSA RDATA, held against a certificate (the input: length of the
 * RDATA in two octets, RDATA, a certificate): what cannot be used never
 * matches, and what matches can be used.
 */
#include "fuzz.h"

#include "base/cur.h"
#include "tls/dane.h"

static void
check_use(const struct dane_record *r)
{
	if (r->use == DANE_MALFORMED) {
		must(r->data.n == 0);
		return;
	}
	must(r->data.n > 0);
	if (r->use != DANE_USABLE)
		return;
	must(r->usage == DANE_TA || r->usage == DANE_EE);
	must(r->selector <= 1 && r->matching <= 2);
	must(r->matching != 1 || r->data.n == 32);
	must(r->matching != 2 || r->data.n == 64);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct cur c = cur_of(span_of(data, n));
	struct span rdata = cur_take(&c, cur_u16(&c));
	struct dane_set d = { .status = DANE_PRESENT };
	struct cert_chain chain = { .n = 0 };
	struct span name = SPAN("mx.example.org");
	struct dane_verdict v;
	struct dane_cover cover;

	if (c.bad)
		return 0;
	dane_add(&d, rdata);
	check_use(&d.v[0]);
	cert_chain_add(&chain, cur_left(&c));
	cert_chain_add(&chain, cur_left(&c));
	dane_judge(&d, &chain, &name, 1, 1767225600, &v);
	dane_judge_cover(&d, &v, 1, &cover);
	must(v.status == DANE_MATCH || v.status == DANE_MISMATCH);
	must(v.status == DANE_MISMATCH || (v.matched == 1 &&
	    d.v[0].use == DANE_USABLE && chain.n > 0));
	must((v.matched & cover.idle) == 0);
	must(cover.idle == 0 || d.v[0].use == DANE_USABLE);
	dane_free(&d);
	cert_chain_free(&chain);
	return 0;
}
