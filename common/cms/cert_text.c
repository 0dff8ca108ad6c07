/* A certificate in words; see cert.h. */
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cms/bio.h"
#include "cms/cert.h"

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static void
put_name(const X509_NAME *name, struct buf *out)
{
	struct buf raw = BUF(64 * 1024);
	struct cms_sink sink = { gather, &raw };
	BIO *b = cms_bio_sink(&sink);

	X509_NAME_print_ex(b, name, 0, (XN_FLAG_RFC2253 |
	    ASN1_STRFLGS_UTF8_CONVERT) & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	BIO_free(b);
	utf8_clean(out, buf_get0(&raw));
	buf_free(&raw);
}

void
cms_cert_subject(const X509 *x, struct buf *out)
{
	put_name(X509_get_subject_name(x), out);
}

void
cms_cert_issuer(const X509 *x, struct buf *out)
{
	put_name(X509_get_issuer_name(x), out);
}

void
cms_cert_serial(const X509 *x, struct buf *out)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x);

	if (ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER)
		buf_byte(out, '-');
	buf_hex(out, span_of(ASN1_STRING_get0_data(serial),
	    (size_t)ASN1_STRING_length(serial)));
}

void
cms_cert_hash(const X509 *x, struct buf *out)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (X509_digest(x, EVP_sha256(), md, &n) != 1)
		mem_exhausted();
	buf_hex(out, span_of(md, n));
}

void
cms_cert_key(const X509 *x, struct buf *out)
{
	EVP_PKEY *key = X509_get0_pubkey(x);
	char group[64] = "";
	size_t n = 0;

	if (key == NULL) {
		buf_str(out, "unknown");
		return;
	}
	buf_str(out, EVP_PKEY_get0_type_name(key));
	if (EVP_PKEY_get_group_name(key, group, sizeof(group), &n) == 1)
		buf_printf(out, " %s", strcmp(group, "prime256v1") == 0 ?
		    "P-256" : strcmp(group, "secp384r1") == 0 ? "P-384" :
		    strcmp(group, "secp521r1") == 0 ? "P-521" : group);
	else
		buf_printf(out, " %d", EVP_PKEY_get_bits(key));
}
