/* New keys, with a certificate of their own or a request for one. */
#ifndef CMS_MAKE_H
#define CMS_MAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "cms/ident.h"

enum cms_key_kind {
	CMS_KEY_P256,
	CMS_KEY_P384,
	CMS_KEY_RSA,
};

struct cms_wish {
	enum cms_key_kind kind;
	unsigned bits;			/* of CMS_KEY_RSA */
	const char *name;		/* commonName, UTF-8; NULL: the first
					   address */
	const char *const *addrs;	/* at least one, "local@domain" */
	size_t n;
	int64_t from, to;		/* of the certificate */
};

/* False for what cannot be in a certificate, with *why (static). */
bool cms_wish_ok(const struct cms_wish *w, const char **why);

/*
 * Make the key; with "request" append a PKCS #10 request (RFC 2986), else a
 * self-signed certificate, as PEM to *cert, and the key to *key as PKCS #8
 * PEM, which is for buf_free_wipe. False when libcrypto cannot.
 */
bool cms_make(const struct cms_wish *w, bool request, struct buf *key,
    struct buf *cert);

#endif
