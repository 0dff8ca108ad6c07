/* The signatures of a SignedData; see verify.h. */
#include "cms/verify.h"

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cms/cert.h"
#include "cms/eddsa.h"
#include "crypto/lib.h"

struct cms_verifier {
	CMS_ContentInfo *cms;
	STACK_OF(X509) *sent;
	BIO *out, *chain;
	bool failed;
};

struct cms_verifier *
cms_verify_open(const struct cms_parts *p, STACK_OF(X509) *given)
{
	struct cms_verifier *v = xcalloc(1, sizeof(*v));
	const unsigned char *der = p->rest.p;

	crypto_start_cms();
	v->cms = d2i_CMS_ContentInfo(NULL, &der, (long)p->rest.n);
	if (v->cms != NULL) {
		v->sent = CMS_get1_certs(v->cms);
		CMS_set1_signers_certs(v->cms, given, 0);
		v->out = BIO_new(BIO_s_null());
		if (v->out == NULL)
			mem_exhausted();
		v->chain = CMS_dataInit(v->cms, v->out);
	}
	ERR_clear_error();
	if (v->chain != NULL)
		return v;
	cms_verifier_free(v);
	return NULL;
}

void
cms_verify_add(struct cms_verifier *v, struct span s)
{
	while (s.n > 0 && !v->failed) {
		struct span piece = span_first(s, INT_MAX / 2);

		v->failed = BIO_write(v->chain, piece.p, (int)piece.n) !=
		    (int)piece.n;
		s = span_from(s, piece.n);
	}
}

static X509_ALGOR *
algorithm(CMS_SignerInfo *si, bool digest)
{
	X509_ALGOR *d = NULL, *s = NULL;

	CMS_SignerInfo_get0_algs(si, NULL, NULL, &d, &s);
	return digest ? d : s;
}

/* Collisions of MD5 and SHA-1 can be made (RFC 8551 appendix B). */
static bool
is_weak_digest(CMS_SignerInfo *si)
{
	static const int strong[] = { NID_sha256, NID_sha384, NID_sha512,
	    NID_sha3_256, NID_sha3_384, NID_sha3_512 };
	int nid = OBJ_obj2nid(algorithm(si, true)->algorithm);

	for (size_t i = 0; i < sizeof(strong) / sizeof(strong[0]); i++)
		if (nid == strong[i])
			return false;
	return true;
}

static const char *
name_of(const X509_ALGOR *a)
{
	const char *name = OBJ_nid2ln(OBJ_obj2nid(a->algorithm));

	return name != NULL && OBJ_obj2nid(a->algorithm) != NID_undef ?
	    name : "";
}

/* One value of one attribute, as section 11 wants; NULL otherwise. */
static void *
attribute(CMS_SignerInfo *si, int nid, int type)
{
	return CMS_signed_get0_data_by_OBJ(si, OBJ_nid2obj(nid), -3, type);
}

static void
note_time(CMS_SignerInfo *si, struct cms_signature *out)
{
	const ASN1_TIME *t = attribute(si, NID_pkcs9_signingTime,
	    V_ASN1_UTCTIME);

	if (t == NULL)
		t = attribute(si, NID_pkcs9_signingTime,
		    V_ASN1_GENERALIZEDTIME);
	out->time = t != NULL ? cms_time(t) : INT64_MIN;
	out->has_time = out->time != INT64_MIN;
	ERR_clear_error();
}

/*
 * Without signed attributes the signature of a text could be passed off for
 * one of its own attributes; no mail program leaves them out.
 */
static const char *
attribute_problem(struct cms_verifier *v, CMS_SignerInfo *si)
{
	const ASN1_OBJECT *type = NULL;

	if (CMS_signed_get_attr_count(si) <= 0)
		return "it has no signed attributes (RFC 8551 section 2.5)";
	type = attribute(si, NID_pkcs9_contentType, V_ASN1_OBJECT);
	if (type == NULL || OBJ_cmp(type, CMS_get0_eContentType(v->cms)) != 0)
		return "its contentType is not the content's (RFC 5652 "
		    "section 11.1)";
	return NULL;
}

/* Which certificate was meant, where the signer says so (RFC 5035). */
static bool
is_meant(CMS_SignerInfo *si, X509 *x)
{
	const ASN1_STRING *s = attribute(si,
	    NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE);
	const unsigned char *p = s ? ASN1_STRING_get0_data(s) : NULL;
	ESS_SIGNING_CERT_V2 *meant = NULL;
	STACK_OF(X509) *chain = NULL;
	bool ok = s == NULL && CMS_signed_get_attr_by_NID(si,
	    NID_id_smime_aa_signingCertificateV2, -1) < 0;

	if (s == NULL)
		return ok;
	chain = sk_X509_new_null();
	if (chain == NULL || sk_X509_push(chain, x) == 0)
		mem_exhausted();
	meant = d2i_ESS_SIGNING_CERT_V2(NULL, &p, ASN1_STRING_length(s));
	/* 0 would be "none", which cannot be here */
	ok = meant != NULL &&
	    OSSL_ESS_check_signing_certs(NULL, meant, chain, 1) > 0;
	ESS_SIGNING_CERT_V2_free(meant);
	sk_X509_free(chain);
	return ok;
}

/*
 * Nobody signs signatureAlgorithm (RFC 5652 section 5.3), and libcrypto does
 * not look at it for ECDSA: it must be that of the digest and the key. RSA
 * has forms without a digest of their own; PSS has it among its parameters,
 * which libcrypto compares.
 */
static bool
is_algorithm_of(CMS_SignerInfo *si, EVP_PKEY *key)
{
	int digest = OBJ_obj2nid(algorithm(si, true)->algorithm);
	int nid = OBJ_obj2nid(algorithm(si, false)->algorithm);
	int of_key = EVP_PKEY_get_base_id(key);
	int signed_by = NID_undef, hashed_by = NID_undef;

	if (nid == NID_rsaEncryption || nid == NID_rsassaPss)
		return of_key == NID_rsaEncryption || of_key == nid;
	return OBJ_find_sigid_algs(nid, &hashed_by, &signed_by) == 1 &&
	    signed_by == of_key && (hashed_by == digest ||
	    hashed_by == NID_undef);
}

static bool
is_by_key(CMS_SignerInfo *si, EVP_PKEY *key)
{
	return EVP_PKEY_is_a(key, "ED25519") ? cms_eddsa_holds(si, key) :
	    CMS_SignerInfo_verify(si) == 1;
}

/* Whether the signature is the key's; what it is worth comes later. */
static void
check(struct cms_verifier *v, CMS_SignerInfo *si, struct cms_signature *out)
{
	EVP_PKEY *key = X509_get0_pubkey(out->cert);

	out->result = CMS_SIG_BAD;
	out->why = attribute_problem(v, si);
	if (out->why != NULL)
		return;
	if (is_weak_digest(si)) {
		out->result = CMS_SIG_WEAK;
		out->why = "its digest is none that still holds";
	} else if (key == NULL || !cms_key_is_read(key)) {
		out->result = CMS_SIG_NOT_READ;
		out->why = "it is neither RSA, ECDSA nor Ed25519";
	} else if (cms_key_is_weak(key)) {
		out->result = CMS_SIG_WEAK;
		out->why = "its key is neither RSA of 2048 bits nor on a "
		    "curve of 256";
	} else if (!is_algorithm_of(si, key)) {
		out->why = "its algorithm is not that of its key and digest "
		    "(RFC 5652 section 5.3)";
	} else if (v->failed || CMS_SignerInfo_verify_content(si,
	    v->chain) != 1) {
		out->why = "the content is not what was signed";
	} else if (!is_by_key(si, key)) {
		out->why = "the signature is not the key's";
	} else if (!is_meant(si, out->cert)) {
		out->why = "the signer meant another certificate";
	} else {
		out->result = CMS_SIG_GOOD;
	}
	ERR_clear_error();
}

static void
judge_one(struct cms_verifier *v, CMS_SignerInfo *si,
    const struct cms_judges *j, int64_t now, struct cms_signature *out)
{
	const char *detail = "";

	*out = (struct cms_signature){ .result = CMS_SIG_NO_CERT,
	    .why = "the signer's certificate is not there", .detail = "",
	    .digest = name_of(algorithm(si, true)),
	    .algorithm = name_of(algorithm(si, false)) };
	CMS_SignerInfo_get0_algs(si, NULL, &out->cert, NULL, NULL);
	note_time(si, out);
	if (out->cert == NULL)
		return;
	X509_up_ref(out->cert);
	check(v, si, out);
	if (out->result != CMS_SIG_GOOD)
		return;
	out->trust = cms_chain_judge(out->cert, v->sent, j, now,
	    &out->detail);
	out->was_trusted = out->trust == CMS_EXPIRED && out->has_time &&
	    cms_chain_judge(out->cert, v->sent, j, out->time, &detail) ==
	    CMS_TRUSTED;
}

void
cms_verify_end(struct cms_verifier *v, const struct cms_judges *j,
    int64_t now, struct cms_signatures *out)
{
	STACK_OF(CMS_SignerInfo) *all = CMS_get0_SignerInfos(v->cms);

	out->n = 0;
	for (int i = 0; i < sk_CMS_SignerInfo_num(all) &&
	    out->n < CMS_SIGNERS_MAX; i++)
		judge_one(v, sk_CMS_SignerInfo_value(all, i), j, now,
		    &out->v[out->n++]);
	cms_verifier_free(v);
}

void
cms_verifier_free(struct cms_verifier *v)
{
	if (v == NULL)
		return;
	while (v->chain != NULL && v->chain != v->out) {
		BIO *next = BIO_pop(v->chain);

		BIO_free(v->chain);
		v->chain = next;
	}
	BIO_free(v->out);
	sk_X509_pop_free(v->sent, X509_free);
	CMS_ContentInfo_free(v->cms);
	ERR_clear_error();
	free(v);
}

void
cms_signatures_free(struct cms_signatures *s)
{
	for (size_t i = 0; i < s->n; i++)
		X509_free(s->v[i].cert);
	s->n = 0;
}
