/*
 * Whether a chain leads from a signer to an authority that is trusted for
 * mail (RFC 5280 section 6, RFC 8550 section 4), by libcrypto.
 */
#ifndef CMS_CHAIN_H
#define CMS_CHAIN_H

#include <openssl/types.h>
#include <openssl/x509.h>
#include <stdint.h>

#include "crypto/trust.h"

enum cms_trust {
	CMS_TRUSTED,
	CMS_UNTRUSTED,		/* it ends at one that nobody here trusts */
	CMS_INCOMPLETE,		/* an issuer's certificate is not there */
	CMS_EXPIRED,
	CMS_NOT_YET,
	CMS_REVOKED,
	CMS_NO_CRL,		/* revoked or not: cannot be told */
	CMS_WRONG_USE,		/* not for mail, or its issuer is no CA */
	CMS_WEAK_CHAIN,		/* a key or digest below 112 bits */
	CMS_CHAIN_INVALID,	/* any other reason */
};

struct cms_judges {
	const struct trust *trust;	/* NULL: nobody is trusted */
	STACK_OF(X509) *extra;	/* may stand between, never at the end */
	STACK_OF(X509_CRL) *crls;	/* NULL: none is asked; else one for
					   each but the last is wanted */
};

/* Judge "x" at the time; *detail gets libcrypto's words (static). */
enum cms_trust cms_chain_judge(X509 *x, STACK_OF(X509) *sent,
    const struct cms_judges *j, int64_t at, const char **detail);

/* "trusted", "untrusted", "incomplete", ... */
const char *cms_trust_name(enum cms_trust t);

#endif
