/* Keys, certificates and authorities from files; see smime-lite.h. */
#include "smime-lite.h"

#include <openssl/x509v3.h>
#include <stdlib.h>

#include "base/mem.h"
#include "run/ask.h"
#include "sys/file.h"
#include "sys/say.h"

enum { FILE_MAX = 4 << 20, PASSPHRASE_MAX = 1024, TRIES = 3 };

static bool
slurp(const char *path, bool secret, struct buf *out)
{
	enum file_result r = secret ? file_slurp_key(path, out->max, out) :
	    file_slurp(path, out->max, out);

	if (r != FILE_OK)
		say_error("%s: %s", path, file_why(r));
	return r == FILE_OK;
}

bool
certs_load(const struct opt_list *files, STACK_OF(X509) *out)
{
	bool ok = true;

	for (size_t i = 0; ok && i < files->n; i++) {
		struct buf file = BUF(FILE_MAX);

		ok = slurp(files->v[i], false, &file);
		if (ok && !cms_certs_read(buf_get0(&file), out)) {
			say_error("%s: no certificate in PEM or DER",
			    files->v[i]);
			ok = false;
		}
		buf_free(&file);
	}
	return ok;
}

/* The first line of the file: what follows it is for people. */
static bool
read_passphrase(const char *path, struct buf *out)
{
	if (path == NULL)
		return true;
	if (!slurp(path, true, out))
		return false;
	out->n = span_chr(buf_get0(out), '\n');
	while (out->n > 0 && out->p[out->n - 1] == '\r')
		out->n--;
	return true;
}

/* The passphrases of a run: that of --passphrase, or what was typed. */
struct opener {
	const char *path;	/* of the file; NULL: who sits there is asked */
	struct buf passphrase;
};

static bool
ask_for(const char *path, struct opener *o)
{
	char *what = xasprintf("smime-lite: passphrase of %s", path);
	enum ask_result r = ASK_NOBODY;

	buf_free_wipe(&o->passphrase);
	o->passphrase = BUF(PASSPHRASE_MAX);
	r = ask_secret(what, &o->passphrase);
	free(what);
	return r == ASK_TYPED;
}

/* Try the passphrase that there is, then those that are typed. */
static const char *
open_ident(const char *path, struct span file, STACK_OF(X509) *certs,
    struct opener *o, struct cms_ident *out)
{
	const char *why = cms_ident_read(file, certs,
	    buf_get0(&o->passphrase), out);

	for (int i = 0; i < TRIES && why != NULL && out->locked &&
	    o->path == NULL && ask_for(path, o); i++) {
		cms_ident_free(out);
		why = cms_ident_read(file, certs, buf_get0(&o->passphrase),
		    out);
	}
	return why;
}

static bool
load_one(const char *path, STACK_OF(X509) *certs, struct opener *o,
    struct idents *out)
{
	struct buf file = BUF(FILE_MAX);
	const char *why = NULL;
	bool ok = slurp(path, true, &file);

	if (ok)
		why = open_ident(path, buf_get0(&file), certs, o,
		    VEC_PUSH(out));
	if (why != NULL)
		say_error("%s: %s", path, why);
	buf_free_wipe(&file);
	return ok && why == NULL;
}

bool
idents_load(const struct args *a, struct idents *out)
{
	STACK_OF(X509) *certs = sk_X509_new_null();
	struct opener o = { a->passphrase, BUF(PASSPHRASE_MAX) };
	bool ok = certs != NULL && certs_load(&a->cert, certs) &&
	    certs_load(&a->chain, certs) &&
	    read_passphrase(a->passphrase, &o.passphrase);

	for (size_t i = 0; ok && i < a->key.n; i++)
		ok = load_one(a->key.v[i], certs, &o, out);
	buf_free_wipe(&o.passphrase);
	sk_X509_pop_free(certs, X509_free);
	return ok;
}

void
idents_free(struct idents *ids)
{
	for (size_t i = 0; i < ids->n; i++)
		cms_ident_free(&ids->v[i]);
	free(ids->v);
	*ids = (struct idents){ .n = 0 };
}

static bool
crls_load(const struct opt_list *files, STACK_OF(X509_CRL) *out)
{
	bool ok = true;

	for (size_t i = 0; ok && i < files->n; i++) {
		struct buf file = BUF(FILE_MAX);

		ok = slurp(files->v[i], false, &file);
		if (ok && !cms_crls_read(buf_get0(&file), out)) {
			say_error("%s: no revocation list in PEM or DER",
			    files->v[i]);
			ok = false;
		}
		buf_free(&file);
	}
	return ok;
}

bool
judging_load(const struct args *a, struct judging *out)
{
	*out = (struct judging){ .given = sk_X509_new_null(),
	    .ca_file = a->run.ca_file };
	out->by.extra = sk_X509_new_null();
	if (out->given == NULL || out->by.extra == NULL)
		mem_exhausted();
	if (a->crl_file.n > 0)
		out->by.crls = sk_X509_CRL_new_null();
	return certs_load(&a->cert, out->given) &&
	    certs_load(&a->chain, out->by.extra) &&
	    crls_load(&a->crl_file, out->by.crls);
}

bool
judging_trust(struct judging *j)
{
	const char *why = NULL;

	if (j->trust == NULL) {
		j->trust = trust_open_lazy(j->ca_file, &why);
		j->by.trust = j->trust;
	}
	if (j->trust == NULL)
		say_error("%s: %s", j->ca_file ? j->ca_file :
		    "certificate authorities", why);
	return j->trust != NULL;
}

bool
give_up_power(const struct args *a, const struct judging *later)
{
	/* links lead from the first to the last */
	const char *system[] = { "/etc/ssl", "/etc/pki",
	    "/usr/share/ca-certificates", NULL };
	const char *given[] = { a->run.ca_file, NULL };
	char *folder = a->result_out ? file_folder(a->result_out) : NULL;
	const char *write[] = { file_temp_dir(), folder, NULL };
	struct sandbox want = { .write = write };
	bool ok = false;

	if (later != NULL)
		want.read = a->run.ca_file != NULL ? given : system;
	ok = run_enter_sandbox(&want, a->run.sandbox);
	free(folder);
	return ok;
}

void
judging_free(struct judging *j)
{
	sk_X509_pop_free(j->given, X509_free);
	sk_X509_pop_free(j->by.extra, X509_free);
	sk_X509_CRL_pop_free(j->by.crls, X509_CRL_free);
	trust_free(j->trust);
}
