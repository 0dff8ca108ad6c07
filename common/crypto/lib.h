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
 * OpenSSL's secure heap: locked in memory, in no core file, between pages
 * that nothing can touch. Call before there is a key, in what holds private
 * ones. False when it is not locked (RLIMIT_MEMLOCK): everything works as
 * well. A process that is forked has a copy that is not locked.
 */
bool crypto_secrets(void);

/*
 * Between the two, whatever libcrypto allocates lies in that heap, where there
 * is one with room: left to itself it puts there what it made or decoded, but
 * no key of given numbers, and not what RSA keeps of p and q with its first
 * use. Fetch before, or what is fetched fills the heap. They do not nest.
 */
void crypto_secret_begin(void);
void crypto_secret_end(void);

/*
 * A key of its parameters, which are copied; NULL when libcrypto refuses them
 * or does not know the type. A pair lies in the secure heap.
 */
EVP_PKEY *crypto_pkey(const char *type, int selection, OSSL_PARAM *params);

/*
 * A digest, fetched once: four times as quick to start as what EVP_sha256()
 * and the like give.
 */
const EVP_MD *crypto_digest(enum digest_alg alg);

/* Append the line "OpenSSL 3.0.19 27 Jan 2026", for --version. */
void crypto_version(struct buf *out);

#endif
