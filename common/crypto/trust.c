/* The authorities that a run believes in; see trust.h. */
#include "crypto/trust.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "crypto/trust_lazy.h"
#include "sys/file.h"

enum { BUNDLE_MAX = 16 << 20 };

struct trust {
	X509_STORE *store;
	size_t n;
};

/* Debian and its kin, Fedora and its, Alpine and the BSDs. */
static const char *
system_bundle0(void)
{
	static const char *const paths[] = {
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/cert.pem",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (access(paths[i], R_OK) == 0)
			return paths[i];
	return NULL;
}

static size_t
count(X509_STORE *store)
{
	const STACK_OF(X509_OBJECT) *all = X509_STORE_get0_objects(store);
	size_t n = 0;

	for (int i = 0; i < sk_X509_OBJECT_num(all); i++)
		n += X509_OBJECT_get_type(sk_X509_OBJECT_value(all, i)) ==
		    X509_LU_X509;
	return n;
}

static void
load(struct trust *t, const char *path, bool lazy)
{
	struct buf file = BUF(BUNDLE_MAX);

	if (lazy && file_slurp(path, BUNDLE_MAX, &file) == FILE_OK)
		t->n = trust_lazy(t->store, buf_get0(&file));
	buf_free(&file);
	if (t->n == 0 &&
	    X509_STORE_load_file_ex(t->store, path, NULL, NULL) == 1)
		t->n = count(t->store);
	ERR_clear_error();
}

static struct trust *
open_file(const char *file, bool lazy, const char **why)
{
	const char *path = file != NULL ? file : system_bundle0();
	struct trust *t = NULL;

	if (path == NULL || access(path, R_OK) != 0) {
		*why = file != NULL ? "cannot be read" :
		    "this system has no bundle of certificate authorities";
		return NULL;
	}
	crypto_start_x509();
	t = xcalloc(1, sizeof(*t));
	t->store = X509_STORE_new();
	if (t->store == NULL)
		mem_exhausted();
	load(t, path, lazy);
	if (t->n > 0)
		return t;
	*why = "no certificate in PEM form in it";
	trust_free(t);
	return NULL;
}

struct trust *
trust_open(const char *file, const char **why)
{
	return open_file(file, false, why);
}

struct trust *
trust_open_lazy(const char *file, const char **why)
{
	return open_file(file, true, why);
}

size_t
trust_count(const struct trust *t)
{
	return t->n;
}

X509_STORE *
trust_store0(const struct trust *t)
{
	return t->store;
}

void
trust_free(struct trust *t)
{
	if (t == NULL)
		return;
	X509_STORE_free(t->store);
	free(t);
}
