/* Reading what was encrypted; see decrypt.h. */
#include "cms/decrypt.h"

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/err.h>

#include "base/mem.h"
#include "cms/bio.h"
#include "crypto/lib.h"

/* RFC 5084 section 3.2 lets a tag be this short. */
enum { MAC_MIN = 12, MAC_MAX = 16 };

static const struct {
	struct span oid;
	const char *name;
	bool authenticated;
} ciphers[] = {
#define OID(text) { (const unsigned char *)(text), sizeof(text) - 1 }
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x01\x06"), "AES-128-GCM", true },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x01\x1a"), "AES-192-GCM", true },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x01\x2e"), "AES-256-GCM", true },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x01\x02"), "AES-128-CBC", false },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x01\x16"), "AES-192-CBC", false },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x01\x2a"), "AES-256-CBC", false },
	{ OID("\x2a\x86\x48\x86\xf7\x0d\x03\x07"), "DES-EDE3-CBC", false },
#undef OID
};

const char *
cms_cipher_name(const struct cms_parts *p)
{
	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++)
		if (span_eq(p->cipher, ciphers[i].oid) &&
		    ciphers[i].authenticated ==
		    (p->type == CMS_AUTH_ENVELOPED))
			return ciphers[i].name;
	return NULL;
}

static bool
agree_is_for(CMS_RecipientInfo *ri, X509 *x)
{
	STACK_OF(CMS_RecipientEncryptedKey) *keys =
	    CMS_RecipientInfo_kari_get0_reks(ri);

	for (int i = 0; i < sk_CMS_RecipientEncryptedKey_num(keys); i++)
		if (CMS_RecipientEncryptedKey_cert_cmp(
		    sk_CMS_RecipientEncryptedKey_value(keys, i), x) == 0)
			return true;
	return false;
}

static bool
recipient_is(CMS_RecipientInfo *ri, X509 *x)
{
	int type = CMS_RecipientInfo_type(ri);

	return (type == CMS_RECIPINFO_TRANS &&
	    CMS_RecipientInfo_ktri_cert_cmp(ri, x) == 0) ||
	    (type == CMS_RECIPINFO_AGREE && agree_is_for(ri, x));
}

static bool
is_for(CMS_ContentInfo *cms, X509 *x)
{
	STACK_OF(CMS_RecipientInfo) *all = CMS_get0_RecipientInfos(cms);

	for (int i = 0; i < sk_CMS_RecipientInfo_num(all); i++)
		if (recipient_is(sk_CMS_RecipientInfo_value(all, i), x))
			return true;
	return false;
}

/* A key that was agreed on wraps the content's: RFC 5753 section 7.1.5. */
static bool
wraps_plainly(CMS_RecipientInfo *ri)
{
	X509_ALGOR *agreed = NULL, *wrap = NULL;
	const void *params = NULL;
	int type = 0, nid = NID_undef;

	CMS_RecipientInfo_kari_get0_alg(ri, &agreed, NULL);
	X509_ALGOR_get0(NULL, &type, &params, agreed);
	if (type == V_ASN1_SEQUENCE) {
		const unsigned char *der = ASN1_STRING_get0_data(params);

		wrap = d2i_X509_ALGOR(NULL, &der,
		    ASN1_STRING_length(params));
	}
	if (wrap != NULL)
		nid = OBJ_obj2nid(wrap->algorithm);
	X509_ALGOR_free(wrap);
	return nid == NID_id_aes128_wrap || nid == NID_id_aes192_wrap ||
	    nid == NID_id_aes256_wrap || nid == NID_id_smime_alg_CMS3DESwrap;
}

/*
 * The padded kinds have no place in S/MIME (RFC 8551 section 2.3), and of a
 * key that does not come out of one, libcrypto wipes eight octets more than
 * it has made room for: it must not be asked.
 */
static bool
all_wrap_plainly(CMS_ContentInfo *cms)
{
	STACK_OF(CMS_RecipientInfo) *all = CMS_get0_RecipientInfos(cms);

	for (int i = 0; i < sk_CMS_RecipientInfo_num(all); i++) {
		CMS_RecipientInfo *ri = sk_CMS_RecipientInfo_value(all, i);

		if (CMS_RecipientInfo_type(ri) == CMS_RECIPINFO_AGREE &&
		    !wraps_plainly(ri))
			return false;
	}
	return true;
}

struct feed {
	BIO *chain;
	bool failed;
};

static void
feed_piece(void *arg, struct span s)
{
	struct feed *f = arg;

	while (s.n > 0 && !f->failed) {
		struct span piece = span_first(s, 1 << 20);

		f->failed = BIO_write(f->chain, piece.p, (int)piece.n) !=
		    (int)piece.n;
		s = span_from(s, piece.n);
	}
}

/* The key is set, or a random one for a wrong one (RFC 3218). */
static bool
run_cipher(CMS_ContentInfo *cms, const struct cms_parts *p,
    struct cms_sink *sink)
{
	BIO *out = cms_bio_sink(sink);
	struct feed f = { CMS_dataInit(cms, out), false };
	bool ok = f.chain != NULL;

	if (ok) {
		cms_content_each(p, feed_piece, &f);
		ok = !f.failed && BIO_flush(f.chain) == 1 &&
		    BIO_get_cipher_status(f.chain) == 1;
	}
	while (f.chain != NULL && f.chain != out) {
		BIO *next = BIO_pop(f.chain);

		BIO_free(f.chain);
		f.chain = next;
	}
	BIO_free(out);
	return ok;
}

static bool
may_be_read(const struct cms_parts *p)
{
	return cms_cipher_name(p) != NULL && p->has_content &&
	    (p->type != CMS_AUTH_ENVELOPED ||
	    (p->mac.n >= MAC_MIN && p->mac.n <= MAC_MAX));
}

static CMS_ContentInfo *
parsed(const struct cms_parts *p)
{
	const unsigned char *der = p->rest.p;
	CMS_ContentInfo *cms = NULL;

	crypto_start_cms();
	cms = d2i_CMS_ContentInfo(NULL, &der, (long)p->rest.n);
	ERR_clear_error();
	return cms;
}

enum cms_decrypt_result
cms_decrypt(const struct cms_parts *p, const struct cms_ident *ids, size_t n,
    void (*to)(void *arg, struct span s), void *arg)
{
	struct cms_sink sink = { to, arg };
	CMS_ContentInfo *cms = parsed(p);
	enum cms_decrypt_result r = CMS_NOT_OURS;
	const struct cms_ident *id = NULL;

	if (cms == NULL || !may_be_read(p)) {
		CMS_ContentInfo_free(cms);
		return cms == NULL ? CMS_NOT_DECRYPTED : CMS_NOT_READ;
	}
	for (size_t i = 0; id == NULL && i < n; i++)
		if (is_for(cms, ids[i].cert))
			id = &ids[i];
	if (id != NULL && !all_wrap_plainly(cms))
		r = CMS_NOT_READ;
	else if (id != NULL)
		r = CMS_decrypt_set1_pkey(cms, id->key, id->cert) == 1 &&
		    run_cipher(cms, p, &sink) ? CMS_DECRYPTED :
		    CMS_NOT_DECRYPTED;
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return r;
}

static const char *
kind_of(CMS_RecipientInfo *ri)
{
	X509_ALGOR *a = NULL;

	switch (CMS_RecipientInfo_type(ri)) {
	case CMS_RECIPINFO_TRANS:
		CMS_RecipientInfo_ktri_get0_algs(ri, NULL, NULL, &a);
		if (a != NULL && OBJ_obj2nid(a->algorithm) == NID_rsaesOaep)
			return "RSA OAEP";
		return a != NULL && OBJ_obj2nid(a->algorithm) ==
		    NID_rsaEncryption ? "RSA PKCS#1 v1.5" : "transport";
	case CMS_RECIPINFO_AGREE:
		return "ECDH";
	case CMS_RECIPINFO_KEK:
		return "shared key";
	case CMS_RECIPINFO_PASS:
		return "password";
	default:
		return "other";
	}
}

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static void
hand_over(const char *kind, const X509_NAME *issuer,
    const ASN1_STRING *number,
    void (*fn)(void *arg, const struct cms_recipient *r), void *arg)
{
	struct buf name = BUF(64 * 1024), hex = BUF(4096);
	struct cms_sink sink = { gather, &name };
	BIO *b = cms_bio_sink(&sink);
	struct cms_recipient r = { .kind = kind };

	if (issuer != NULL)
		X509_NAME_print_ex(b, issuer, 0, XN_FLAG_RFC2253);
	if (number != NULL)
		buf_hex(&hex, span_of(ASN1_STRING_get0_data(number),
		    (size_t)ASN1_STRING_length(number)));
	BIO_free(b);
	r.issuer = buf_get0(&name);
	r.serial = buf_get0(&hex);
	fn(arg, &r);
	buf_free(&name);
	buf_free(&hex);
}

static void
one_recipient(CMS_RecipientInfo *ri,
    void (*fn)(void *arg, const struct cms_recipient *r), void *arg)
{
	const char *kind = kind_of(ri);
	STACK_OF(CMS_RecipientEncryptedKey) *keys = NULL;
	ASN1_OCTET_STRING *id = NULL;
	X509_NAME *issuer = NULL;
	ASN1_INTEGER *serial = NULL;

	if (CMS_RecipientInfo_type(ri) == CMS_RECIPINFO_AGREE)
		keys = CMS_RecipientInfo_kari_get0_reks(ri);
	else if (CMS_RecipientInfo_type(ri) == CMS_RECIPINFO_TRANS)
		CMS_RecipientInfo_ktri_get0_signer_id(ri, &id, &issuer,
		    &serial);
	for (int i = 0; i < sk_CMS_RecipientEncryptedKey_num(keys); i++) {
		CMS_RecipientEncryptedKey_get0_id(
		    sk_CMS_RecipientEncryptedKey_value(keys, i), &id, NULL,
		    NULL, &issuer, &serial);
		hand_over(kind, issuer, serial ? serial : id, fn, arg);
	}
	if (keys == NULL)
		hand_over(kind, issuer, serial ? serial : id, fn, arg);
}

bool
cms_recipients(const struct cms_parts *p,
    void (*fn)(void *arg, const struct cms_recipient *r), void *arg)
{
	CMS_ContentInfo *cms = parsed(p);
	STACK_OF(CMS_RecipientInfo) *all =
	    cms ? CMS_get0_RecipientInfos(cms) : NULL;
	bool ok = cms != NULL;

	for (int i = 0; i < sk_CMS_RecipientInfo_num(all); i++)
		one_recipient(sk_CMS_RecipientInfo_value(all, i), fn, arg);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return ok;
}
