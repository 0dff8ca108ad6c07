/* What judging by authorities and by TLSA records share. */
#ifndef TLS_CHAIN_INT_H
#define TLS_CHAIN_INT_H

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdbool.h>

#include "tls/chain.h"

/*
 * OpenSSL's level of 112 bits: RSA and DH from 2048 bits, EC from 224, SHA-2.
 * Debian's OpenSSL demands it of every sender there by default.
 */
enum { CHAIN_LEVEL = 2 };

/*
 * The certificates for libcrypto, those left out that it cannot read. NULL
 * when it cannot read the first. Free with chain_x509_free.
 */
STACK_OF(X509) *chain_x509(const struct cert_chain *chain);
void chain_x509_free(STACK_OF(X509) *all);

/*
 * Verify all[0] as a server's, with the others as untrusted help. Trusted is
 * what "store" holds, or only "anchors" if that is not NULL: any of them ends
 * the chain, whoever signed it. CHAIN_OK, or what is wrong.
 */
enum chain_result chain_verify(X509_STORE *store, STACK_OF(X509) *all,
    STACK_OF(X509) *anchors, int64_t now, bool dates, size_t *depth,
    const char **detail);

#endif
