/* What a certificate may be used for; see cert.h. */
#include "cms/cert.h"

#include <limits.h>
#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "crypto/der.h"

enum { RSA_BITS_MIN = 2048, RSA_BITS_MAX = 16384, CURVE_BITS_MIN = 256 };

int64_t
cms_time(const ASN1_TIME *t)
{
	struct tm tm;

	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
		return INT64_MIN;
	return timegm(&tm);
}

int64_t
cms_cert_not_before(const X509 *x)
{
	return cms_time(X509_get0_notBefore(x));
}

int64_t
cms_cert_not_after(const X509 *x)
{
	return cms_time(X509_get0_notAfter(x));
}

bool
cms_cert_holds_at(const X509 *x, int64_t t)
{
	int64_t from = cms_cert_not_before(x), to = cms_cert_not_after(x);

	return from != INT64_MIN && to != INT64_MIN && from <= t && t <= to;
}

static bool
is_rsa(const EVP_PKEY *key)
{
	return EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS");
}

bool
cms_key_is_read(const EVP_PKEY *key)
{
	return is_rsa(key) || EVP_PKEY_is_a(key, "EC") ||
	    EVP_PKEY_is_a(key, "ED25519");
}

bool
cms_key_is_weak(const EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);

	if (is_rsa(key))
		return bits < RSA_BITS_MIN || bits > RSA_BITS_MAX;
	return !EVP_PKEY_is_a(key, "ED25519") &&
	    (!EVP_PKEY_is_a(key, "EC") || bits < CURVE_BITS_MIN);
}

static const char *
date_problem(const X509 *x, int64_t now)
{
	if (cms_cert_holds_at(x, now))
		return NULL;
	return cms_cert_not_after(x) < now ? "the certificate has expired" :
	    "the certificate is not valid yet";
}

static const char *
key_problem(const EVP_PKEY *key, enum cms_use use)
{
	if (key == NULL)
		return "its key is malformed, or of an unknown kind";
	if (cms_key_is_weak(key))
		return "its key is neither RSA of 2048 bits nor on a curve of "
		    "256";
	if (use == CMS_USE_SIGN && EVP_PKEY_is_a(key, "ED25519"))
		return "Ed25519 is read, but does not sign here";
	if (use == CMS_USE_ENCRYPT && (EVP_PKEY_is_a(key, "RSA-PSS") ||
	    EVP_PKEY_is_a(key, "ED25519")))
		return "its key is for signatures alone";
	return NULL;
}

/* Key usage (RFC 8550 section 4.4.2); without the extension all is meant. */
static bool
may_be_used(const EVP_PKEY *key, uint32_t usage, enum cms_use use)
{
	if (use == CMS_USE_SIGN)
		return (usage & (KU_DIGITAL_SIGNATURE |
		    KU_NON_REPUDIATION)) != 0;
	return (usage & (EVP_PKEY_is_a(key, "EC") ? KU_KEY_AGREEMENT :
	    KU_KEY_ENCIPHERMENT)) != 0;
}

bool
cms_cert_is_for_mail(X509 *x)
{
	/* UINT32_MAX where the extension is absent */
	return (X509_get_extended_key_usage(x) & (XKU_SMIME | XKU_ANYEKU)) !=
	    0;
}

const char *
cms_cert_use_problem(X509 *x, enum cms_use use)
{
	if ((X509_get_extension_flags(x) & EXFLAG_INVALID) != 0)
		return "an extension of it is malformed";
	if (!may_be_used(X509_get0_pubkey(x), X509_get_key_usage(x), use))
		return use == CMS_USE_SIGN ? "its key is not for signatures" :
		    "its key is not for encryption";
	return cms_cert_is_for_mail(x) ? NULL :
	    "it is not for mail (emailProtection)";
}

const char *
cms_cert_problem(X509 *x, enum cms_use use, int64_t now)
{
	const char *why = key_problem(X509_get0_pubkey(x), use);

	if (why == NULL)
		why = date_problem(x, now);
	return why != NULL ? why : cms_cert_use_problem(x, use);
}

bool
cms_cert_is_capable(const X509 *x, struct span oid)
{
	int at = X509_get_ext_by_NID(x, NID_SMIMECapabilities, -1);
	ASN1_OCTET_STRING *s = NULL;
	struct cur c, in;

	if (at < 0)
		return false;
	s = X509_EXTENSION_get_data(X509_get_ext(x, at));
	c = cur_of(span_of(ASN1_STRING_get0_data(s),
	    (size_t)ASN1_STRING_length(s)));
	in = cur_of(der_take(&c, 0x30));
	while (cur_left(&in).n > 0 && cur_done(&c)) {
		struct cur one = cur_of(der_take(&in, 0x30));

		if (span_eq(der_take(&one, 0x06), oid) && !one.bad)
			return true;
	}
	return false;
}
