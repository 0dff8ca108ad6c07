/*
 * What an S/MIME certificate says (RFC 8550): whose addresses it has, what
 * its key may be used for, what its owner's program can read.
 */
#ifndef CMS_CERT_H
#define CMS_CERT_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum cms_use {
	CMS_USE_SIGN,
	CMS_USE_ENCRYPT,
};

/*
 * Why the certificate cannot be used for it at that time (static text), or
 * NULL: dates, key usage, extended key usage, kind and size of the key. Not
 * whether anybody vouches for it.
 */
const char *cms_cert_problem(X509 *x, enum cms_use use, int64_t now);

/*
 * The same of what the certificate says of its use alone: key usage and
 * extended key usage (RFC 8550 section 4.4).
 */
const char *cms_cert_use_problem(X509 *x, enum cms_use use);
/*
 * Whether the extended key usage of it, or of an authority, is mail or any
 * (section 4.4.4), or absent.
 */
bool cms_cert_is_for_mail(X509 *x);

/* RSA, curves of ECDSA and ECDH, Ed25519. */
bool cms_key_is_read(const EVP_PKEY *key);
/* RSA under 2048 bits, curves under 256, and what is not read. */
bool cms_key_is_weak(const EVP_PKEY *key);
/* Whether it is valid by its dates at the time. */
bool cms_cert_holds_at(const X509 *x, int64_t t);

enum cms_has_addr {
	CMS_ADDR_ABSENT,
	CMS_ADDR_CASE,		/* but for the case of the local part */
	CMS_ADDR_SAME,
};

/*
 * Whether one of its addresses is that: rfc822Name and SmtpUTF8Mailbox (RFC
 * 9598) of the subjectAltName, where there is neither the subject's
 * emailAddress (RFC 8550 section 3). Domains are compared as A-labels
 * without case, local parts octet by octet (RFC 5280 section 7.5).
 */
enum cms_has_addr cms_cert_has_addr(const X509 *x, struct span local,
    struct span domain);
/* Hand over each of its addresses as written; none holds NUL. */
void cms_cert_addrs(const X509 *x, void (*fn)(void *arg, struct span addr),
    void *arg);

/* Whether its SMIMECapabilities (RFC 4262) name the OID (octets). */
bool cms_cert_is_capable(const X509 *x, struct span oid);
#define CMS_OID_AES256_GCM SPAN("\x60\x86\x48\x01\x65\x03\x04\x01\x2e")
#define CMS_OID_RSA_OAEP SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07")

/* Append subject, issuer (RFC 4514) and serial number (hexadecimal). */
void cms_cert_subject(const X509 *x, struct buf *out);
void cms_cert_issuer(const X509 *x, struct buf *out);
void cms_cert_serial(const X509 *x, struct buf *out);
/* Append the SHA-256 of its DER, hexadecimal. */
void cms_cert_hash(const X509 *x, struct buf *out);
/* Append what kind of key it is: "RSA 2048", "EC P-256". */
void cms_cert_key(const X509 *x, struct buf *out);

int64_t cms_cert_not_before(const X509 *x);
int64_t cms_cert_not_after(const X509 *x);
/* Seconds since 1970; INT64_MIN when it is no time. */
int64_t cms_time(const ASN1_TIME *t);

#endif
