/*
 * The signatures of a SignedData (RFC 5652 section 5, RFC 8551 section 2),
 * its content passing by as a stream. Each signer is judged for itself: what
 * is wrong, what is untrusted and what could not be found out stay apart.
 */
#ifndef CMS_VERIFY_H
#define CMS_VERIFY_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "cms/chain.h"
#include "cms/split.h"

enum cms_sig_result {
	CMS_SIG_GOOD,		/* made by the certificate's key */
	CMS_SIG_BAD,
	CMS_SIG_WEAK,		/* good or not: the digest or key is weak */
	CMS_SIG_NO_CERT,	/* the signer's certificate is not there */
	CMS_SIG_NOT_READ,	/* a kind of key that is not read */
};

struct cms_signature {
	enum cms_sig_result result;
	const char *why;	/* static; NULL when it is good */
	X509 *cert;		/* owned; NULL with CMS_SIG_NO_CERT */
	int64_t time;		/* signingTime: the signer's word */
	bool has_time;
	const char *digest, *algorithm;	/* static; "" when unknown */
	enum cms_trust trust;	/* of a good one, now */
	const char *detail;	/* static */
	bool was_trusted;	/* CMS_EXPIRED: at the signer's time it was */
};

struct cms_signatures {
	struct cms_signature v[CMS_SIGNERS_MAX];
	size_t n;
};

struct cms_verifier;

/*
 * Begin; "given" are certificates that signers may have beside those that
 * were sent. NULL when the structure is malformed.
 */
struct cms_verifier *cms_verify_open(const struct cms_parts *p,
    STACK_OF(X509) *given);
void cms_verify_add(struct cms_verifier *v, struct span content);
/*
 * The content has ended: judge each signer's chain at "now", which is no
 * word of the signer's. Frees "v"; free *out with cms_signatures_free.
 */
void cms_verify_end(struct cms_verifier *v, const struct cms_judges *j,
    int64_t now, struct cms_signatures *out);
/* Forget it; NULL is fine. */
void cms_verifier_free(struct cms_verifier *v);

void cms_signatures_free(struct cms_signatures *s);

#endif
