/*
 * Keys, certificates and revocation lists from files: what is read can be
 * told, its addresses hold no NUL, and what is not is an error and nothing
 * else.
 */
#include "fuzz.h"

#include <string.h>

#include "cms/cert.h"
#include "cms/ident.h"
#include "crypto/lib.h"

static void
see_addr(void *arg, struct span addr)
{
	(void)arg;
	must(addr.n > 0 && span_chr(addr, '\0') == addr.n);
}

static void
tell(X509 *x)
{
	static void (*const texts[])(const X509 *, struct buf *) = {
		cms_cert_subject, cms_cert_issuer, cms_cert_serial,
		cms_cert_hash, cms_cert_key,
	};
	struct buf out = BUF(1 << 20);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		texts[i](x, &out);
	for (size_t i = 0; i < out.n; i++)
		must(out.p[i] >= ' ' && out.p[i] != 0x7f);
	cms_cert_addrs(x, see_addr, NULL);
	cms_cert_has_addr(x, SPAN("anna"), SPAN("example.org"));
	cms_cert_is_capable(x, CMS_OID_AES256_GCM);
	cms_cert_problem(x, CMS_USE_SIGN, 1800000000);
	cms_cert_problem(x, CMS_USE_ENCRYPT, 1800000000);
	cms_cert_holds_at(x, 1800000000);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	STACK_OF(X509) *certs = sk_X509_new_null();
	STACK_OF(X509_CRL) *crls = sk_X509_CRL_new_null();
	struct cms_ident id;

	must(certs != NULL && crls != NULL);
	crypto_start_cms();
	if (cms_certs_read(in, certs))
		must(sk_X509_num(certs) > 0);
	for (int i = 0; i < sk_X509_num(certs); i++)
		tell(sk_X509_value(certs, i));
	if (cms_crls_read(in, crls))
		must(sk_X509_CRL_num(crls) > 0);
	if (cms_ident_read(in, certs, SPAN("x"), &id) == NULL)
		must(id.key != NULL && id.cert != NULL);
	cms_ident_free(&id);
	sk_X509_pop_free(certs, X509_free);
	sk_X509_CRL_pop_free(crls, X509_CRL_free);
	return 0;
}
