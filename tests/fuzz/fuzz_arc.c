/*
 * ARC chains: whatever header there is, a set of ours on top of it keeps a
 * passing chain passing, seals a failed one as failed, and is never put on
 * one that says itself that it failed. Every key is the one of this process.
 */
#include "fuzz.h"

#include "auth/arc_seal.h"
#include "base/b64.h"
#include "crypto/lib.h"

static struct key *key;
static struct buf record = BUF(1024);

static struct dns_answer *
query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct buf rdata = BUF(1024);
	struct span one = { NULL, 0 };
	struct dns_answer *a = NULL;

	(void)dns;
	if (type != DNS_TXT || name->n % 5 == 0)
		return dns_answer_empty(DNS_NXDOMAIN, 60);
	buf_byte(&rdata, (unsigned char)record.n);
	buf_span(&rdata, buf_get0(&record));
	one = buf_get0(&rdata);
	a = dns_answer_new(&one, 1, 60);
	buf_free(&rdata);
	return a;
}

static void
setup(void)
{
	struct buf raw = BUF(64);

	if (key != NULL)
		return;
	crypto_start();
	key = key_generate(KEY_ED25519, 0);
	key_public(key, &raw);
	buf_str(&record, "v=DKIM1; k=ed25519; p=");
	b64_encode(&record, buf_get0(&raw));
	buf_free(&raw);
}

static void
check_chain(const struct arc_verify *a)
{
	must(a->n <= ARC_SETS_MAX);
	must((a->cv == ARC_FAIL) == (a->reason[0] != '\0'));
	must(a->cv != ARC_PASS || a->n > 0);
	for (unsigned i = 0; a->cv == ARC_PASS && i < a->n; i++)
		must(a->set[i].aar != NULL && a->set[i].ams != NULL &&
		    a->set[i].as != NULL && a->set[i].cv ==
		    (i == 0 ? ARC_NONE : ARC_PASS));
}

/* The chain of the header; with "out", also our set on top. */
static enum arc_cv
run(struct span raw, struct span text, bool *said_fail, struct buf *out,
    enum arc_seal_status *status)
{
	static const struct dns_ops ops = { .query = query };
	struct dns dns = { .ops = &ops };
	struct arc_sealer s = { .domain = "a.example", .selector = "s",
	    .key = key, .authserv_id = "id.example", .now = 1772366400 };
	struct dkim_keys *keys = dkim_keys_new(1);
	struct body *body = body_new();
	struct header_index *ix = NULL;
	struct arc_verify a;
	struct header h = { 0 };
	enum arc_cv cv = ARC_NONE;

	must(header_split(raw, 2000, &h) == HEADER_OK);
	ix = header_index_new(&h, 1);
	arc_start(&a, &h, ix, body);
	arc_sealer_start(&s, body);
	body_add(body, text);
	body_end(body);
	arc_end(&a, &dns, keys, s.now);
	check_chain(&a);
	cv = a.cv;
	*said_fail = a.n > 0 && a.set[a.n - 1].cv == ARC_FAIL;
	if (out != NULL) {
		enum arc_cv sealed = ARC_NONE;

		*status = arc_seal(&s, &a, &h, ix, body, &sealed, out);
		must((*status == ARC_SEALED) == (out->n > 0));
		/* a failed chain can pass by its seals alone */
		must(sealed != ARC_PASS || arc_seals_hold(&a));
	}
	arc_free(&a);
	header_index_free(ix);
	header_free(&h);
	body_free(body);
	dkim_keys_free(keys);
	return cv;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n), raw = in;
	size_t scan = 0, end = 0, blank = 0;
	struct buf top = BUF(16 << 20), all = BUF(32 << 20);
	bool said_fail = false, now_fail = false;
	enum arc_seal_status status = ARC_CANNOT_SIGN;
	enum arc_cv was = ARC_NONE, is = ARC_NONE;

	setup();
	if (n > 65536)
		return 0;
	if (header_end(in, &scan, &end, &blank))
		raw = span_first(in, end);
	if (span_starts(raw, SPAN("From ")))
		return 0;
	buf_str(&all, "Authentication-Results: id.example; arc=none\n");
	buf_span(&all, raw);
	was = run(buf_get0(&all), span_from(in, end + blank), &said_fail,
	    &top, &status);
	must(!said_fail || status != ARC_SEALED);
	if (status == ARC_SEALED) {
		buf_span(&top, buf_get0(&all));
		is = run(buf_get0(&top), span_from(in, end + blank),
		    &now_fail, NULL, NULL);
		must((was == ARC_FAIL) == now_fail);
		must(was != ARC_FAIL || is == ARC_FAIL);
	}
	buf_free(&top);
	buf_free(&all);
	return 0;
}
