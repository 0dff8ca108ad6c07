/*
 * Authorities that are decoded when a chain asks for them: the keys of a
 * system's 140 take libcrypto 3.0 longer than all else that a filter does.
 * What it keeps is theirs alone: subjects, and where the rest is.
 */
#include "crypto/trust_lazy.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>

#include "base/b64.h"
#include "base/mem.h"
#include "base/vec.h"
#include "crypto/der.h"

#define BEGIN SPAN("-----BEGIN CERTIFICATE-----")
#define END SPAN("-----END CERTIFICATE-----")

struct root {
	X509_NAME *subject;
	size_t at, n;		/* its DER in the octets */
	bool taken;		/* the store has it */
};

struct bundle {
	struct {
		struct root *v;
		size_t n, cap;
	} roots;
	struct buf octets;
};

/* RFC 5280 section 4.1: what stands before the subject is passed over. */
static X509_NAME *
subject_of(struct span der)
{
	struct cur file = cur_of(der), c = cur_of(der_take(&file, 0x30));
	struct cur tbs = cur_of(der_take(&c, 0x30));
	struct span subject = { NULL, 0 };
	const unsigned char *p = NULL;

	if (der_is(&tbs, 0xa0))
		der_element(&tbs);
	/* serialNumber, signature, issuer, validity */
	for (int i = 0; i < 4; i++)
		der_element(&tbs);
	subject = der_element(&tbs);
	if (tbs.bad)
		return NULL;
	p = subject.p;
	return d2i_X509_NAME(NULL, &p, (long)subject.n);
}

static void
add_root(struct bundle *b, struct span base64)
{
	struct root r = { .at = b->octets.n };

	if (!b64_decode(&b->octets, base64))
		return;
	r.n = b->octets.n - r.at;
	r.subject = subject_of(span_of(b->octets.p + r.at, r.n));
	if (r.subject != NULL)
		*VEC_PUSH(&b->roots) = r;
}

/* The base 64 up to the end line, which is passed over. */
static struct span
block(struct span *s)
{
	struct span from = *s, line = { NULL, 0 };
	size_t n = 0;

	while (span_split(s, '\n', &line) && !span_eq(span_trim(line), END))
		n += line.n + 1;
	return span_first(from, n);
}

/* False for what is not certificates alone: libcrypto knows more labels. */
static bool
read_bundle(struct bundle *b, struct span file)
{
	struct span line = { NULL, 0 };

	b->octets = BUF(file.n);
	while (span_split(&file, '\n', &line)) {
		if (!span_starts(line, SPAN("-----")))
			continue;
		if (!span_eq(span_trim(line), BEGIN))
			return false;
		add_root(b, block(&file));
	}
	ERR_clear_error();
	return b->roots.n > 0;
}

static X509 *
take(X509_STORE *store, struct bundle *b, struct root *r)
{
	const unsigned char *p = b->octets.p + r->at;
	X509 *x = d2i_X509(NULL, &p, (long)r->n);

	r->taken = true;
	if (x == NULL || p != b->octets.p + r->at + r->n ||
	    X509_STORE_add_cert(store, x) != 1) {
		X509_free(x);
		return NULL;
	}
	/* the store's reference is enough, here and for who looks it up */
	X509_free(x);
	return x;
}

/* All of that subject go into the store, where libcrypto looks again. */
static int
by_subject(X509_LOOKUP *l, X509_LOOKUP_TYPE type, const X509_NAME *name,
    X509_OBJECT *ret)
{
	struct bundle *b = X509_LOOKUP_get_method_data(l);
	X509 *found = NULL;

	for (size_t i = 0; type == X509_LU_X509 && i < b->roots.n; i++) {
		struct root *r = &b->roots.v[i];
		X509 *x = NULL;

		if (r->taken || X509_NAME_cmp(r->subject, name) != 0)
			continue;
		x = take(X509_LOOKUP_get_store(l), b, r);
		if (found == NULL)
			found = x;
	}
	ERR_clear_error();
	if (found == NULL || X509_OBJECT_set1_X509(ret, found) != 1)
		return 0;
	/* a lookup lends, as libcrypto's own do */
	X509_free(found);
	return 1;
}

static void
bundle_free(struct bundle *b)
{
	for (size_t i = 0; i < b->roots.n; i++)
		X509_NAME_free(b->roots.v[i].subject);
	free(b->roots.v);
	buf_free(&b->octets);
	free(b);
}

static void
forget(X509_LOOKUP *l)
{
	bundle_free(X509_LOOKUP_get_method_data(l));
}

static X509_LOOKUP_METHOD *
method0(void)
{
	static X509_LOOKUP_METHOD *m;

	if (m != NULL)
		return m;
	m = X509_LOOKUP_meth_new("msgsec bundle");
	if (m == NULL)
		mem_exhausted();
	X509_LOOKUP_meth_set_get_by_subject(m, by_subject);
	X509_LOOKUP_meth_set_free(m, forget);
	return m;
}

size_t
trust_lazy(X509_STORE *store, struct span file)
{
	struct bundle *b = xcalloc(1, sizeof(*b));
	X509_LOOKUP *l = NULL;

	if (!read_bundle(b, file)) {
		bundle_free(b);
		return 0;
	}
	l = X509_STORE_add_lookup(store, method0());
	if (l == NULL)
		mem_exhausted();
	X509_LOOKUP_set_method_data(l, b);
	return b->roots.n;
}
