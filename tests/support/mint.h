/* Certificates made at test time, by libcrypto, which so is their oracle. */
#ifndef TESTS_MINT_H
#define TESTS_MINT_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* 2026-01-01 and 2027-01-01: what mint uses for 0. */
enum { MINT_FROM = 1767225600, MINT_TO = 1798761600 };

/* NULL, 0 and false leave a thing out, or to its usual value. */
struct mint_want {
	const char *cn;		/* subject: one CN; NULL: an empty one */
	const char *names;	/* "DNS:a.test,DNS:b.test" */
	const char *key;	/* "EC:P-256" (usual), "RSA:2048", "ED25519" */
	const char *hash;	/* "SHA256" (usual); none for Ed25519 */
	int64_t from, to;
	bool ca;
	const char *constraints;	/* "permitted;DNS:a.test" */
	const char *use;	/* extendedKeyUsage: "clientAuth" */
	const char *features;	/* tlsfeature: "status_request" */
};

struct mint {
	X509 *x509;
	EVP_PKEY *key;
	struct span der;	/* owned */
	struct span spki;	/* owned */
};

/* A certificate signed by "issuer", or by itself for NULL. Never NULL. */
struct mint *mint(const struct mint_want *want, const struct mint *issuer);
void mint_free(struct mint *m);

/* The certificate as PEM, appended to the file at "path". */
void mint_pem(const struct mint *m, const char *path);

#endif
