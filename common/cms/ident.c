/* Keys and certificates from files; see ident.h. */
#include "cms/ident.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "cms/bio.h"
#include "crypto/lib.h"

enum { CERTS_MAX = 1000 };

static bool
is_pem(struct span file)
{
	for (struct span s = file; s.n > 0;
	    s = span_from(s, span_chr(s, '\n') + 1))
		if (span_starts(s, SPAN("-----BEGIN ")))
			return true;
	return false;
}

/* Whether reading stopped because there was nothing more. */
static bool
is_end(void)
{
	unsigned long e = ERR_peek_last_error();

	ERR_clear_error();
	return ERR_GET_LIB(e) == ERR_LIB_PEM &&
	    ERR_GET_REASON(e) == PEM_R_NO_START_LINE;
}

static void
push(STACK_OF(X509) *to, X509 *x)
{
	if (sk_X509_push(to, x) == 0)
		mem_exhausted();
}

bool
cms_certs_read(struct span file, STACK_OF(X509) *out)
{
	const unsigned char *p = file.p;
	int before = sk_X509_num(out);
	BIO *in = NULL;
	X509 *x = NULL;
	bool ended = false;

	crypto_start_cms();
	if (!is_pem(file)) {
		x = d2i_X509(NULL, &p, (long)file.n);
		ERR_clear_error();
		if (x != NULL)
			push(out, x);
		return x != NULL && p == file.p + file.n;
	}
	in = cms_bio_of(file);
	while ((x = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
		push(out, x);
		if (sk_X509_num(out) - before > CERTS_MAX)
			break;
	}
	ended = is_end();
	BIO_free(in);
	return ended && sk_X509_num(out) > before;
}

bool
cms_crls_read(struct span file, STACK_OF(X509_CRL) *out)
{
	const unsigned char *p = file.p;
	int before = sk_X509_CRL_num(out);
	BIO *in = NULL;
	X509_CRL *x = NULL;
	bool ended = false;

	crypto_start_cms();
	if (!is_pem(file)) {
		x = d2i_X509_CRL(NULL, &p, (long)file.n);
		ERR_clear_error();
		if (x != NULL && sk_X509_CRL_push(out, x) == 0)
			mem_exhausted();
		return x != NULL && p == file.p + file.n;
	}
	in = cms_bio_of(file);
	while ((x = PEM_read_bio_X509_CRL(in, NULL, NULL, NULL)) != NULL)
		if (sk_X509_CRL_push(out, x) == 0)
			mem_exhausted();
	ended = is_end();
	BIO_free(in);
	return ended && sk_X509_CRL_num(out) > before;
}

struct asked {
	struct span passphrase;
	bool asked;
};

/* Nobody is prompted here. */
static int
give_passphrase(char *to, int size, int writing, void *arg)
{
	struct asked *a = arg;

	(void)writing;
	a->asked = true;
	if (a->passphrase.n == 0 || a->passphrase.n > (size_t)size)
		return -1;
	memcpy(to, a->passphrase.p, a->passphrase.n);
	return (int)a->passphrase.n;
}

static const char *
read_pem(struct span file, struct span passphrase, struct cms_ident *out)
{
	struct asked a = { passphrase, false };
	BIO *in = cms_bio_of(file);

	out->key = PEM_read_bio_PrivateKey(in, NULL, give_passphrase, &a);
	BIO_free(in);
	ERR_clear_error();
	if (out->key != NULL)
		return NULL;
	if (!a.asked)
		return "there is no private key in PEM form in it";
	out->locked = true;
	return passphrase.n == 0 ? "the key is locked: give --passphrase" :
	    "the passphrase is not the key's";
}

/* NULL and the empty one are two for PKCS #12, and none for people. */
static bool
opens(PKCS12 *p12, const char *pass)
{
	return PKCS12_mac_present(p12) != 1 ||
	    PKCS12_verify_mac(p12, pass, -1) == 1 ||
	    (pass == NULL && PKCS12_verify_mac(p12, "", 0) == 1);
}

static const char *
open_p12(PKCS12 *p12, struct span passphrase, struct cms_ident *out,
    STACK_OF(X509) *own)
{
	char *pass = passphrase.n > 0 ? span_dup(passphrase) : NULL;
	const char *why = NULL;
	X509 *cert = NULL;

	if (PKCS12_parse(p12, pass, &out->key, &cert, &own) != 1) {
		out->locked = !opens(p12, pass);
		why = !out->locked ? "it cannot be opened: its cipher is an "
		    "old one, or it is malformed" : pass == NULL ?
		    "it is locked: give --passphrase" :
		    "the passphrase is not its own";
	} else if (out->key == NULL) {
		why = "there is no private key in it";
	}
	if (cert != NULL)
		push(own, cert);
	if (pass != NULL)
		explicit_bzero(pass, strlen(pass));
	free(pass);
	ERR_clear_error();
	return why;
}

static const char *
read_p12(struct span file, struct span passphrase, struct cms_ident *out,
    STACK_OF(X509) *own)
{
	const unsigned char *p = file.p;
	PKCS12 *p12 = d2i_PKCS12(NULL, &p, (long)file.n);
	const char *why = "it is neither PEM nor PKCS #12";

	if (p12 != NULL)
		why = open_p12(p12, passphrase, out, own);
	PKCS12_free(p12);
	ERR_clear_error();
	return why;
}

/* The key's certificate becomes "cert"; authorities that are no root stay. */
static void
pick_certs(struct cms_ident *id, STACK_OF(X509) *from)
{
	for (int i = 0; i < sk_X509_num(from); i++) {
		X509 *x = sk_X509_value(from, i);

		if (id->cert == NULL &&
		    X509_check_private_key(x, id->key) == 1) {
			id->cert = x;
			X509_up_ref(x);
		} else if (X509_check_ca(x) > 0 &&
		    X509_self_signed(x, 0) != 1) {
			push(id->chain, x);
			X509_up_ref(x);
		}
	}
	ERR_clear_error();
}

const char *
cms_ident_read(struct span key, STACK_OF(X509) *certs,
    struct span passphrase, struct cms_ident *out)
{
	STACK_OF(X509) *own = sk_X509_new_null();
	bool pem = is_pem(key);
	const char *why = NULL;

	if (own == NULL)
		mem_exhausted();
	crypto_start_cms();
	*out = (struct cms_ident){ .chain = sk_X509_new_null() };
	if (out->chain == NULL)
		mem_exhausted();
	why = pem ? read_pem(key, passphrase, out) :
	    read_p12(key, passphrase, out, own);
	if (why == NULL && pem)
		cms_certs_read(key, own);
	if (why == NULL) {
		pick_certs(out, certs);
		pick_certs(out, own);
		if (out->cert == NULL)
			why = sk_X509_num(own) + sk_X509_num(certs) > 0 ?
			    "no certificate given is that of the key" :
			    "there is no certificate with the key: give "
			    "--cert";
	}
	sk_X509_pop_free(own, X509_free);
	return why;
}

void
cms_ident_free(struct cms_ident *id)
{
	EVP_PKEY_free(id->key);
	X509_free(id->cert);
	sk_X509_pop_free(id->chain, X509_free);
	*id = (struct cms_ident){ .key = NULL };
}
