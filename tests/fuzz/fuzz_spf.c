/*
 * Whole SPF checks of hostile zones: the lines of the input are mail_from,
 * HELO, the client's address, and then SPF records that every name in the
 * DNS shares out among themselves. Nothing passes that no record lets pass,
 * every limit of RFC 7208 section 4.6.4 holds, and a trace changes nothing.
 */
#include <stdint.h>
#include <stdlib.h>

#include "auth/spf_int.h"
#include "base/ascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { LINES_MAX = 24, ASKED_MAX = 300 };

struct lines_dns {
	struct dns dns;
	struct span v[LINES_MAX];
	size_t n;
	size_t asked;
};

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static struct dns_answer *
txt(struct span text)
{
	struct buf rdata = BUF(70000);
	struct dns_answer *a = NULL;
	struct span s = { NULL, 0 };

	do {
		struct span one = span_first(text, 255);

		buf_byte(&rdata, (unsigned char)one.n);
		buf_span(&rdata, one);
		text = span_from(text, one.n);
	} while (text.n > 0);
	s = buf_get0(&rdata);
	a = dns_answer_new(&s, 1, 60);
	buf_free(&rdata);
	return a;
}

static struct dns_answer *
other(const struct dns_name *name, enum dns_type type, unsigned h)
{
	unsigned char rdata[2 + DNS_NAME_MAX] = { 0 };
	struct span rrs[16];
	size_t n = 0;

	switch (type) {
	case DNS_A:
		n = 4;
		memcpy(rdata, "\xc0\x00\x02\x01", 4);
		break;
	case DNS_AAAA:
		n = 16;
		break;
	case DNS_MX:
		memcpy(rdata + 2, name->wire, name->n);
		n = name->n + 2;
		break;
	default:
		memcpy(rdata, name->wire, name->n);
		n = name->n;
		break;
	}
	for (size_t i = 0; i < 16; i++)
		rrs[i] = span_of(rdata, n);
	return dns_answer_new(rrs, 1 + h % 16, 60);
}

static struct dns_answer *
query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct lines_dns *d = (struct lines_dns *)dns;
	unsigned h = type;

	d->asked++;
	for (size_t i = 0; i < name->n; i++)
		h = h * 31 + name->wire[i];
	h ^= h >> 7;
	if (h % 11 == 0)
		return dns_answer_empty((enum dns_status)(1 + h % 5), 60);
	if (type != DNS_TXT)
		return other(name, type, h);
	if (d->n == 0)
		return dns_answer_empty(DNS_NODATA, 60);
	return txt(d->v[h % d->n]);
}

static void
no_free(struct dns *dns)
{
	(void)dns;
}

/* Some record has a term whose match passes. */
static bool
can_pass(const struct lines_dns *d)
{
	bool can = false;

	for (size_t i = 0; i < d->n; i++) {
		struct spf_record *rec = NULL;

		if (!spf_is_record(d->v[i]))
			continue;
		rec = spf_record_new(d->v[i]);
		for (size_t k = 0; k < rec->terms.n; k++)
			can = can || (rec->fault.what == NULL &&
			    rec->terms.v[k].result == SPF_PASS);
		spf_record_free(rec);
	}
	return can;
}

static void
check_verdict(const struct spf_verdict *v, const struct lines_dns *d)
{
	must(v->result != SPF_PASS || can_pass(d));
	must(v->lookups <= SPF_TERMS_MAX || v->result == SPF_PERMERROR);
	must(v->lookups <= SPF_TERMS_MAX + 1);
	must(v->void_lookups <= 2 || v->result == SPF_PERMERROR);
	must(v->void_lookups <= 3);
	must(d->asked <= ASKED_MAX);
	must(v->explanation.n == 0 || v->result == SPF_FAIL);
	for (size_t i = 0; i < v->explanation.n; i++)
		must(ascii_is_print(v->explanation.p[i]));
	must(v->trace.n <= SPF_TRACE_MAX);
	must((v->result == SPF_NONE || v->result == SPF_TEMPERROR ||
	    v->result == SPF_PERMERROR) == (v->problem.n > 0));
}

static int64_t
no_time(void)
{
	return 0;
}

static int64_t
then(void *arg)
{
	(void)arg;
	return 1700000000;
}

static void
seven(void *arg, void *p, size_t n)
{
	(void)arg;
	memset(p, 7, n);
}

static void
check(struct lines_dns *d, const struct spf_identity *id, bool trace,
    struct spf_verdict *v)
{
	struct env env = { .now = then, .random = seven, .dns = &d->dns };
	struct spf_limits limits = spf_limits_default();
	struct spf_ctx *ctx = NULL;

	limits.trace = trace;
	limits.clock = no_time;
	ctx = spf_new(&env, &limits);
	d->asked = 0;
	spf_check(ctx, id, v);
	check_verdict(v, d);
	spf_free(ctx);
}

static void
audit(struct lines_dns *d, struct span domain)
{
	struct env env = { .now = then, .random = seven, .dns = &d->dns };
	struct spf_ctx *ctx = spf_new(&env, NULL);
	struct findings list = { 0 };
	struct spf_audit a = { 0 };

	spf_audit(ctx, domain, &a, &list);
	must(a.lookups <= SPF_WALK_MAX);
	must(a.record_is != SPF_PERMERROR ||
	    findings_worst(&list) == SEV_FAIL);
	findings_free(&list);
	spf_audit_free(&a);
	spf_free(ctx);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct dns_ops ops = { .query = query, .free = no_free };
	struct lines_dns d = { .dns = { .ops = &ops } };
	struct span rest = span_of(data, n), line = { NULL, 0 };
	struct spf_identity id = { .receiver = SPAN("mx.example.net") };
	struct spf_verdict plain = { 0 }, traced = { 0 };

	if (n == 0 || n > 65536)
		return 0;
	span_split(&rest, '\n', &id.mail_from);
	span_split(&rest, '\n', &id.helo);
	if (!span_split(&rest, '\n', &line) || !ip_parse(line, &id.ip))
		ip_parse(SPAN("192.0.2.1"), &id.ip);
	while (d.n < LINES_MAX && span_split(&rest, '\n', &line))
		d.v[d.n++] = line;
	check(&d, &id, false, &plain);
	check(&d, &id, true, &traced);
	must(plain.result == traced.result);
	must(span_eq(plain.mechanism, traced.mechanism));
	must(span_eq(plain.explanation, traced.explanation));
	audit(&d, id.helo);
	spf_verdict_free(&plain);
	spf_verdict_free(&traced);
	return 0;
}
