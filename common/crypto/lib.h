/*
 * OpenSSL set up as msgsec wants it, once a process: no configuration file,
 * so that nothing outside the command line changes a verdict.
 */
#ifndef CRYPTO_LIB_H
#define CRYPTO_LIB_H

#include <openssl/types.h>

#include "base/buf.h"
#include "crypto/digest.h"

/* Call before the sandbox closes. Ends the process when libcrypto cannot. */
void crypto_start(void);

/*
 * The same, and what certificates' signatures need besides: digests by their
 * numbers, which a filter would only lose time with.
 */
void crypto_start_x509(void);

/*
 * The same once more, and the ciphers of CMS and of locked keys. CMS finds
 * them by number, which the first fetch keeps only of those that were added
 * before: so this must be the first of the three that is called.
 */
void crypto_start_cms(void);

/*
 * A digest, fetched once: four times as quick to start as what EVP_sha256()
 * and the like give.
 */
const EVP_MD *crypto_digest(enum digest_alg alg);

/* Append the line "OpenSSL 3.0.19 27 Jan 2026", for --version. */
void crypto_version(struct buf *out);

#endif
