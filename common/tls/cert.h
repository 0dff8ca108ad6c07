/*
 * Certificates (RFC 5280) as facts: read from DER, believed in nothing. What
 * follows from trust stands in tls/chain.h, from names in tls/cert_name.h,
 * from TLSA records in tls/dane.h.
 */
#ifndef TLS_CERT_H
#define TLS_CERT_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cur.h"
#include "base/span.h"
#include "crypto/digest.h"
#include "tls/names.h"

enum {
	CERT_DER_MAX = 65535,	/* octets of one certificate */
	CERT_CHAIN_MAX = 16,	/* certificates that one server may send */
	CERT_TEXT_MAX = 2048,	/* octets of a distinguished name's text */
};

struct cert {
	struct span der;	/* the whole; owned */
	struct span spki;	/* SubjectPublicKeyInfo, lent from der */
	X509 *x509;		/* the same for libcrypto, where it was read
				   already, or NULL; owned */
	enum tls_key key;	/* never TLS_KEY_NONE */
	unsigned key_bits;	/* modulus, field, or level; 0: not known */
	const char *curve;	/* of TLS_KEY_EC: its TLS name ("secp256r1"),
				   static; NULL when it has none */
	char sigalg[64];	/* "ecdsa-with-SHA256"; the OID's numbers where
				   it has no name here */
	enum tls_hash hash;	/* of the signature; TLS_HASH_NONE: part of the
				   algorithm (EdDSA, ML-DSA) */
	char *subject, *issuer;	/* RFC 4514 text, UTF-8 */
	char *common_name;	/* the last CN of the subject; NULL: none */
	char **names;		/* DNS-IDs, lower case, printable ASCII */
	size_t names_n, names_cap;
	size_t names_left_out;	/* unprintable ones */
	int64_t not_before, not_after;
	bool self_issued;	/* subject and issuer are the same octets */
	bool is_ca;		/* basic constraints say so */
	bool must_staple;	/* RFC 7633 with status_request */
	unsigned char sha256[SHA256_SIZE], spki_sha256[SHA256_SIZE];
};

/* What a server sent, its own certificate first. { 0 } is empty. */
struct cert_chain {
	struct cert *v;
	size_t n;
	size_t left_out;	/* unreadable ones, or over CERT_CHAIN_MAX */
};

/*
 * Read one. False, with *out untouched, when the octets are no certificate.
 * Free with cert_free.
 */
bool cert_read(struct span der, struct cert *out);
void cert_free(struct cert *c);

/*
 * Append one to the chain. False, and counted in left_out, when it cannot be
 * read or there are too many. An unreadable first one makes the chain empty
 * for good: nothing that follows is the server's own.
 */
bool cert_chain_add(struct cert_chain *chain, struct span der);
/* As libcrypto has read it: judging it need not read it again. */
bool cert_chain_add_x509(struct cert_chain *chain, X509 *x509);
void cert_chain_free(struct cert_chain *chain);

/* As octets for another process, and back; false when they are no chain. */
void cert_chain_pack(const struct cert_chain *chain, struct buf *out);
bool cert_chain_unpack(struct cur *c, struct cert_chain *out);

#endif
