/* The relay's certificate. */
#include "msgsec-relay.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/ip.h"
#include "base/mem.h"
#include "crypto/digest.h"
#include "crypto/lib.h"
#include "relay/address.h"
#include "sys/file.h"
#include "sys/say.h"

enum { DAYS = 3650, SERIAL = 16, KEY_FILE_MAX = 65536 };

static char *
in_state(const struct args *a, const char *given, const char *name)
{
	return given != NULL ? xstrdup(given) :
	    xasprintf("%s/%s", a->state, name);
}

char *
cert_path(const struct args *a)
{
	return in_state(a, a->cert, "cert.pem");
}

char *
cert_key_path(const struct args *a)
{
	return in_state(a, a->key, "key.pem");
}

/* --- making one */

/* "DNS:relay.example.org,IP:192.0.2.1" of "relay.example.org,192.0.2.1". */
static bool
alternatives(const char *names, struct buf *out)
{
	struct span rest = span_str(names), name;

	while (span_split(&rest, ',', &name)) {
		struct ip_addr ip;

		for (size_t i = 0; i < name.n; i++)
			if (!ascii_is_alnum(name.p[i]) &&
			    strchr("-.:", name.p[i]) == NULL)
				return false;
		if (name.n == 0)
			return false;
		buf_str(out, out->n > 0 ? "," : "");
		buf_str(out, ip_parse(name, &ip) ? "IP:" : "DNS:");
		buf_span(out, name);
	}
	buf_byte(out, '\0');
	return !out->over;
}

static bool
add_names(X509 *x, const char *names)
{
	struct buf text = BUF(4096);
	X509_EXTENSION *e = NULL;
	bool ok = alternatives(names, &text);

	if (ok)
		e = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name,
		    (const char *)text.p);
	ok = e != NULL && X509_add_ext(x, e, -1) == 1;
	X509_EXTENSION_free(e);
	buf_free(&text);
	return ok;
}

static X509 *
self_signed(const char *names, EVP_PKEY *key, const struct env *env)
{
	unsigned char serial[SERIAL];
	X509 *x = X509_new();
	X509_NAME *who = X509_get_subject_name(x);
	BIGNUM *n = NULL;
	time_t now = (time_t)env_now(env);
	bool ok = false;

	env->random(env->arg, serial, sizeof(serial));
	serial[0] &= 0x7f;
	n = BN_bin2bn(serial, sizeof(serial), NULL);
	ok = X509_set_version(x, 2) == 1 &&
	    BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL &&
	    X509_time_adj_ex(X509_getm_notBefore(x), -1, 0, &now) != NULL &&
	    X509_time_adj_ex(X509_getm_notAfter(x), DAYS, 0, &now) != NULL &&
	    X509_NAME_add_entry_by_txt(who, "CN", MBSTRING_ASC,
	    (const unsigned char *)"msgsec relay", -1, -1, 0) == 1 &&
	    X509_set_issuer_name(x, who) == 1 &&
	    X509_set_pubkey(x, key) == 1 && add_names(x, names) &&
	    X509_sign(x, key, crypto_digest(DIGEST_SHA256)) > 0;
	BN_free(n);
	if (ok)
		return x;
	X509_free(x);
	return NULL;
}

static int
write_pem(const char *path, mode_t mode, BIO *pem)
{
	char *text = NULL;
	long n = BIO_get_mem_data(pem, &text);
	struct file_out f;
	enum file_result r = file_out_open(&f, path, mode);

	if (r == FILE_OK && !file_write_all(f.fd, span_of(text, (size_t)n))) {
		file_out_abort(&f);
		r = FILE_IO;
	} else if (r == FILE_OK) {
		r = file_out_commit(&f, false);
	}
	if (r != FILE_OK)
		say_error("%s: %s", path, file_why(r));
	return file_status(r);
}

static int
write_both(const char *cert, const char *key, X509 *x, EVP_PKEY *pair)
{
	BIO *public = BIO_new(BIO_s_mem()), *private =
	    BIO_new(BIO_s_secmem());
	int status = EXIT_INTERNAL;

	/* the certificate is last: where it is, all is */
	if (PEM_write_bio_X509(public, x) == 1 &&
	    PEM_write_bio_PrivateKey(private, pair, NULL, NULL, 0, NULL,
	    NULL) == 1)
		status = write_pem(key, 0600, private);
	if (status == EXIT_HOLDS)
		status = write_pem(cert, 0644, public);
	BIO_free(public);
	BIO_free(private);
	return status;
}

int
cert_make(const struct args *a, const struct env *env)
{
	char *cert = cert_path(a), *key = cert_key_path(a);
	EVP_PKEY *pair = NULL;
	X509 *x = NULL;
	int status = EXIT_HOLDS;

	if (a->make_cert != NULL && access(cert, F_OK) != 0) {
		pair = EVP_EC_gen("P-256");
		x = pair != NULL ? self_signed(a->make_cert, pair, env) :
		    NULL;
		status = x != NULL ? write_both(cert, key, x, pair) :
		    EXIT_USAGE;
		if (x == NULL)
			say_error("--make-cert: %s: no names for a "
			    "certificate", a->make_cert);
	}
	X509_free(x);
	EVP_PKEY_free(pair);
	free(cert);
	free(key);
	return status;
}

/* --- using one */

static int
use_key(SSL_CTX *tls, const char *path)
{
	struct buf text = BUF(KEY_FILE_MAX);
	enum file_result r = file_slurp_key(path, KEY_FILE_MAX, &text);
	EVP_PKEY *key = NULL;
	BIO *in = NULL;
	int status = file_status(r);

	if (r != FILE_OK) {
		say_error("%s: %s", path, file_why(r));
		return status;
	}
	in = BIO_new_mem_buf(text.p, (int)text.n);
	key = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
	if (key == NULL || SSL_CTX_use_PrivateKey(tls, key) != 1 ||
	    SSL_CTX_check_private_key(tls) != 1) {
		say_error("%s: it is not the certificate's key", path);
		status = EXIT_MALFORMED;
	}
	EVP_PKEY_free(key);
	BIO_free(in);
	buf_free_wipe(&text);
	return status;
}

static int
use_chain(SSL_CTX *tls, const char *path)
{
	if (access(path, R_OK) != 0) {
		say_error("%s: %m", path);
		say_hint("--make-cert=NAME makes one that clients pin");
		return EXIT_NO_INPUT;
	}
	if (SSL_CTX_use_certificate_chain_file(tls, path) == 1)
		return EXIT_HOLDS;
	say_error("%s: there is no certificate in it", path);
	return EXIT_MALFORMED;
}

/*
 * TLS 1.3 alone: both ends are ours. No tickets, which would tell the relay
 * that two connections are of one client.
 */
static SSL_CTX *
new_context(void)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

	if (tls == NULL)
		mem_exhausted();
	SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION);
	SSL_CTX_set_options(tls, SSL_OP_NO_TICKET |
	    SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_num_tickets(tls, 0);
	SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
	return tls;
}

int
cert_load(const struct args *a, SSL_CTX **out)
{
	char *cert = cert_path(a), *key = cert_key_path(a);
	SSL_CTX *tls = new_context();
	int status = use_chain(tls, cert);

	if (status == EXIT_HOLDS)
		status = use_key(tls, key);
	ERR_clear_error();
	free(cert);
	free(key);
	if (status == EXIT_HOLDS)
		*out = tls;
	else
		SSL_CTX_free(tls);
	return status;
}

void
cert_pin(SSL_CTX *tls, struct buf *out)
{
	unsigned char *der = NULL, hash[SHA256_SIZE];
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(
	    SSL_CTX_get0_certificate(tls)), &der);

	if (n <= 0)
		mem_exhausted();
	digest_of(DIGEST_SHA256, span_of(der, (size_t)n), hash);
	OPENSSL_free(der);
	relay_pin_write(hash, out);
}
