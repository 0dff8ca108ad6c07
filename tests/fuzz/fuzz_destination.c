/*
 * Where reports may go: a line with the policy's domain and the host that it
 * names, then a zone file. Nobody is sent reports without a record of his
 * own that says so, and what could not be asked is neither yes nor no.
 */
#include "fuzz.h"

#include "auth/destination.h"
#include "base/mem.h"
#include "dns/dns.h"

enum { SEED = 7, INPUT_MAX = 1 << 16, TXT_MAX = 1 << 16 };

static enum dmarc_destination
decide(struct dns *dns, const struct dns_name *policy, struct span host)
{
	struct dmarc_ctx *ctx = dmarc_ctx_new(dns, SEED);
	enum dmarc_destination d = dmarc_destination(ctx, dns, policy, host);

	must(dmarc_destination(ctx, dns, policy, host) == d);
	dmarc_ctx_free(ctx);
	return d;
}

/* How many records at the place of RFC 9990 section 4 agree. */
static size_t
agreeing(struct dns *dns, const struct dns_name *policy, struct span host,
    enum dns_status *status)
{
	struct buf name = BUF(1 << 12), txt = BUF(TXT_MAX);
	struct dns_answer *a = NULL;
	struct dmarc_record r;
	size_t n = 0;

	dns_name_text(&name, policy, false);
	buf_str(&name, "._report._dmarc.");
	buf_span(&name, host);
	a = dns_query(dns, buf_get0(&name), DNS_TXT);
	*status = a->status;
	for (size_t i = 0; i < a->n; i++) {
		buf_reset(&txt);
		n += dns_rr_txt(a->rdata[i], &txt) &&
		    dmarc_record_parse(buf_get0(&txt), &r);
	}
	dns_answer_free(a);
	buf_free(&name);
	buf_free(&txt);
	return n;
}

static void
check(struct dns *dns, const struct dns_name *policy, struct span host)
{
	struct dns_name name;
	enum dns_status status = DNS_OK;
	enum dmarc_destination d = decide(dns, policy, host);
	size_t n = 0;

	must((d == DMARC_DEST_NO_NAME) == !dns_name_parse(host, &name));
	if (d == DMARC_DEST_NO_NAME || d == DMARC_DEST_OWN)
		return;
	must(!dns_name_eq(policy, &name));
	n = agreeing(dns, policy, host, &status);
	switch (d) {
	case DMARC_DEST_AUTHORIZED:
	case DMARC_DEST_ELSEWHERE:
		must(n > 0 && status == DNS_OK);
		break;
	case DMARC_DEST_UNAUTHORIZED:
		must(n == 0 && !dns_failed(status));
		break;
	default:
		must(n == 0);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n), line = { NULL, 0 };
	struct span first = { NULL, 0 };
	struct dns_name policy;
	struct dns *dns = NULL;
	char *why = NULL;

	if (n > INPUT_MAX || !span_split(&in, '\n', &line) ||
	    !span_split(&line, ' ', &first) ||
	    !dns_name_parse(first, &policy))
		return 0;
	dns = dns_zone_read(in, "zone", &why);
	if (dns != NULL) {
		check(dns, &policy, line);
		dns_free(dns);
	}
	free(why);
	return 0;
}
