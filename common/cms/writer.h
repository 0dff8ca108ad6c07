/*
 * Writing CMS as a stream: signed, with its content inside or beside, or
 * encrypted. What is written comes out as BER.
 */
#ifndef CMS_WRITER_H
#define CMS_WRITER_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "cms/ident.h"

struct cms_writer;

enum cms_form {
	CMS_SIGN_DETACHED,		/* the signature alone comes out */
	CMS_SIGN_OPAQUE,
};

/*
 * Sign with each of the n keys, as of "now": ECDSA, or RSA-PSS (RFC 8551
 * section 2.2), with signingTime, SMIMECapabilities and
 * signingCertificateV2 (section 2.5). NULL when libcrypto cannot.
 */
struct cms_writer *cms_sign_open(const struct cms_ident *ids, size_t n,
    enum cms_form form, int64_t now,
    void (*to)(void *arg, struct span s), void *arg);

/* Append "sha-256" or the like, as micalg has it (RFC 8551 section 3.5.3.2). */
void cms_micalg(const struct cms_ident *ids, size_t n, struct buf *out);

/*
 * Encrypt to each of the certificates: AES-256-GCM (RFC 5084) with
 * "authenticated", else AES-256-CBC. An RSA key gets RSAES-OAEP with
 * "authenticated" or where its certificate names it, else PKCS #1 v1.5,
 * which is the only one that every reader knows; a curve's dhSinglePass
 * stdDH with SHA-256 (RFC 5753).
 */
struct cms_writer *cms_encrypt_open(STACK_OF(X509) *to_certs,
    bool authenticated, void (*to)(void *arg, struct span s), void *arg);

void cms_write(struct cms_writer *w, struct span s);
/* End and free it (NULL is fine); false when it has failed on the way. */
bool cms_close(struct cms_writer *w);

#endif
