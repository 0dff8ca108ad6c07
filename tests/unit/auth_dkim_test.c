/*
 * DKIM signing and verifying against each other, and the rules of RFC 6376
 * that verifiers get wrong, each in a row of its own.
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "auth/dkim_sign.h"
#include "auth/dkim_verify.h"
#include "base/b64.h"
#include "crypto/lib.h"

enum { NOW = 1790000000 };

static struct key *rsa, *ed;
static char *rsa_txt, *ed_txt;

/* A DNS of two keys and their variations. */
static struct dns_answer *
fake_query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct buf text = BUF(512), txt = BUF(4096), rdata = BUF(8192);
	struct dns_answer *a = NULL;
	struct span s = { NULL, 0 }, one = { NULL, 0 };

	(void)dns;
	dns_name_text(&text, name, false);
	s = buf_get0(&text);
	if (type != DNS_TXT)
		goto none;
	if (span_starts(s, SPAN("slow.")))
		a = dns_answer_empty(DNS_TIMEOUT, 0);
	else if (span_starts(s, SPAN("rsa.")))
		buf_printf(&txt, "v=DKIM1; k=rsa; p=%s", rsa_txt);
	else if (span_starts(s, SPAN("ed.")))
		buf_printf(&txt, "v=DKIM1; k=ed25519; p=%s", ed_txt);
	else if (span_starts(s, SPAN("revoked.")))
		buf_str(&txt, "v=DKIM1; p=");
	else if (span_starts(s, SPAN("g.")))
		buf_printf(&txt, "g=nobody; p=%s", rsa_txt);
	else if (span_starts(s, SPAN("vlast.")))
		buf_printf(&txt, "p=%s; v=DKIM1", rsa_txt);
	else if (span_starts(s, SPAN("service.")))
		buf_printf(&txt, "s=other; p=%s", rsa_txt);
	else if (span_starts(s, SPAN("sha1.")))
		buf_printf(&txt, "h=sha1; p=%s", rsa_txt);
	else if (span_starts(s, SPAN("strict.")))
		buf_printf(&txt, "t=s; p=%s", rsa_txt);
	else if (span_starts(s, SPAN("testing.")))
		buf_printf(&txt, "t=y:x; p=%s", rsa_txt);
	else if (span_starts(s, SPAN("type.")))
		buf_printf(&txt, "k=dsa; p=%s", rsa_txt);
	else if (span_starts(s, SPAN("dup.")))
		buf_printf(&txt, "p=%s; p=%s", rsa_txt, rsa_txt);
	if (a == NULL && txt.n > 0) {
		for (size_t at = 0; at < txt.n; at += 255) {
			one = span_first(span_from(buf_get0(&txt), at), 255);
			buf_byte(&rdata, (unsigned char)one.n);
			buf_span(&rdata, one);
		}
		one = buf_get0(&rdata);
		a = dns_answer_new(&one, 1, 300);
	}
none:
	if (a == NULL)
		a = dns_answer_empty(DNS_NXDOMAIN, 300);
	buf_free(&text);
	buf_free(&txt);
	buf_free(&rdata);
	return a;
}

static const struct dns_ops fake_ops = { .query = fake_query };
static struct dns fake = { .ops = &fake_ops };

static char *
public_text(const struct key *k)
{
	struct buf raw = BUF(4096), b64 = BUF(8192);

	key_public(k, &raw);
	b64_encode(&b64, buf_get0(&raw));
	buf_free(&raw);
	return buf_take_str(&b64);
}

static int
setup(void **state)
{
	(void)state;
	crypto_start();
	rsa = key_generate(KEY_RSA, 2048);
	ed = key_generate(KEY_ED25519, 0);
	rsa_txt = public_text(rsa);
	ed_txt = public_text(ed);
	return rsa != NULL && ed != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	key_free(rsa);
	key_free(ed);
	free(rsa_txt);
	free(ed_txt);
	return 0;
}

struct result {
	enum dkim_result result;
	char reason[128];
	size_t n;
};

static struct result
verify(struct span head, struct span text, int64_t now)
{
	struct header h;
	struct header_index *ix = NULL;
	struct body *body = body_new();
	struct dkim_keys *keys = dkim_keys_new(1);
	struct dkim_verify v;
	struct result r = { DKIM_NONE, "", 0 };

	assert_int_equal(header_split(head, 1000, &h), HEADER_OK);
	ix = header_index_new(&h, 1);
	dkim_verify_start(&v, &h, ix, body, false);
	body_add(body, text);
	body_end(body);
	dkim_verify_end(&v, &fake, keys, now);
	r.n = v.n;
	if (v.n > 0) {
		r.result = v.v[0].result;
		snprintf(r.reason, sizeof(r.reason), "%s", v.v[0].reason);
	}
	dkim_verify_free(&v);
	dkim_keys_free(keys);
	header_index_free(ix);
	body_free(body);
	header_free(&h);
	return r;
}

static void
sign(struct span head, struct span text, struct dkim_want *want, size_t n,
    struct buf *out)
{
	struct header h;
	struct header_index *ix = NULL;
	struct body *body = body_new();
	struct buf names = BUF(8192);

	assert_int_equal(header_split(head, 1000, &h), HEADER_OK);
	ix = header_index_new(&h, 1);
	dkim_choose(&h, &(struct dkim_choice){ NULL, NULL }, &names);
	dkim_sign_start(want, n, body);
	body_add(body, text);
	body_end(body);
	for (size_t i = 0; i < n; i++)
		assert_true(dkim_sign_field(&want[i], body, ix,
		    buf_get0(&names), NOW, true, out));
	buf_span(out, head);
	buf_free(&names);
	header_index_free(ix);
	body_free(body);
	header_free(&h);
}

static const char head[] =
    "From: Joe <joe@example.org>\r\n"
    "To: ann@example.net\r\n"
    "Subject: a subject\r\n"
    " that is folded\r\n"
    "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n";
static const char text[] = "Hello,\r\n\r\n  two  spaces \r\n\r\n\r\n";

static void
what_is_signed_verifies(void **state)
{
	struct dkim_want want[] = {
		{ "example.org", "rsa", rsa, CANON_RELAXED, CANON_RELAXED,
		    NULL, 0, 0 },
		{ "example.org", "ed", ed, CANON_RELAXED, CANON_SIMPLE,
		    "joe@sub.example.org", 86400, 0 },
		{ "example.org", "rsa", rsa, CANON_SIMPLE, CANON_RELAXED,
		    NULL, 0, 0 },
		{ "example.org", "ed", ed, CANON_SIMPLE, CANON_SIMPLE,
		    NULL, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(want); i++) {
		struct buf out = BUF(1 << 20);
		struct result r;

		sign(span_str(head), span_str(text), &want[i], 1, &out);
		r = verify(buf_get0(&out), span_str(text), NOW);
		if (r.result != DKIM_PASS)
			fail_msg("want %zu: %s %s", i,
			    dkim_result_name(r.result), r.reason);
		r = verify(buf_get0(&out), SPAN("Hello.\r\n"), NOW);
		if (r.result != DKIM_FAIL ||
		    strcmp(r.reason, "body hash did not verify") != 0)
			fail_msg("want %zu: %s", i, r.reason);
		buf_free(&out);
	}
}

/* RFC 6376 section 8.15: a second From above a signature must break it. */
static void
oversigned_fields_cannot_be_added(void **state)
{
	static const char *const added[] = {
		"From: evil@example.com\r\n", "Subject: other\r\n",
		"Reply-To: evil@example.com\r\n",
		"Content-Type: text/html\r\n",
	};
	struct dkim_want want = { "example.org", "rsa", rsa, CANON_RELAXED,
	    CANON_RELAXED, NULL, 0, 0 };
	struct buf out = BUF(1 << 20);

	(void)state;
	sign(span_str(head), span_str(text), &want, 1, &out);
	for (size_t i = 0; i < ROWS(added); i++) {
		struct buf top = BUF(1 << 20), bottom = BUF(1 << 20);

		buf_str(&top, added[i]);
		buf_span(&top, buf_get0(&out));
		buf_span(&bottom, buf_get0(&out));
		buf_str(&bottom, added[i]);
		if (verify(buf_get0(&top), span_str(text), NOW).result !=
		    DKIM_FAIL || verify(buf_get0(&bottom), span_str(text),
		    NOW).result != DKIM_FAIL)
			fail_msg("%s", added[i]);
		buf_free(&top);
		buf_free(&bottom);
	}
	buf_free(&out);
}

/* RFC 6376 section 6.1.2: what a key record may say. */
static void
key_records(void **state)
{
	static const struct {
		const char *selector;
		enum dkim_result want;
		const char *reason;
	} rows[] = {
		{ "rsa", DKIM_PASS, "" },
		{ "g", DKIM_PASS, "" },	/* g= was removed by RFC 6376 */
		{ "testing", DKIM_PASS, "" },
		{ "strict", DKIM_PASS, "" },
		{ "slow", DKIM_TEMPERROR, "key unavailable" },
		{ "absent", DKIM_PERMERROR, "no key for signature" },
		{ "revoked", DKIM_PERMERROR, "key revoked" },
		{ "vlast", DKIM_PERMERROR, "key version is not DKIM1" },
		{ "service", DKIM_PERMERROR, "key is not for email" },
		{ "sha1", DKIM_PERMERROR,
		    "inappropriate hash algorithm for the key" },
		{ "type", DKIM_PERMERROR, "unknown key type" },
		{ "dup", DKIM_PERMERROR, "key syntax error" },
		{ "ed", DKIM_PERMERROR,
		    "key is not for the algorithm in a=" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dkim_want want = { "example.org", rows[i].selector,
		    rsa, CANON_RELAXED, CANON_RELAXED, NULL, 0, 0 };
		struct buf out = BUF(1 << 20);
		struct result r;

		sign(span_str(head), span_str(text), &want, 1, &out);
		r = verify(buf_get0(&out), span_str(text), NOW);
		if (r.result != rows[i].want ||
		    strcmp(r.reason, rows[i].reason) != 0)
			fail_msg("%s: %s, %s", rows[i].selector,
			    dkim_result_name(r.result), r.reason);
		buf_free(&out);
	}
}

/* t=s: i= must have the domain d= itself. */
static void
strict_keys_refuse_subdomains(void **state)
{
	struct dkim_want want = { "example.org", "strict", rsa,
	    CANON_RELAXED, CANON_RELAXED, "@sub.example.org", 0, 0 };
	struct buf out = BUF(1 << 20);

	(void)state;
	sign(span_str(head), span_str(text), &want, 1, &out);
	assert_int_equal(verify(buf_get0(&out), span_str(text), NOW).result,
	    DKIM_PERMERROR);
	buf_free(&out);
}

static void
expired_signatures_do_not_pass(void **state)
{
	struct dkim_want want = { "example.org", "rsa", rsa, CANON_RELAXED,
	    CANON_RELAXED, NULL, 3600, 0 };
	struct buf out = BUF(1 << 20);

	(void)state;
	sign(span_str(head), span_str(text), &want, 1, &out);
	assert_int_equal(verify(buf_get0(&out), span_str(text),
	    NOW + 3600).result, DKIM_PASS);
	assert_int_equal(verify(buf_get0(&out), span_str(text),
	    NOW + 3600 + 299).result, DKIM_PASS);
	assert_int_equal(verify(buf_get0(&out), span_str(text),
	    NOW + 3600 + 301).result, DKIM_PERMERROR);
	buf_free(&out);
}

/* RFC 6376 sections 3.5 and 6.1.1: signatures that are none. */
static void
bad_signature_fields(void **state)
{
#define REST " d=example.org; s=rsa; h=from; b=AAAA;" \
	" bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	static const struct {
		const char *value, *reason;
	} rows[] = {
		{ "v=1; a=rsa-sha256; a=rsa-sha256;" REST,
		    "signature syntax error: duplicate tag" },
		{ "v=1; a=rsa-sha256;;" REST, "signature syntax error" },
		{ "V=1; a=rsa-sha256;" REST,
		    "signature missing required tag v=" },
		{ "v=2; a=rsa-sha256;" REST,
		    "incompatible version: v= is not 1" },
		{ "v=1; a=rsa-sha1;" REST,
		    "rsa-sha1 is historic (RFC 8301 section 3.1)" },
		{ "v=1; a=rsa-md5;" REST, "unsupported algorithm in a=" },
		{ "v=1; a=rsa-sha256; c=nowsp;" REST,
		    "unknown canonicalization in c=" },
		{ "v=1; a=rsa-sha256; i=@example.com;" REST,
		    "domain mismatch: i= is not below d=" },
		{ "v=1; a=rsa-sha256; i=@badexample.org;" REST,
		    "domain mismatch: i= is not below d=" },
		{ "v=1; a=rsa-sha256; q=dns/other;" REST,
		    "q= does not offer dns/txt" },
		{ "v=1; a=rsa-sha256; t=9; x=9;" REST,
		    "x= is not after t=" },
		{ "v=1; a=rsa-sha256; t=x;" REST, "t= is no number" },
		{ "v=1; a=rsa-sha256; l=-1;" REST, "l= is no number" },
		{ "v=1; a=rsa-sha256; d=example.org; s=rsa; h=to; b=AAAA; "
		    "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
		    "From field not signed" },
		{ "v=1; a=rsa-sha256; d=example.org; s=rsa; h=from; b=; "
		    "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
		    "b= is not base64" },
		{ "v=1; a=rsa-sha256; d=example.org; s=rsa; h=from; b=AAAA; "
		    "bh=AAAA", "bh= is not a SHA-256 hash in base64" },
		{ "v=1; a=rsa-sha256; d=a b; s=rsa; h=from; b=AAAA; "
		    "bh=AAAA", "d= is not a domain name" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out = BUF(1 << 20);
		struct result r;

		buf_printf(&out, "DKIM-Signature: %s\r\n%s", rows[i].value,
		    head);
		r = verify(buf_get0(&out), span_str(text), NOW);
		if (r.result != DKIM_PERMERROR ||
		    strcmp(r.reason, rows[i].reason) != 0)
			fail_msg("%s: %s, %s", rows[i].value,
			    dkim_result_name(r.result), r.reason);
		buf_free(&out);
	}
}

/* Repeated names pick from the bottom up; what is added on top is unsigned. */
static void
names_pick_from_the_bottom_up(void **state)
{
	struct header h;
	struct header_index *ix = NULL;
	struct buf out = BUF(1024);

	(void)state;
	header_split(SPAN("X: 1\r\nY: 2\r\nx: 3\r\nX : 4\r\n"), 10, &h);
	ix = header_index_new(&h, 7);
	header_pick(ix, SPAN("X : y:x:none:X:x"), CANON_RELAXED, &h.v[0],
	    &out);
	assert_true(span_eq(buf_get0(&out),
	    SPAN("x:4\r\ny:2\r\nx:3\r\n")));
	buf_free(&out);
	header_index_free(ix);
	header_free(&h);
}

static void
signatures_are_capped(void **state)
{
	struct buf out = BUF(1 << 20);
	struct result r;

	(void)state;
	for (int i = 0; i < 100; i++)
		buf_str(&out, "DKIM-Signature: v=1\r\n");
	buf_str(&out, head);
	r = verify(buf_get0(&out), span_str(text), NOW);
	assert_int_equal(r.n, DKIM_SIGNATURES_MAX);
	buf_free(&out);
}

/* So many different records of that length, until all are forgotten. */
static void
records_are_forgotten(void **state)
{
	static const struct {
		size_t octets, want;	/* the most that may be remembered */
	} rows[] = {
		{ 40, 10001 },
		{ 16000, 300 },
	};
	static char record[16001];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dkim_keys *keys = dkim_keys_new(1);
		size_t n = 0;

		memset(record, 'x', sizeof(record));
		while (!dkim_keys_trim(keys) && n <= rows[i].want) {
			snprintf(record, sizeof(record), "%07zu", n++);
			record[7] = ' ';
			dkim_keys_get0(keys, span_of(record,
			    rows[i].octets));
		}
		assert_in_range(n, rows[i].want / 2, rows[i].want);
		dkim_keys_free(keys);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_signed_verifies),
		cmocka_unit_test(oversigned_fields_cannot_be_added),
		cmocka_unit_test(key_records),
		cmocka_unit_test(strict_keys_refuse_subdomains),
		cmocka_unit_test(expired_signatures_do_not_pass),
		cmocka_unit_test(bad_signature_fields),
		cmocka_unit_test(names_pick_from_the_bottom_up),
		cmocka_unit_test(signatures_are_capped),
		cmocka_unit_test(records_are_forgotten),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
