/* New keys and certificates; see make.h. */
#include "cms/make.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cms/bio.h"
#include "crypto/lib.h"
#include "dns/idn.h"

enum { SERIAL_BYTES = 16, NAME_MAX_64 = 64, ADDR_MAX = 255 };

/* RFC 4262: AES-256-GCM, AES-128-GCM, AES-256-CBC, AES-128-CBC, OAEP. */
static const unsigned char capabilities[] =
    "\x30\x41"
    "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2e"
    "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x06"
    "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2a"
    "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x02"
    "\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07";

static bool
addr_ok(const char *addr)
{
	struct span s = span_str(addr);
	size_t at = span_rchr(s, '@');
	struct buf domain = BUF(256);
	bool ok = s.n <= ADDR_MAX && at > 0 && at < s.n && span_is_ascii(s) &&
	    idn_to_ascii(span_from(s, at + 1), &domain);

	for (size_t i = 0; i < s.n; i++)
		ok &= s.p[i] > ' ' && s.p[i] != 0x7f && s.p[i] != ',';
	buf_free(&domain);
	return ok;
}

bool
cms_wish_ok(const struct cms_wish *w, const char **why)
{
	*why = w->n == 0 ? "give an address" : NULL;
	for (size_t i = 0; *why == NULL && i < w->n; i++)
		if (!addr_ok(w->addrs[i]))
			*why = "an address is not local@domain in ASCII";
	if (*why == NULL && w->name != NULL &&
	    (span_str(w->name).n == 0 ||
	    span_str(w->name).n > NAME_MAX_64 ||
	    !utf8_valid(span_str(w->name))))
		*why = "the name is not 1 to 64 octets of UTF-8";
	return *why == NULL;
}

static EVP_PKEY *
make_key(const struct cms_wish *w)
{
	switch (w->kind) {
	case CMS_KEY_RSA:
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)w->bits);
	case CMS_KEY_P384:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	default:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	}
}

static bool
set_name(X509_NAME *name, const struct cms_wish *w)
{
	const char *cn = w->name != NULL ? w->name : w->addrs[0];
	struct span s = span_first(span_str(cn), NAME_MAX_64);

	return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
	    s.p, (int)s.n, -1, 0) == 1;
}

static bool
add_der(STACK_OF(X509_EXTENSION) **to, int nid, bool critical, void *value)
{
	return value != NULL && X509V3_add1_i2d(to, nid, value, critical,
	    X509V3_ADD_APPEND) == 1;
}

static bool
add_addrs(STACK_OF(X509_EXTENSION) **to, const struct cms_wish *w)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	bool ok = names != NULL;

	for (size_t i = 0; ok && i < w->n; i++) {
		GENERAL_NAME *g = GENERAL_NAME_new();
		ASN1_IA5STRING *s = ASN1_IA5STRING_new();

		if (g == NULL || s == NULL ||
		    ASN1_STRING_set(s, w->addrs[i], -1) != 1)
			mem_exhausted();
		GENERAL_NAME_set0_value(g, GEN_EMAIL, s);
		ok = sk_GENERAL_NAME_push(names, g) > 0;
	}
	ok = ok && add_der(to, NID_subject_alt_name, false, names);
	GENERAL_NAMES_free(names);
	return ok;
}

/* A curve's key agrees upon keys, an RSA key enciphers them. */
static bool
add_usage(STACK_OF(X509_EXTENSION) **to, const struct cms_wish *w)
{
	ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();
	EXTENDED_KEY_USAGE *mail = EXTENDED_KEY_USAGE_new();
	bool ok = bits != NULL && mail != NULL &&
	    ASN1_BIT_STRING_set_bit(bits, 0, 1) == 1 &&
	    ASN1_BIT_STRING_set_bit(bits, w->kind == CMS_KEY_RSA ? 2 : 4,
	    1) == 1 && add_der(to, NID_key_usage, true, bits) &&
	    sk_ASN1_OBJECT_push(mail, OBJ_nid2obj(NID_email_protect)) > 0 &&
	    add_der(to, NID_ext_key_usage, false, mail);

	ASN1_BIT_STRING_free(bits);
	EXTENDED_KEY_USAGE_free(mail);
	return ok;
}

static bool
add_capabilities(STACK_OF(X509_EXTENSION) **to)
{
	ASN1_OCTET_STRING *s = ASN1_OCTET_STRING_new();
	X509_EXTENSION *e = NULL;
	bool ok = false;

	if (s == NULL || ASN1_OCTET_STRING_set(s, capabilities,
	    sizeof(capabilities) - 1) != 1)
		mem_exhausted();
	e = X509_EXTENSION_create_by_NID(NULL, NID_SMIMECapabilities, 0, s);
	ok = e != NULL && X509v3_add_ext(to, e, -1) != NULL;
	X509_EXTENSION_free(e);
	ASN1_OCTET_STRING_free(s);
	return ok;
}

static STACK_OF(X509_EXTENSION) *
extensions(const struct cms_wish *w)
{
	STACK_OF(X509_EXTENSION) *all = NULL;
	BASIC_CONSTRAINTS *basic = BASIC_CONSTRAINTS_new();
	bool ok = add_der(&all, NID_basic_constraints, true, basic) &&
	    add_usage(&all, w) && add_addrs(&all, w) &&
	    add_capabilities(&all);

	BASIC_CONSTRAINTS_free(basic);
	if (ok)
		return all;
	sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free);
	return NULL;
}

/* Unpredictable, and positive (RFC 5280 section 4.1.2.2). */
static bool
set_serial(X509 *x)
{
	unsigned char raw[SERIAL_BYTES];
	BIGNUM *n = NULL;
	bool ok = RAND_bytes(raw, sizeof(raw)) == 1;

	raw[0] = (unsigned char)((raw[0] & 0x7f) | 0x40);
	n = BN_bin2bn(raw, sizeof(raw), NULL);
	ok = ok && n != NULL && BN_to_ASN1_INTEGER(n,
	    X509_get_serialNumber(x)) != NULL;
	BN_free(n);
	return ok;
}

/* For who has the certificate of its issuer: it is its own. */
static bool
add_key_id(X509 *x)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e = NULL;
	bool ok = false;

	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	e = X509V3_EXT_nconf_nid(NULL, &ctx, NID_subject_key_identifier,
	    "hash");
	ok = e != NULL && X509_add_ext(x, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

static bool
put_certificate(const struct cms_wish *w, EVP_PKEY *key,
    STACK_OF(X509_EXTENSION) *ext, BIO *out)
{
	X509 *x = X509_new();
	bool ok = x != NULL && X509_set_version(x, X509_VERSION_3) == 1 &&
	    set_serial(x) && set_name(X509_get_subject_name(x), w) &&
	    X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
	    ASN1_TIME_set(X509_getm_notBefore(x), (time_t)w->from) != NULL &&
	    ASN1_TIME_set(X509_getm_notAfter(x), (time_t)w->to) != NULL &&
	    X509_set_pubkey(x, key) == 1;

	for (int i = 0; ok && i < sk_X509_EXTENSION_num(ext); i++)
		ok = X509_add_ext(x, sk_X509_EXTENSION_value(ext, i),
		    -1) == 1;
	ok = ok && add_key_id(x) && X509_sign(x, key, EVP_sha256()) > 0 &&
	    PEM_write_bio_X509(out, x) == 1;
	X509_free(x);
	return ok;
}

static bool
put_request(const struct cms_wish *w, EVP_PKEY *key,
    STACK_OF(X509_EXTENSION) *ext, BIO *out)
{
	X509_REQ *r = X509_REQ_new();
	bool ok = r != NULL && X509_REQ_set_version(r,
	    X509_REQ_VERSION_1) == 1 &&
	    set_name(X509_REQ_get_subject_name(r), w) &&
	    X509_REQ_set_pubkey(r, key) == 1 &&
	    X509_REQ_add_extensions(r, ext) == 1 &&
	    X509_REQ_sign(r, key, EVP_sha256()) > 0 &&
	    PEM_write_bio_X509_REQ(out, r) == 1;

	X509_REQ_free(r);
	return ok;
}

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

bool
cms_make(const struct cms_wish *w, bool request, struct buf *key,
    struct buf *cert)
{
	struct cms_sink to_key = { gather, key }, to_cert = { gather, cert };
	BIO *k = cms_bio_sink(&to_key), *c = cms_bio_sink(&to_cert);
	STACK_OF(X509_EXTENSION) *ext = NULL;
	EVP_PKEY *pkey = NULL;
	bool ok = false;

	crypto_start_cms();
	pkey = make_key(w);
	ext = extensions(w);
	ok = pkey != NULL && ext != NULL &&
	    PEM_write_bio_PKCS8PrivateKey(k, pkey, NULL, NULL, 0, NULL,
	    NULL) == 1 && (request ? put_request(w, pkey, ext, c) :
	    put_certificate(w, pkey, ext, c)) && !key->over && !cert->over;
	sk_X509_EXTENSION_pop_free(ext, X509_EXTENSION_free);
	EVP_PKEY_free(pkey);
	BIO_free(k);
	BIO_free(c);
	ERR_clear_error();
	return ok;
}
