/* Ed25519 signatures; see eddsa.h. */
#include "cms/eddsa.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "base/buf.h"

/* As the bounds on the whole structure, and more than anybody writes. */
enum { ATTRS_MAX = 64, OCTETS_MAX = 4 << 20 };

static int
by_octets(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return span_cmp(*x, *y);
}

/* The length octets of DER (X.690 section 10.1). */
static void
put_length(struct buf *out, size_t n)
{
	int octets = 0;

	if (n < 0x80) {
		buf_byte(out, (unsigned char)n);
		return;
	}
	for (size_t left = n; left > 0; left >>= 8)
		octets++;
	buf_byte(out, (unsigned char)(0x80 | octets));
	while (octets-- > 0)
		buf_byte(out, (unsigned char)(n >> 8 * octets));
}

/* They are signed as a SET OF in DER, however they came (RFC 5652, 5.4). */
static bool
put_attributes(CMS_SignerInfo *si, struct buf *out)
{
	struct span v[ATTRS_MAX];
	int n = CMS_signed_get_attr_count(si), have = 0;
	size_t total = 0;

	for (; have < n && have < ATTRS_MAX; have++) {
		unsigned char *der = NULL;
		int len = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(si, have),
		    &der);

		if (len <= 0)
			break;
		v[have] = span_of(der, (size_t)len);
		total += v[have].n;
	}
	qsort(v, (size_t)have, sizeof(v[0]), by_octets);
	buf_byte(out, 0x31);
	put_length(out, total);
	for (int i = 0; i < have; i++) {
		buf_span(out, v[i]);
		OPENSSL_free((void *)(uintptr_t)v[i].p);
	}
	return have == n && !out->over;
}

static bool
is_sha512(CMS_SignerInfo *si)
{
	X509_ALGOR *digest = NULL;

	CMS_SignerInfo_get0_algs(si, NULL, NULL, &digest, NULL);
	return OBJ_obj2nid(digest->algorithm) == NID_sha512;
}

bool
cms_eddsa_holds(CMS_SignerInfo *si, EVP_PKEY *key)
{
	const ASN1_OCTET_STRING *sig = CMS_SignerInfo_get0_signature(si);
	struct buf attrs = BUF(OCTETS_MAX);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx != NULL && is_sha512(si) &&
	    put_attributes(si, &attrs) &&
	    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, ASN1_STRING_get0_data(sig),
	    (size_t)ASN1_STRING_length(sig), attrs.p, attrs.n) == 1;

	EVP_MD_CTX_free(ctx);
	buf_free(&attrs);
	return ok;
}
