/* Certificates from files, and private keys with theirs. */
#ifndef CMS_IDENT_H
#define CMS_IDENT_H

#include <openssl/types.h>
#include <openssl/x509.h>
#include <stdbool.h>

#include "base/span.h"

struct cms_ident {
	EVP_PKEY *key;
	X509 *cert;		/* the key's own */
	STACK_OF(X509) *chain;	/* authorities on the way up, no root */
	bool locked;		/* another passphrase may open it */
};

/*
 * Append the certificates of a file, PEM (as many as there are) or one as
 * DER. False when there is none, or one that is malformed.
 */
bool cms_certs_read(struct span file, STACK_OF(X509) *out);
/* Likewise for certificate revocation lists. */
bool cms_crls_read(struct span file, STACK_OF(X509_CRL) *out);

/*
 * A private key (PEM, or PKCS #12) with its certificate, which is looked for
 * in "certs" and in the key's own file; authorities of either are the chain.
 * "passphrase" opens what is locked. NULL, or why it cannot be used (static
 * text); free with cms_ident_free in any case.
 */
const char *cms_ident_read(struct span key, STACK_OF(X509) *certs,
    struct span passphrase, struct cms_ident *out);

void cms_ident_free(struct cms_ident *id);

#endif
