/* Making certificates; see mint.h. */
#include "mint.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "mint: %s\n", what);
	abort();
}

static EVP_PKEY *
make_key(const char *kind)
{
	const char *colon = kind ? strchr(kind, ':') : NULL;

	if (kind == NULL)
		return EVP_EC_gen("P-256");
	if (strncmp(kind, "EC:", 3) == 0)
		return EVP_EC_gen(colon + 1);
	if (strncmp(kind, "RSA:", 4) == 0)
		return EVP_RSA_gen((unsigned)strtoul(colon + 1, NULL, 10));
	return EVP_PKEY_Q_keygen(NULL, NULL, kind);
}

static void
extend(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e = NULL;

	if (value == NULL)
		return;
	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	must(e != NULL && X509_add_ext(x, e, -1) == 1, value);
	X509_EXTENSION_free(e);
}

static void
extensions(X509 *x, X509 *issuer, const struct mint_want *w)
{
	extend(x, issuer, NID_basic_constraints,
	    w->ca ? "critical,CA:TRUE" : "CA:FALSE");
	if (w->ca)
		extend(x, issuer, NID_key_usage,
		    "critical,keyCertSign,cRLSign");
	extend(x, issuer, NID_subject_key_identifier, "hash");
	extend(x, issuer, NID_subject_alt_name, w->names);
	extend(x, issuer, NID_name_constraints, w->constraints);
	extend(x, issuer, NID_ext_key_usage, w->use);
	extend(x, issuer, NID_tlsfeature, w->features);
}

static struct span
copy_of(unsigned char *der, int n)
{
	struct span out = { NULL, 0 };
	unsigned char *copy = NULL;

	must(n > 0, "DER");
	copy = xmalloc((size_t)n);
	memcpy(copy, der, (size_t)n);
	out = span_of(copy, (size_t)n);
	OPENSSL_free(der);
	return out;
}

static void
fill(X509 *x, const struct mint_want *w, EVP_PKEY *key)
{
	static long serial = 1;

	must(X509_set_version(x, 2) == 1, "version");
	ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
	must(ASN1_TIME_set(X509_getm_notBefore(x), w->from ? w->from :
	    MINT_FROM) != NULL && ASN1_TIME_set(X509_getm_notAfter(x),
	    w->to ? w->to : MINT_TO) != NULL, "dates");
	must(X509_set_pubkey(x, key) == 1, "key");
	if (w->cn != NULL)
		must(X509_NAME_add_entry_by_txt(X509_get_subject_name(x),
		    "CN", MBSTRING_UTF8, (const unsigned char *)w->cn, -1, -1,
		    0) == 1, "CN");
}

struct mint *
mint(const struct mint_want *want, const struct mint *issuer)
{
	struct mint *m = xcalloc(1, sizeof(*m));
	EVP_PKEY *signer = NULL;
	const EVP_MD *hash = EVP_get_digestbyname(want->hash ? want->hash :
	    "SHA256");
	unsigned char *der = NULL;
	int n = 0;

	m->key = make_key(want->key);
	m->x509 = X509_new();
	must(m->key != NULL && m->x509 != NULL, "new");
	signer = issuer != NULL ? issuer->key : m->key;
	fill(m->x509, want, m->key);
	must(X509_set_issuer_name(m->x509, X509_get_subject_name(
	    issuer ? issuer->x509 : m->x509)) == 1, "issuer");
	extensions(m->x509, issuer ? issuer->x509 : m->x509, want);
	if (EVP_PKEY_is_a(signer, "ED25519") || EVP_PKEY_is_a(signer, "ED448"))
		hash = NULL;
	must(X509_sign(m->x509, signer, hash) > 0, "sign");
	n = i2d_X509(m->x509, &der);
	m->der = copy_of(der, n);
	der = NULL;
	n = i2d_PUBKEY(m->key, &der);
	m->spki = copy_of(der, n);
	return m;
}

void
mint_free(struct mint *m)
{
	if (m == NULL)
		return;
	X509_free(m->x509);
	EVP_PKEY_free(m->key);
	free((void *)(uintptr_t)m->der.p);
	free((void *)(uintptr_t)m->spki.p);
	free(m);
}

void
mint_pem(const struct mint *m, const char *path)
{
	FILE *f = fopen(path, "a");

	must(f != NULL && PEM_write_X509(f, m->x509) == 1, path);
	fclose(f);
}
