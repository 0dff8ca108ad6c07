/* What the files about certificates share; for this directory only. */
#ifndef TLS_CERT_INT_H
#define TLS_CERT_INT_H

#include "base/buf.h"
#include "tls/cert.h"

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_OID = 0x06,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};

/* Append an OID's content as numbers with dots; false when it is none. */
bool cert_oid_text(struct span oid, struct buf *out);

/* An AlgorithmIdentifier's content, as a signature's: sigalg and hash. */
void cert_read_sigalg(struct span alg, struct cert *out);

/* SubjectPublicKeyInfo: key, key_bits, curve. What it is not is "other". */
void cert_read_key(struct span spki, struct cert *out);

/*
 * A Name (the element, RFC 5280 section 4.1.2.4) as RFC 4514 text; an
 * owned string, cut at CERT_TEXT_MAX. NULL when it is no Name. The last CN
 * is put in *cn (owned) if cn is not NULL and there is one.
 */
char *cert_dn_text(struct span name, char **cn);

#endif
