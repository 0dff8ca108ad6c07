/* What a server sent, held against TLSA records; see dane.h. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "tls/cert_name.h"
#include "tls/chain_int.h"
#include "tls/dane.h"

/* What one judgement works with. */
struct judge {
	const struct cert_chain *chain;
	STACK_OF(X509) *all;	/* the chain, for libcrypto; NULL at first */
	const struct span *names;
	size_t n;
	int64_t now;
};

static bool
digest_eq(struct span data, struct span digest)
{
	unsigned char sha512[EVP_MAX_MD_SIZE];

	if (EVP_Digest(data.p, data.n, sha512, NULL, EVP_sha512(), NULL) != 1)
		mem_exhausted();
	return span_eq(span_of(sha512, 64), digest);
}

/* RFC 6698 section 2.1.2 and 2.1.3. */
static bool
is_of(const struct dane_record *r, const struct cert *c)
{
	struct span data = r->selector == 0 ? c->der : c->spki;

	if (r->matching == 0)
		return span_eq(data, r->data);
	if (r->matching == 1)
		return span_eq(span_of(r->selector == 0 ? c->sha256 :
		    c->spki_sha256, SHA256_SIZE), r->data);
	return digest_eq(data, r->data);
}

/* The chain for libcrypto, made when it is first needed; NULL: unreadable. */
static STACK_OF(X509) *
all_of(struct judge *j)
{
	if (j->all == NULL)
		j->all = chain_x509(j->chain);
	return j->all;
}

static bool
names_match(const struct judge *j)
{
	for (size_t i = 0; i < j->n; i++)
		if (cert_name_of0(&j->chain->v[0], j->names[i],
		    NAME_DNS_ID_OR_CN) != NULL)
			return true;
	return false;
}

/* Verify from the first certificate up to an anchor; true when all holds. */
static bool
reaches(struct judge *j, X509 *anchor, enum dane_reason *reason)
{
	STACK_OF(X509) *anchors = sk_X509_new_null();
	enum chain_result r = CHAIN_MALFORMED;
	const char *detail = "";
	size_t depth = 0;

	if (anchors == NULL || sk_X509_push(anchors, anchor) == 0)
		mem_exhausted();
	r = chain_verify(NULL, all_of(j), anchors, j->now, true, &depth,
	    &detail);
	sk_X509_free(anchors);
	if (r == CHAIN_EXPIRED || r == CHAIN_NOT_YET_VALID)
		*reason = DANE_TA_DATES;
	else if (r != CHAIN_OK)
		*reason = DANE_TA_CHAIN;
	else if (!names_match(j))
		*reason = DANE_TA_NAME;
	return r == CHAIN_OK && names_match(j);
}

/*
 * The certificate at "depth" of what was sent. libcrypto's stack leaves out
 * what it cannot read, so it is found by its octets there.
 */
static X509 *
sent0(struct judge *j, size_t depth)
{
	STACK_OF(X509) *all = all_of(j);
	unsigned char sha256[EVP_MAX_MD_SIZE];

	for (int i = 0; all != NULL && i < sk_X509_num(all); i++) {
		X509 *x = sk_X509_value(all, i);

		if (X509_digest(x, EVP_sha256(), sha256, NULL) == 1 &&
		    memcmp(sha256, j->chain->v[depth].sha256,
		    SHA256_SIZE) == 0)
			return x;
	}
	return NULL;
}

/* A record of a certificate above the server's own (RFC 7671 section 5.2). */
static bool
ta_sent(struct judge *j, const struct dane_record *r,
    struct dane_verdict *v, bool *matched)
{
	for (size_t i = 1; i < j->chain->n; i++) {
		const struct cert *c = &j->chain->v[i];
		X509 *anchor = NULL;

		/* the server's own, sent twice, is no authority */
		if (span_eq(c->der, j->chain->v[0].der) || !is_of(r, c))
			continue;
		*matched = true;
		anchor = sent0(j, i);
		v->reason = DANE_TA_CHAIN;
		if (anchor != NULL && reaches(j, anchor, &v->reason)) {
			v->depth = i;
			return true;
		}
	}
	return false;
}

/*
 * 2 0 0: the anchor stands in the record, sent or not. The server's own
 * certificate is nobody's authority, even if it signed itself.
 */
static bool
ta_certificate(struct judge *j, const struct dane_record *r,
    struct dane_verdict *v, bool *matched)
{
	const unsigned char *p = r->data.p;
	X509 *anchor = d2i_X509(NULL, &p, (long)r->data.n);
	enum dane_reason reason = DANE_NO_RECORD;
	bool ok = anchor != NULL && all_of(j) != NULL &&
	    !span_eq(r->data, j->chain->v[0].der) &&
	    reaches(j, anchor, &reason);

	X509_free(anchor);
	ERR_clear_error();
	if (ok)
		v->depth = j->chain->n;
	/* what does not lead there has nothing to do with it */
	if (!ok && reason != DANE_TA_NAME && reason != DANE_TA_DATES)
		return false;
	*matched = true;
	if (!ok)
		v->reason = reason;
	return ok;
}

/* 2 1 0: the anchor's key stands in the record, the anchor was not sent. */
static bool
ta_key(struct judge *j, const struct dane_record *r, struct dane_verdict *v,
    bool *matched)
{
	const unsigned char *p = r->data.p;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)r->data.n);
	bool ok = false;

	for (size_t i = 0; key != NULL && !ok && i < j->chain->n; i++) {
		X509 *x = sent0(j, i);

		if (x == NULL || X509_verify(x, key) != 1)
			continue;
		*matched = true;
		ok = reaches(j, x, &v->reason);
		v->depth = i + 1;
	}
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ok;
}

static bool
ta_holds(struct judge *j, const struct dane_record *r,
    struct dane_verdict *v, bool *matched)
{
	if (ta_sent(j, r, v, matched))
		return true;
	if (*matched || r->matching != 0)
		return false;
	return r->selector == 0 ? ta_certificate(j, r, v, matched) :
	    ta_key(j, r, v, matched);
}

/* RFC 7671 section 5.1: the key is all that counts. */
static bool
holds(struct judge *j, const struct dane_record *r, struct dane_verdict *v,
    bool *matched)
{
	if (r->use != DANE_USABLE)
		return false;
	if (r->usage == DANE_TA)
		return ta_holds(j, r, v, matched);
	*matched = is_of(r, &j->chain->v[0]);
	v->depth = 0;
	return *matched;
}

/*
 * Whether the same is published by a stronger digest, too: that one counts
 * (RFC 7671 section 9). Whole certificates and keys stand beside both.
 */
static bool
is_weaker(const struct dane_set *d, const struct dane_record *r)
{
	for (size_t i = 0; i < d->n && r->matching == 1; i++) {
		const struct dane_record *o = &d->v[i];

		if (o->use == DANE_USABLE && o->usage == r->usage &&
		    o->selector == r->selector && o->matching == 2)
			return true;
	}
	return false;
}

/* Whether a match may be with a record or a certificate that was left out. */
static bool
may_be_left_out(const struct dane_set *d, const struct cert_chain *chain)
{
	if (d->left_out > 0)
		return true;
	if (chain->n == 0 || chain->left_out == 0)
		return false;
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].use == DANE_USABLE && d->v[i].usage == DANE_TA)
			return true;
	return false;
}

void
dane_judge(const struct dane_set *d, const struct cert_chain *chain,
    const struct span *names, size_t n, int64_t now,
    struct dane_verdict *out)
{
	struct judge j = { chain, NULL, names, n, now };
	struct dane_verdict v = { .status = d->status };

	if (d->status != DANE_PRESENT) {
		*out = v;
		return;
	}
	crypto_start_x509();
	v.status = DANE_MISMATCH;
	v.reason = chain->n > 0 ? DANE_NO_RECORD : DANE_NO_CHAIN;
	for (size_t i = 0; i < d->n && chain->n > 0; i++) {
		struct dane_verdict one = { .reason = DANE_NO_RECORD };
		bool matched = false, ok = holds(&j, &d->v[i], &one, &matched);

		if (ok && is_weaker(d, &d->v[i])) {
			ok = false;
			one.reason = DANE_WEAKER;
		}
		if (matched)
			v.matched |= UINT64_C(1) << i;
		if (ok && v.status != DANE_MATCH) {
			v.status = DANE_MATCH;
			v.record = i;
			v.depth = one.depth;
		} else if (!ok && matched) {
			v.reason = one.reason;
		}
	}
	if (v.status == DANE_MISMATCH && may_be_left_out(d, chain))
		v.status = DANE_UNKNOWN;
	chain_x509_free(j.all);
	*out = v;
}

uint64_t
dane_idle(const struct dane_set *d, uint64_t matched)
{
	uint64_t idle = 0;

	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].use == DANE_USABLE && (matched >> i & 1) == 0)
			idle |= UINT64_C(1) << i;
	return idle;
}
