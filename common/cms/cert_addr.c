/* A certificate's addresses; see cert.h. */
#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "cms/cert.h"
#include "dns/idn.h"

/* Text without NUL, which would end it for some readers and not for us. */
static bool
text_of(const ASN1_STRING *s, struct span *out)
{
	*out = span_of(ASN1_STRING_get0_data(s),
	    (size_t)ASN1_STRING_length(s));
	return out->n > 0 && span_chr(*out, '\0') == out->n;
}

/* id-on-SmtpUTF8Mailbox, 1.3.6.1.5.5.7.8.9 */
static bool
is_utf8_mailbox(const OTHERNAME *o)
{
	return span_eq(span_of(OBJ_get0_data(o->type_id),
	    OBJ_length(o->type_id)),
	    SPAN("\x2b\x06\x01\x05\x05\x07\x08\x09")) &&
	    ASN1_TYPE_get(o->value) == V_ASN1_UTF8STRING;
}

static bool
name_addr(const GENERAL_NAME *g, struct span *out)
{
	if (g->type == GEN_EMAIL)
		return text_of(g->d.rfc822Name, out);
	return g->type == GEN_OTHERNAME && is_utf8_mailbox(g->d.otherName) &&
	    text_of(g->d.otherName->value->value.utf8string, out);
}

/* The subject's emailAddress, which old certificates have alone. */
static void
subject_addrs(const X509 *x, void (*fn)(void *arg, struct span addr),
    void *arg)
{
	const X509_NAME *name = X509_get_subject_name(x);
	struct span s = { NULL, 0 };

	for (int at = -1; (at = X509_NAME_get_index_by_NID(name,
	    NID_pkcs9_emailAddress, at)) >= 0;)
		if (text_of(X509_NAME_ENTRY_get_data(
		    X509_NAME_get_entry(name, at)), &s))
			fn(arg, s);
}

void
cms_cert_addrs(const X509 *x, void (*fn)(void *arg, struct span addr),
    void *arg)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name,
	    NULL, NULL);
	struct span s = { NULL, 0 };
	size_t n = 0;

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		if (name_addr(sk_GENERAL_NAME_value(names, i), &s)) {
			fn(arg, s);
			n++;
		}
	GENERAL_NAMES_free(names);
	if (n == 0)
		subject_addrs(x, fn, arg);
}

struct wanted {
	struct span local;
	struct buf domain;	/* A-labels */
	enum cms_has_addr best;
};

static void
compare(void *arg, struct span addr)
{
	struct wanted *w = arg;
	size_t at = span_rchr(addr, '@');
	struct buf domain = BUF(512);
	struct span local = span_first(addr, at);

	if (at < addr.n && idn_to_ascii(span_from(addr, at + 1), &domain) &&
	    span_eq(buf_get0(&domain), buf_get0(&w->domain))) {
		if (span_eq(local, w->local))
			w->best = CMS_ADDR_SAME;
		else if (span_ieq(local, w->local) &&
		    w->best == CMS_ADDR_ABSENT)
			w->best = CMS_ADDR_CASE;
	}
	buf_free(&domain);
}

enum cms_has_addr
cms_cert_has_addr(const X509 *x, struct span local, struct span domain)
{
	struct wanted w = { local, BUF(512), CMS_ADDR_ABSENT };

	if (idn_to_ascii(domain, &w.domain))
		cms_cert_addrs(x, compare, &w);
	buf_free(&w.domain);
	return w.best;
}
