/* Verifying DKIM signatures (RFC 6376 section 6); see dkim_verify.h. */
#include "auth/dkim_verify.h"

#include <stdlib.h>

#include "base/vec.h"
#include "dns/idn.h"

enum {
	PICKED_MAX = 64 * 1024 * 1024,
	RECORDS_MAX = 4,	/* of one selector, whom 3.6.2.2 forbids */
	TXT_MAX = 16 * 1024,
};

const char *
dkim_result_name(enum dkim_result r)
{
	static const char *const names[] = {
		"none", "pass", "fail", "policy", "neutral", "temperror",
		"permerror"
	};

	return names[r];
}

void
dkim_verify_start(struct dkim_verify *v, const struct header *header,
    const struct header_index *index, struct body *body, bool explain)
{
	*v = (struct dkim_verify){ .header = header, .index = index,
	    .body = body, .explain = explain };
	for (size_t i = 0; i < header->n; i++) {
		struct dkim_outcome *o = NULL;
		const char *problem = NULL;

		if (!span_ieq(header->v[i].name, SPAN("DKIM-Signature")))
			continue;
		if (v->n == DKIM_SIGNATURES_MAX) {
			v->skipped++;
			continue;
		}
		o = VEC_PUSH(v);
		problem = dkim_sig_parse(&header->v[i], DKIM_SIGNATURE,
		    &o->sig);
		o->parsed = problem == NULL;
		o->reason = problem ? problem : "";
		o->result = problem ? DKIM_PERMERROR : DKIM_NONE;
		if (!o->parsed)
			continue;
		o->want = body_want(body, o->sig.body_canon, o->sig.l);
		if (explain)
			o->prefix = body_want_prefix(body,
			    o->sig.body_canon, o->sig.bh);
	}
}

void
dkim_lookup(struct dns *dns, struct dkim_keys *keys, struct span selector,
    struct span domain, struct dkim_lookup *out)
{
	struct buf name = BUF(2 * DNS_NAME_MAX), txt = BUF(TXT_MAX);
	struct dns_answer *answer = NULL;

	*out = (struct dkim_lookup){ .status = DNS_NXDOMAIN };
	if (dkim_key_name(&name, selector, domain)) {
		answer = dns_query(dns, buf_get0(&name), DNS_TXT);
		out->status = answer->status;
		out->security = answer->security;
		out->records = answer->n;
	}
	for (size_t i = 0; i < out->records && out->n < RECORDS_MAX; i++) {
		buf_reset(&txt);
		if (dns_rr_txt(answer->rdata[i], &txt) && !txt.over)
			out->key[out->n++] = dkim_keys_get0(keys,
			    buf_get0(&txt));
	}
	dns_answer_free(answer);
	buf_free(&name);
	buf_free(&txt);
}

void
dkim_header_digest(const struct header_index *index,
    const struct dkim_sig *sig, unsigned char out[static SHA256_SIZE])
{
	struct buf picked = BUF(PICKED_MAX);

	header_pick(index, sig->h, sig->header_canon, sig->field, &picked);
	dkim_sig_unsigned(sig->field->raw, sig->b_raw, sig->header_canon,
	    &picked);
	digest_of(DIGEST_SHA256, buf_get0(&picked), out);
	buf_free(&picked);
}

bool
dkim_header_fits(const struct header_index *index,
    const struct dkim_sig *sig, const struct dkim_key *key)
{
	unsigned char digest[SHA256_SIZE];

	dkim_header_digest(index, sig, digest);
	return key_verify(key->key, digest, buf_get0(&sig->b));
}

bool
dkim_key_fits(const struct dkim_key *key, const struct dkim_sig *sig)
{
	return (sig->alg == DKIM_ED25519_SHA256) == (key->type == KEY_ED25519);
}

/* t=s: the domain of i= must be d= itself (section 3.6.1). */
static bool
identity_allowed(const struct dkim_sig *sig, const struct dkim_key *key)
{
	struct buf i = BUF(DNS_NAME_MAX + 1), d = BUF(DNS_NAME_MAX + 1);
	bool same = true;

	if (key->strict && sig->i.p != NULL)
		same = idn_to_ascii(span_from(sig->i,
		    span_rchr(sig->i, '@') + 1), &i) &&
		    idn_to_ascii(sig->d, &d) &&
		    span_ieq(buf_get0(&i), buf_get0(&d));
	buf_free(&i);
	buf_free(&d);
	return same;
}

/* Why the key cannot be asked about the signature; NULL when it can. */
static const char *
key_refused(const struct dkim_key *k, const struct dkim_sig *sig)
{
	if (k->status != DKIM_KEY_OK)
		return dkim_key_problem(k->status);
	if (!dkim_key_fits(k, sig))
		return "key is not for the algorithm in a=";
	if (!identity_allowed(sig, k))
		return "domain mismatch: the key's t=s wants i= to be d=";
	return NULL;
}

/*
 * Several records at one selector are undefined (section 3.6.2.2); each is
 * tried, and a good one is not spoilt by another. Without a good one, the
 * last word is that of a usable key, else of the first record.
 */
static void
try_keys(struct dkim_outcome *o, const struct header_index *index)
{
	const char *problem = "no key for signature";

	for (size_t i = 0; i < o->lookup.n; i++) {
		const struct dkim_key *k = o->lookup.key[i];
		const char *why = key_refused(k, &o->sig);

		if (o->key == NULL || why == NULL)
			o->key = k;
		if (why == NULL) {
			o->result = DKIM_FAIL;
			o->header_ok = dkim_header_fits(index, &o->sig, k);
			if (o->header_ok)
				return;
			why = "signature did not verify";
		} else if (o->result == DKIM_FAIL) {
			continue;
		}
		problem = why;
	}
	o->reason = problem;
	if (o->result != DKIM_FAIL)
		o->result = DKIM_PERMERROR;
}

static void
judge_body(struct dkim_outcome *o, const struct body *body)
{
	uint64_t length = body_length(body, o->want);

	if (o->sig.l >= 0 && (uint64_t)o->sig.l > length) {
		o->result = DKIM_FAIL;
		o->reason = "body is shorter than l= says";
	} else if (!o->body_ok) {
		o->result = DKIM_FAIL;
		o->reason = "body hash did not verify";
	} else if (!body_is_whole(body, o->want)) {
		o->result = DKIM_POLICY;
		o->reason = "l= leaves the end of the body unsigned";
	} else {
		o->result = DKIM_PASS;
	}
}

static void
decide(struct dkim_verify *v, struct dkim_outcome *o, struct dns *dns,
    struct dkim_keys *keys, int64_t now)
{
	/* known without a key, so that no explanation blames the body */
	o->body_ok = memcmp(body_digest(v->body, o->want), o->sig.bh,
	    SHA256_SIZE) == 0;
	dkim_lookup(dns, keys, o->sig.s, o->sig.d, &o->lookup);
	if (dns_failed(o->lookup.status)) {
		o->result = DKIM_TEMPERROR;
		o->reason = "key unavailable";
		return;
	}
	try_keys(o, v->index);
	if (o->header_ok)
		judge_body(o, v->body);
	if (o->result == DKIM_PASS && dkim_sig_expired(&o->sig, now)) {
		o->result = DKIM_PERMERROR;
		o->reason = "signature expired";
	}
}

void
dkim_verify_one(struct dkim_verify *v, size_t i, struct dns *dns,
    struct dkim_keys *keys, int64_t now)
{
	if (v->v[i].parsed)
		decide(v, &v->v[i], dns, keys, now);
}

void
dkim_verify_end(struct dkim_verify *v, struct dns *dns,
    struct dkim_keys *keys, int64_t now)
{
	for (size_t i = 0; i < v->n; i++)
		dkim_verify_one(v, i, dns, keys, now);
}

void
dkim_verify_b(const struct dkim_verify *v, size_t i, struct buf *out)
{
	size_t n = DKIM_B_SHORT;

	for (size_t k = 0; k < v->n; k++) {
		size_t common = k == i ? 0 :
		    dkim_sig_b_common(&v->v[i].sig, &v->v[k].sig);

		if (n < common + 1)
			n = common + 1;
	}
	dkim_sig_b(&v->v[i].sig, n < DKIM_B_MAX ? n : DKIM_B_MAX, out);
}

void
dkim_verify_free(struct dkim_verify *v)
{
	for (size_t i = 0; i < v->n; i++)
		dkim_sig_free(&v->v[i].sig);
	free(v->v);
	*v = (struct dkim_verify){ 0 };
}
