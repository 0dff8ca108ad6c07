/*
 * Hostile RDATA (a type, then octets): the typed views bear it, and its text
 * form reads back as the same octets.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cur.h"
#include "dns/dns.h"
#include "dns/rr_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
views(struct span rdata)
{
	struct buf text = BUF(65536);
	struct dns_name name = { 0, { 0 } };
	struct dns_srv srv;
	struct dns_tlsa tlsa;
	uint16_t preference = 0;

	if (dns_rr_txt(rdata, &text))
		must(text.n < rdata.n);
	else
		must(text.n == 0);
	if (dns_rr_name(rdata, &name))
		must(name.n == rdata.n);
	if (dns_rr_mx(rdata, &preference, &name))
		must(name.n + 2 == rdata.n);
	if (dns_rr_srv(rdata, &srv))
		must(srv.target.n + 6 == rdata.n);
	if (dns_rr_tlsa(rdata, &tlsa))
		must(tlsa.data.n > 0 && tlsa.data.n + 3 == rdata.n);
	buf_free(&text);
}

/* Types that only a question can have are none of a zone's. */
static bool
is_data(unsigned type)
{
	return type != 0 && type != 41 && (type < 128 || type > 255);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct cur c = cur_of(span_of(data, n));
	enum dns_type type = (enum dns_type)cur_u16(&c);
	struct span rdata = cur_left(&c);
	struct buf line = BUF(1 << 19);
	struct dns_answer *a = NULL;
	struct dns *zone = NULL;
	char *why = NULL;

	if (c.bad || rdata.n > 65535)
		return 0;
	views(rdata);
	buf_printf(&line, "x. 1 IN %s ", dns_type_name(type));
	dns_rr_text(&line, type, rdata);
	zone = dns_zone_read(buf_get0(&line), "z", &why);
	must((zone != NULL) == is_data(type));
	if (zone != NULL) {
		a = dns_query(zone, SPAN("x"), type);
		must(a->n == 1 && span_eq(a->rdata[0], rdata));
		dns_answer_free(a);
	}
	dns_free(zone);
	free(why);
	buf_free(&line);
	return 0;
}
